import { setTimeout as pause } from 'node:timers/promises';
import type { Answering, AwaitedAnswer, JsonValue } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import type { OpenConnection } from '../../connections/open-connection.js';
import { connectorOf } from '../../connector-registry/known-connectors.js';
import { Sealer } from '../../platform/crypto/index.js';
import { IntakeDatabase } from '../../platform/database/index.js';
import { newId } from '../../platform/ids.js';
import { AnswersService } from '../answers.service.js';
import type { ArrivedEvent } from '../arrived-events.js';
import type { Arrival } from '../delivery.js';
import { type HookResponse, json } from '../hook-answers.js';
import { type Address, IntakeService } from '../intake.service.js';
import { RefusalsService } from '../refusals.service.js';
import type { TriggerRow } from '../trigger-row.js';
import { AnswerDecisions } from './answer-decisions.service.js';
import {
  answerLater,
  fixAnswer,
  type NewQuestion,
  type OpenQuestion,
  questionOf,
  sealedFor,
  storeQuestion,
} from './awaited-answers.js';

/** Whoever an answer names is looked for in so long, after the flow has answered. */
const proofMs = 1_200;
/** A flow whose run is not there yet is looked for so often. */
const lookEachMs = 300;
/** So much of the time for a later answer is kept for bringing it: a tenth, at most a minute. */
const reserveOf = (seconds: number): number => Math.min(60, seconds / 10);

/** A delivery that asks something. */
export interface Asking {
  connection: OpenConnection;
  arrival: Arrival;
  at: Address;
  events: ArrivedEvent[];
  awaited: AwaitedAnswer;
}

/**
 * Takes deliveries in whose sender waits for an answer, and gives it with the response or has it brought later. The
 * question is stored in the transaction of its run, so that whatever happens then, it is answered.
 */
@Injectable()
export class AnsweringService {
  constructor(
    private readonly database: IntakeDatabase,
    private readonly intake: IntakeService,
    private readonly answers: AnswersService,
    private readonly decisions: AnswerDecisions,
    private readonly refusals: RefusalsService,
    private readonly sealer: Sealer,
  ) {}

  async take({ connection, arrival, at, events, awaited }: Asking): Promise<HookResponse> {
    const answering = connectorOf(connection.connector).address?.answering as Answering;
    const arrivedAt = Date.now();
    const known = await questionOf(this.database, connection.id, awaited.id);
    if (known?.isOver)
      return this.refusals.refuse(arrival, at, 'Nobody waits any more for the answer to this question.');
    const trigger = answeringTrigger(events, awaited);
    const question = await this.questionFor(connection, awaited, trigger, answering);
    const expected: ReturnType<AnswersService['expect']>[] = [];
    try {
      await this.intake.take(arrival, at, events, {
        dedupe: true,
        store: (tx, deliveryId) => storeQuestion(tx, { ...question, deliveryId }),
        beforeCommit: (runs) => {
          const run = runs.find(
            ({ flowId, triggerId }) => flowId === trigger?.flowId && triggerId === trigger.triggerId,
          );
          if (run && awaited.mode !== 'async') expected.push(this.answers.expect(run.runId));
        },
      });
      if (awaited.mode === 'async') return json(200, {});
      const until = arrivedAt + answering.withinSeconds * 1_000;
      return await this.respond(connection.id, awaited, { until, change: expected[0]?.changed });
    } finally {
      for (const each of expected) each.stop();
    }
  }

  private async questionFor(
    { id: connectionId, workspaceId, connector }: OpenConnection,
    { id: asked, trigger: event, mode, later }: AwaitedAnswer,
    trigger: TriggerRow | undefined,
    { withinSeconds, laterSeconds }: Answering,
  ): Promise<Omit<NewQuestion, 'deliveryId'>> {
    const id = newId();
    const seconds = mode === 'sync' ? withinSeconds : await this.deadlineOf(connectionId, event, laterSeconds);
    const reserve = mode === 'sync' ? 0 : reserveOf(seconds);
    const after = (delay: number) => new Date(Date.now() + delay * 1_000);
    const chosen = (trigger?.spec as { fallback?: JsonValue } | undefined)?.fallback;
    const { answers, answerRules } = connectorOf(connector).triggers[event] ?? {};
    const usual = answerRules?.fallback ?? null;
    return {
      ...{ id, workspaceId, connectionId, event, question: asked, mode },
      answering: trigger ? { flowId: trigger.flowId, triggerId: trigger.triggerId } : null,
      callback: later?.url ?? null,
      sealed: later ? await this.sealer.seal(later.secret, sealedFor(id)) : null,
      // One of a version of long ago may not fit what the vendor takes today.
      fallback: chosen !== undefined && answers?.safeParse(chosen).success ? chosen : usual,
      dueAt: after(seconds - reserve),
      until: after(mode === 'sync' ? seconds + 2 : seconds),
      heldUntil: after(mode === 'async' ? 0 : withinSeconds + 4),
    };
  }

  private async deadlineOf(connectionId: string, event: string, usual: number): Promise<number> {
    const [row] = await this.database.query<{ seconds: number }>(
      'select deadline_seconds as seconds from event_subscriptions where connection_id = $1 and event = $2',
      [connectionId, event],
    );
    return row?.seconds ?? usual;
  }

  /** Waits for the flow as long as the vendor's patience allows; what may be answered later then is. */
  private async respond(
    connectionId: string,
    { id: asked, mode }: AwaitedAnswer,
    { until, change }: { until: number; change: (() => Promise<void>) | undefined },
  ): Promise<HookResponse> {
    for (;;) {
      const question = (await questionOf(this.database, connectionId, asked)) as OpenQuestion;
      if (question.state !== 'waiting') return responseOf(question);
      const isOver = Date.now() >= until;
      const left = Math.max(proofMs, until - Date.now());
      const patienceIsOver = isOver && mode === 'sync';
      const decision = await this.decisions.decide(question, { patienceIsOver, proofMs: left });
      if (decision) return json(200, await fixAnswer(this.database, question.id, decision, 'answered'));
      if (isOver) {
        await answerLater(this.database, question.id);
        return json(202, {});
      }
      await Promise.race([change?.() ?? pause(lookEachMs), pause(until - Date.now())]);
    }
  }
}

/** The one trigger that answers; the others only listen. */
function answeringTrigger(events: ArrivedEvent[], { trigger }: AwaitedAnswer): TriggerRow | undefined {
  return events
    .flatMap(({ triggers }) => triggers)
    .find(({ event, spec }) => event === trigger && (spec as { answers?: boolean }).answers === true);
}

/** To a question that was asked before: the same answer, or that it comes later. */
function responseOf({ state, output, mode }: OpenQuestion): HookResponse {
  if (state === 'answered') return json(200, output);
  return json(mode === 'dynamic' ? 202 : 200, {});
}
