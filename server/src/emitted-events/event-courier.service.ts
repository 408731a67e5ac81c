import type { HttpCore } from '@castellan/sdk';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Config } from '../config.js';
import { ExpressionHost } from '../expressions/expression-host.js';
import { Addresses } from '../platform/addresses.js';
import { Database } from '../platform/database/index.js';
import { HTTP_CORE } from '../platform/egress/http-core.js';
import { RepeatedWork } from '../platform/repeated-work.js';
import { attempt, type Outcome } from './attempt.js';
import { pauseAfter, stopAfter } from './backoff.js';
import { bodyOf } from './body.js';
import { eventKindOf } from './catalog/index.js';
import { claimDue, type DueSending, noteFailure, noteSuccess, type Standing, writeOutcome } from './due-sendings.js';
import { passesFilter } from './filter.js';
import { stopSubscription } from './stop-subscription.js';
import { SubscriptionsService } from './subscriptions.service.js';

const lookEachMs = 1_000;
/** Sendings of one subscription that a server has under way. */
const atOnce = 8;

/**
 * Sends events to those who subscribed to them, at least once each. What is due stands in the database alone: a server
 * takes some of it for the length of a lease, so that no two send one thing at the same time, and what a server that dies
 * has under way is sent by another.
 */
@Injectable()
export class EventCourier implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(EventCourier.name);
  private readonly sending = new Set<Promise<void>>();
  /** How many are under way here, by subscription. */
  private readonly underWay = new Map<string, number>();
  private readonly round = new RepeatedWork({
    eachMs: lookEachMs,
    work: () => this.takeDue(),
    logger: this.logger,
    failure: 'Events could not be sent, which is tried again',
  });

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    @Inject(HTTP_CORE) private readonly core: HttpCore,
    private readonly subscriptions: SubscriptionsService,
    private readonly expressions: ExpressionHost,
    private readonly addresses: Addresses,
    private readonly audit: AuditService,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.runsWorker) this.round.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.round.stop();
    await Promise.all(this.sending);
  }

  private async takeDue(): Promise<void> {
    for (const due of await claimDue(this.database, { underWay: this.underWay, atOnce })) {
      this.count(due.subscriptionId, 1);
      const sent = this.deliver(due)
        .catch((error: Error) => this.logger.warn(`Event ${due.event.id} will be sent again: ${error.message}`))
        .finally(() => {
          this.sending.delete(sent);
          // Where as many were under way as may be, more may be due.
          if (this.count(due.subscriptionId, -1) === atOnce - 1) this.round.wake();
        });
      this.sending.add(sent);
    }
  }

  private count(subscriptionId: string, change: 1 | -1): number {
    const count = (this.underWay.get(subscriptionId) ?? 0) + change;
    if (count === 0) this.underWay.delete(subscriptionId);
    else this.underWay.set(subscriptionId, count);
    return count;
  }

  private async deliver(due: DueSending): Promise<void> {
    const { event } = due;
    const kind = eventKindOf(event.type);
    if (!kind) throw new Error(`This server does not know the event ${event.type}; a newer one does.`);
    const body = bodyOf(event, kind, this.addresses.origin);
    if (due.filter !== null && !due.insists) {
      const verdict = await passesFilter(this.expressions, {
        source: due.filter,
        body,
        workspaceId: event.workspaceId,
      });
      if ('error' in verdict) return this.settle(due, filterFailed(verdict.error));
      if (!verdict.passes) {
        await writeOutcome(this.database, due, { attempt: null, standing: { state: 'filtered' } });
        return;
      }
    }
    const secrets = await this.subscriptions.secretsOf({ id: due.subscriptionId, sealed: due.sealed });
    const { url, previousSigns } = due;
    const letter = { url, id: event.id, body: JSON.stringify(body), depth: event.depth, secrets, previousSigns };
    await this.settle(due, await attempt(this.core, letter));
  }

  private async settle(due: DueSending, outcome: Outcome): Promise<void> {
    const pause = outcome.received ? null : pauseAfter(due.tries, outcome.retryAfter);
    const standing: Standing = outcome.received
      ? { state: 'sent' }
      : pause === null
        ? { state: 'failed' }
        : { againIn: pause };
    if (!(await writeOutcome(this.database, due, { attempt: outcome.attempt, standing }))) return;
    if (outcome.received) return noteSuccess(this.database, due.subscriptionId);
    const { hours, failures } = await noteFailure(this.database, due.subscriptionId);
    const isLong = hours >= stopAfter.hours && failures >= stopAfter.failures;
    if (!isLong && !outcome.gone) return;
    const reason = outcome.gone
      ? 'The receiver answered 410: it wants nothing more.'
      : `No attempt has succeeded for ${Math.floor(hours)} hours, of ${failures}. The last: ${outcome.attempt.problem}`;
    await this.database.transaction((tx) => stopSubscription(tx, this.audit, due.subscriptionId, reason));
  }
}

const filterFailed = (problem: string): Outcome => ({
  attempt: { at: new Date().toISOString(), milliseconds: 0, status: null, said: null, problem },
  received: false,
  gone: false,
  retryAfter: undefined,
});
