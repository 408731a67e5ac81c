import type { HookAnswer } from '@castellan/api';
import { signatureSchemes } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import type { z } from 'zod';
import { ConnectionsService } from '../connections/connections.service.js';
import { VersionsService } from '../flows/versions.service.js';
import { connectorOf } from '../operations/operations.service.js';
import { IntakeDatabase } from '../platform/database/index.js';
import { Grouping } from '../platform/grouping.js';
import { deepestCall, depthOf } from '../runs/depth.js';
import { type Answer, AnswersService } from './answers.service.js';
import { eventsAt } from './arrived-events.js';
import { type Arrival, parseBody } from './delivery.js';
import { IntakeService, type Taken } from './intake.service.js';
import { placeOf, startsRuns, type TriggerRow, triggersAt } from './trigger-row.js';
import { isAwaited } from './wake-runs.js';

export interface HookResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Everything that is not let in gets this, whatever the reason: the delivery log tells it to those who may know. */
const notHere: HookResponse = {
  status: 404,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ code: 'not_found', message: 'There is nothing at this address.' }),
};

/** To a run of ours whose flow, by way of others or not, starts itself. */
const tooDeep = {
  code: 'E_RECURSION',
  message: `Flows start each other more than ${deepestCall} deep; break the circle.`,
};

/** Deliveries that one address may refuse in a minute before it answers 429. */
const refusalLimit = { points: 60, duration: 60 };

const tooMany = (seconds: number): HookResponse => ({
  status: 429,
  headers: { 'content-type': 'application/json', 'retry-after': String(seconds) },
  body: JSON.stringify({ code: 'rate_limited', message: 'Too many deliveries that cannot be verified.' }),
});

/** Lets deliveries in: finds what listens at the address, verifies the sender, and answers as the trigger says. */
@Injectable()
export class HooksService {
  /** What is verified is always stored; only what is not is limited. */
  private readonly refusals = new RateLimiterMemory(refusalLimit);
  private readonly triggers = new Grouping<string, TriggerRow | null>({
    atOnce: 2,
    most: 100,
    work: (paths) => triggersAt(this.database, paths),
  });

  constructor(
    private readonly database: IntakeDatabase,
    private readonly versions: VersionsService,
    private readonly connections: ConnectionsService,
    private readonly intake: IntakeService,
    private readonly answers: AnswersService,
  ) {}

  async deliver(path: string, arrival: Arrival): Promise<HookResponse> {
    const trigger = await this.triggers.add(path);
    if (trigger) return this.toTrigger(path, trigger, arrival);
    const connection = await this.connectionAt(path);
    return connection ? this.toConnection(path, connection, arrival) : notHere;
  }

  // --- a webhook of its own -------------------------------------------------------------------------------------

  private async toTrigger(path: string, trigger: TriggerRow, arrival: Arrival): Promise<HookResponse> {
    const spec = trigger.spec as { methods?: string[]; respond?: 'now' | 'step' | 'end' };
    const heardAt = placeOf(trigger);
    const { refusal, carries } = await this.check(trigger, arrival);
    const at = {
      workspaceId: trigger.workspaceId,
      address: path,
      triggerRow: trigger.id,
      connectionId: null,
      externalId: arrival.headers['webhook-id'] ?? null,
      carries,
      sample: false,
    };
    if (refusal) return this.refuse(arrival, at, refusal);
    if (depthOf(arrival.headers) > deepestCall) return this.refuse(arrival, at, tooDeep.message, json(409, tooDeep));
    // A flow that is switched off starts nothing, but its runs go on, and so does what they wait for.
    if (!trigger.enabled && !(heardAt && (await isAwaited(this.database, heardAt)))) {
      return this.refuse(arrival, at, 'The flow is switched off.');
    }
    const events = [{ heardAt, triggers: startsRuns(trigger) ? [trigger] : [], vendorKey: at.externalId }];
    const respond = spec.respond ?? 'now';
    let expected: ReturnType<AnswersService['expect']> | null = null;
    const taken = await this.intake.take(arrival, at, events, {
      dedupe: true,
      beforeCommit: ([run]) => {
        if (run && respond !== 'now') expected = this.answers.expect(run.runId);
      },
    });
    const [run] = taken.runs;
    if (!run || !expected) return accepted(taken);
    return answerOf(run.runId, await this.answers.of(run.runId, respond === 'end' ? 'end' : 'step', expected));
  }

