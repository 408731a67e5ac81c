import type { CompiledTrigger } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { ConnectionsService } from '../connections/connections.service.js';
import { VersionsService } from '../flows/versions.service.js';
import { IntakeDatabase } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import { deepestCall, depthOf } from '../runs/depth.js';
import { AnswersService } from './answers.service.js';
import type { ArrivedEvent } from './arrived-events.js';
import { type Arrival, isInParts } from './delivery.js';
import { admit, hasQueue, limitOf } from './delivery-limit.js';
import { accepted, answerOf, type HookResponse, inParts, json, notHere, tooDeep, tooMany } from './hook-answers.js';
import { type Address, IntakeService } from './intake.service.js';
import { RefusalsService } from './refusals.service.js';
import { type CheckedSender, checkSender } from './sender-check.js';
import { placeOf, startsRuns, type TriggerRow } from './trigger-row.js';
import { isAwaited } from './wake-runs.js';

export type WebhookSpec = Extract<CompiledTrigger, { methods: unknown }>;

/** Lets deliveries in at the address of a webhook trigger: verifies the sender, and answers as the trigger says. */
@Injectable()
export class WebhookService {
  constructor(
    private readonly database: IntakeDatabase,
    private readonly versions: VersionsService,
    private readonly connections: ConnectionsService,
    private readonly intake: IntakeService,
    private readonly answers: AnswersService,
    private readonly refusals: RefusalsService,
  ) {}

  async deliver(path: string, trigger: TriggerRow, arrival: Arrival): Promise<HookResponse> {
    const spec = trigger.spec as WebhookSpec;
    const sender = await this.check(trigger, spec, arrival);
    const at: Address = {
      workspaceId: trigger.workspaceId,
      address: path,
      triggerRow: trigger.id,
      connectionId: null,
      externalId: sender.externalId,
      carries: sender.carries,
      signature: sender.signature,
      sample: false,
    };
    const refuse = (reason: string, answer: HookResponse = notHere) =>
      this.refusals.refuse(arrival, at, reason, answer);
    if (sender.refusal) return refuse(sender.refusal);
    if (sender.challenge) return json(sender.challenge.status, sender.challenge.body);
    if (depthOf(arrival.headers) > deepestCall) return refuse(messageOf(tooDeep), tooDeep);
    if (isInParts(arrival)) return refuse(messageOf(inParts), inParts);
    const heardAt = placeOf(trigger);
    // A flow that is switched off starts nothing, but its runs go on, and so does what they wait for.
    if (!trigger.enabled && !(heardAt && (await isAwaited(this.database, heardAt)))) {
      return refuse('The flow is switched off.');
    }
    const limit = trigger.enabled ? limitOf(trigger) : undefined;
    const events = [{ heardAt, triggers: startsRuns(trigger) ? [trigger] : [], vendorKey: at.externalId }];
    if (!limit) return this.take(arrival, at, events, spec);
    const { over = 'queue', deliveries, seconds } = limit;
    if (over === 'queue' && (await hasQueue(this.database, trigger.id))) return this.enqueue(arrival, at, events);
    const admission = await admit(this.database, trigger.id, limit);
    if (admission.within) return this.take(arrival, at, events, spec);
    if (over === 'queue') return this.enqueue(arrival, at, events);
    const reason = `More than ${deliveries} deliveries in ${seconds} s, as the trigger limits them.`;
    return refuse(reason, tooMany(admission.seconds, reason));
  }

  private async enqueue(arrival: Arrival, at: Address, events: ArrivedEvent[]): Promise<HookResponse> {
    return accepted(await this.intake.enqueue(arrival, at, events));
  }

  private async take(
    arrival: Arrival,
    at: Address,
    events: ArrivedEvent[],
    { respond, answerSeconds }: WebhookSpec,
  ): Promise<HookResponse> {
    let expected: ReturnType<AnswersService['expect']> | null = null;
    const taken = await this.intake.take(arrival, at, events, {
      dedupe: true,
      beforeCommit: ([run]) => {
        if (run && respond !== 'now') expected = this.answers.expect(run.runId);
      },
    });
    const [run] = taken.runs;
    if (!run || !expected) return accepted(taken);
    const until = respond === 'end' ? 'end' : 'step';
    return answerOf(run.runId, await this.answers.of(run.runId, { until, seconds: answerSeconds }, expected));
  }

  private async check(
    trigger: TriggerRow,
    { methods, signature, allowFrom }: WebhookSpec,
    arrival: Arrival,
  ): Promise<CheckedSender> {
    const rules = { methods, allowFrom: allowFrom ?? null, signature: null };
    if (!signature) return checkSender(rules, arrival, new Date());
    const { program } = await this.versions.get(trigger.versionId);
    const id = program.slots[signature.connection]?.id;
    const fields = id ? await this.fieldsOf(trigger.workspaceId, id) : null;
    return checkSender({ ...rules, signature: { scheme: signature.scheme, fields } }, arrival, new Date());
  }

  /** Those of the connection that holds the secret; null once it was removed. */
  private async fieldsOf(workspaceId: string, id: string): Promise<Record<string, unknown> | null> {
    try {
      return (await this.connections.open(this.database, workspaceId, id)).fields;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'not_found') return null;
      throw error;
    }
  }
}

const messageOf = ({ body }: HookResponse): string => (JSON.parse(body) as { message: string }).message;
