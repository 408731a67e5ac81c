import { Injectable } from '@nestjs/common';
import { ConnectionsService } from '../../connections/connections.service.js';
import type { OpenConnection } from '../../connections/open-connection.js';
import { callFailure } from '../../operations/call-failure.js';
import { OperationsService } from '../../operations/operations.service.js';
import { Database } from '../../platform/database/index.js';
import { maskSecrets } from '../../platform/masking.js';
import { triggerById } from '../../triggers/trigger-row.js';
import { isStill, readInTime } from '../page-reading.js';
import { claimPoll, endPoll, failPoll, keepPlace, leavePoll, type Poller, renewLease } from './poll-rows.js';
import { PolledEvents } from './polled-events.js';
import { type HeldPoll, isPolled, isToBePolled, type PolledTrigger } from './polled-trigger.js';
import { ride } from './shared-polls.js';

/** Of one poll: what is beyond it is read by the next one, which follows at once. */
const mostPages = 20;
const renewEachMs = 5_000;

/** How far a poll came. */
interface Reading {
  /** Events that were new. */
  found: number;
  more: boolean;
}

/** Reads events from systems that do not deliver them. */
@Injectable()
export class PollsService {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionsService,
    private readonly operations: OperationsService,
    private readonly events: PolledEvents,
  ) {}

  /**
   * Reads what is new for a trigger and stores it, unless somebody is at it. That the system fails is noted with the
   * trigger; rejects only when our own side failed, and then the same owner may try again.
   */
  async poll(id: string, poller: Poller, { byTheClock }: { byTheClock: boolean }): Promise<void> {
    const trigger = await this.toPoll(id);
    if (!trigger) return;
    await this.settle(trigger);
    const held = await claimPoll(this.database, id, poller, byTheClock);
    if (!held) return;
    const ending = new AbortController();
    const renewing = setInterval(() => void this.renew(id, held, ending), renewEachMs);
    try {
      await this.read(trigger, held, ending.signal);
    } finally {
      clearInterval(renewing);
    }
  }

  /** Sees that a trigger has a place to read from. */
  async settle(trigger: PolledTrigger): Promise<void> {
    const [connection] = await this.database.query<{ connector: string }>(
      'select connector from connections where id = $1',
      [trigger.connectionId],
    );
    const begin = (from: Date) => this.operations.beginPoll(connection?.connector ?? '', trigger.event, from);
    await this.database.transaction((tx) => keepPlace(tx, trigger, begin));
  }

  private async toPoll(id: string): Promise<PolledTrigger | null> {
    const trigger = await triggerById(this.database, id);
    if (!trigger || !isPolled(trigger)) return null;
    return (await isToBePolled(this.database, trigger)) ? trigger : null;
  }

  /** One that is lost reads no further; the fence keeps it from writing in any case. */
  private async renew(id: string, { lease }: HeldPoll, ending: AbortController): Promise<void> {
    const kept = await renewLease(this.database, id, lease).catch(() => true);
    if (!kept) ending.abort();
  }

  private async read(trigger: PolledTrigger, held: HeldPoll, signal: AbortSignal): Promise<void> {
    let secrets: string[] = [];
    try {
      const connection = await this.connections.open(this.database, trigger.workspaceId, trigger.connectionId);
      secrets = connection.secretValues;
      const reading = await this.readPages(trigger, held, { connection, signal });
      if (reading) await this.end(trigger, held, reading);
      else await leavePoll(this.database, trigger.id, held.lease);
    } catch (thrown) {
      const { error, retryAfter } = callFailure(thrown, null);
      const { code, message } = maskSecrets(error, secrets);
      await failPoll(this.database, trigger.id, held.lease, { code, message, retryAfter });
    }
  }

  private async end(trigger: PolledTrigger, held: HeldPoll, reading: Reading): Promise<void> {
    await this.database.transaction(async (tx) => {
      const isOurs = await endPoll(tx, trigger.id, held, reading);
      if (isOurs && !reading.more) await ride(tx, trigger, held);
    });
  }

  /** Answers how far it came; null when the poll is no longer wanted or no longer ours. */
  private async readPages(
    { id, event }: PolledTrigger,
    held: HeldPoll,
    { connection, signal }: { connection: OpenConnection; signal: AbortSignal },
  ): Promise<Reading | null> {
    let found = 0;
    let { cursor } = held;
    for (let pages = 0; pages < mostPages; pages++) {
      const from = cursor;
      const page = await readInTime(connection.name, signal, (options) =>
        this.operations.poll(connection, event, from, options),
      );
      const trigger = await this.toPoll(id);
      if (!trigger) return null;
      const stored = await this.events.store(trigger, held, page);
      if (stored === null) return null;
      found += stored;
      if (!page.more || isStill(cursor, page)) return { found, more: false };
      cursor = page.cursor;
    }
    return { found, more: true };
  }
}