  private async check(trigger: TriggerRow, arrival: Arrival) {
    const spec = trigger.spec as { methods?: string[]; signature?: { scheme: string; connection: string } };
    const scheme = spec.signature ? signatureSchemes[spec.signature.scheme] : undefined;
    const carries = scheme?.carries;
    if (!(spec.methods ?? ['POST']).includes(arrival.method)) {
      return { refusal: `The trigger does not take ${arrival.method}.`, carries };
    }
    if (!spec.signature) return { refusal: null, carries };
    if (!scheme)
      return { refusal: `This server does not know the signature scheme ${spec.signature.scheme}.`, carries };
    const { program } = await this.versions.get(trigger.versionId);
    const id = program.slots[spec.signature.connection]?.id;
    if (!id) return { refusal: 'The trigger has no connection to verify the sender by.', carries };
    const { fields } = await this.connections.open(this.database, trigger.workspaceId, id);
    const verdict = scheme.verify({ ...arrival, fields, now: new Date() });
    return { refusal: verdict.ok ? null : verdict.reason, carries };
  }

  /** Logged with its reason, unless the address is flooded: then the sender is slowed down and no more is written. */
  private async refuse(
    arrival: Arrival,
    at: Parameters<IntakeService['refuse']>[1],
    reason: string,
    answer = notHere,
  ): Promise<HookResponse> {
    try {
      await this.refusals.consume(at.address);
    } catch (limit) {
      if (limit instanceof Error) throw limit;
      return tooMany(Math.ceil((limit as RateLimiterRes).msBeforeNext / 1_000));
    }
    await this.intake.refuse(arrival, at, reason);
    return answer;
  }

  // --- the address of a connection ------------------------------------------------------------------------------

  private async connectionAt(path: string): Promise<{ id: string; workspaceId: string } | null> {
    const [row] = await this.database.query<{ id: string; workspaceId: string }>(
      `select id, workspace_id as "workspaceId" from connections where hook_path = $1 and removed_at is null`,
      [path],
    );
    return row ?? null;
  }

  private async toConnection(
    path: string,
    { id, workspaceId }: { id: string; workspaceId: string },
    arrival: Arrival,
  ): Promise<HookResponse> {
    const connection = await this.connections.open(this.database, workspaceId, id);
    const { address } = connectorOf(connection.connector);
    if (!address) return notHere;
    const { carries } = address.signature;
    const inbound = { ...arrival, body: parseBody(arrival.rawBody, arrival.headers['content-type']) as never };
    const at = {
      workspaceId,
      address: path,
      triggerRow: null,
      connectionId: id,
      externalId: null,
      carries,
      sample: false,
    };
    const verdict = address.signature.verify({ ...arrival, fields: connection.fields, now: new Date() });
    if (!verdict.ok) return this.refuse(arrival, at, verdict.reason);
    const challenge = address.challenge?.(inbound);
    if (challenge) return json(challenge.status, challenge.body);
    const events = await eventsAt(this.database, connection, inbound);
    const externalId = address.deliveryId(inbound);
    return accepted(await this.intake.take(arrival, { ...at, externalId }, events), 200);
  }
}

/** The answer at once: what came of the delivery. */
function accepted({ deliveryId, runs, woken, status }: Taken, code = 202): HookResponse {
  const [run] = runs;
  const body: z.infer<typeof HookAnswer> = {
    deliveryId,
    ...(run ? { runId: run.runId, duplicate: run.duplicate } : {}),
    ...(woken.length > 0 ? { woke: woken.length } : {}),
    ...(status === 'filtered' ? { filtered: true } : {}),
  };
  return json(code, body);
}

/** The flow's own answer; without one, how the run ended or stands. */
function answerOf(runId: string, { status, ended, response }: Answer): HookResponse {
  if (!response) return json(ended ? 200 : 202, { runId, status });
  const isText = typeof response.body === 'string';
  return {
    status: response.status,
    headers: { 'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json', ...response.headers },
    body: isText ? (response.body as string) : JSON.stringify(response.body),
  };
}

const json = (status: number, body: unknown): HookResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
