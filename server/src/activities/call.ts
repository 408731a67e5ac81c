import type { StepError } from '@castellan/api';
import type { CompiledAction } from '@castellan/flow';
import { changesOf } from '@castellan/sdk';
import type { ConnectionsService } from '../connections/connections.service.js';
import type { OpenConnection } from '../connections/open-connection.js';
import type { ExpressionHost } from '../expressions/expression-host.js';
import type { PublishedVersion, VersionsService } from '../flows/versions.service.js';
import { type CallFailure, callFailure } from '../operations/call-failure.js';
import { beginEffect, type Effect, effectKey, findEffect, repeatOf, settleEffect } from '../operations/ledger.js';
import { connectorOf, type OperationsService } from '../operations/operations.service.js';
import type { Sealer } from '../platform/crypto/index.js';
import { type Database, notify, type Sql } from '../platform/database/index.js';
import { holdsMask } from '../platform/masking.js';
import type { CallRequest, CallResult } from '../workflows/contract.js';
import { failurePort, freePauses, plannedStep, retryDelay } from '../workflows/interpreter/index.js';
import type { CallWatch } from './call-watch.js';
import { Contexts, compiledStep, type EvaluationPlace } from './contexts.js';
import type { FactsCache, RunFacts } from './facts.js';
import { evaluationError, stepError } from './kinds/index.js';
import type { Plans } from './plans.js';
import { asJson, StepValues, storedForms } from './values.js';

export interface CallDependencies {
  database: Database;
  sealer: Sealer;
  versions: VersionsService;
  plans: Plans;
  facts: FactsCache;
  expressions: ExpressionHost;
  connections: ConnectionsService;
  operations: OperationsService;
  watch: CallWatch;
  runUrl: (workspaceId: string, runId: string) => string;
}

type Outcome = CallResult['outcome'];

/** What the step's row says before this attempt. */
interface Before {
  status: string;
  ended: boolean;
  /** Pauses so far that the system had asked for. */
  pauses: number;
}

/** One attempt of one action step. A vendor's answer, good or bad, is the result; only our own failures are thrown. */
export async function callStep(on: CallDependencies, request: CallRequest, heartbeat: () => void): Promise<CallResult> {
  const facts = (await on.facts.of([request.runId])).get(request.runId);
  const { runId, step, iteration } = request;
  if (!facts) return { runId, step, iteration, outcome: { kind: 'dropped' } };
  const version = await on.versions.get(request.versionId);
  const outcome = await new Call(on, request, facts, version, heartbeat).make();
  return { runId, step, iteration, outcome };
}

class Call {
  private readonly action: CompiledAction;
  private readonly place: EvaluationPlace;
  private readonly connector;
  private readonly operation;
  private secrets: string[] = [];
  /** Null for reads, which have no row in the ledger. */
  private key: string | null = null;
  private item = '';
  private before: Before = { status: 'ready', ended: false, pauses: 0 };

  constructor(
    private readonly on: CallDependencies,
    private readonly request: CallRequest,
    private readonly facts: RunFacts,
    private readonly version: PublishedVersion,
    private readonly heartbeat: () => void,
  ) {
    this.action = compiledStep(version, request.step) as CompiledAction;
    this.place = { facts, version, step: request.step, iteration: request.iteration };
    this.connector = connectorOf(this.action.connector);
    this.operation = this.connector.operations[this.action.operation];
  }

  async make(): Promise<Outcome> {
    const before = await this.readBefore();
    if (before.ended) return outcomeOfRow(before.status);
    this.before = before;
    const connection = await this.openConnection();
    if ('error' in connection) return this.conclude(failureOf(connection.error));
    const prepared = await this.prepare();
    if ('error' in prepared) return this.conclude(failureOf(prepared.error));
    if (prepared.effect?.state === 'done') return this.conclude(null, prepared.effect.answer, prepared.input);
    const repeat = prepared.effect ? repeatOf(prepared.effect.state, this.idempotency) : 'send';
    if (repeat === 'leave') return this.conclude(outcomeUnknown());
    const begun = await this.begin(prepared.input, connection.open);
    if (begun !== 'begun') return { kind: begun };
    return this.send(prepared.input, connection.open, repeat === 'ask');
  }

  // --- before the call ------------------------------------------------------------------------------------------

  private async readBefore(): Promise<Before> {
    const { runId, step, iteration } = this.request;
    const [row] = await this.on.database.query<{ status: string; ended: boolean; pauses: number | null }>(
      `select status, ended_at is not null as ended, (detail ->> 'pauses')::int as pauses from steps
        where run_id = $1 and step_id = $2 and iteration = $3 and pass = 0`,
      [runId, step, iteration],
    );
    return row ? { ...row, pauses: row.pauses ?? 0 } : { status: 'ready', ended: false, pauses: 0 };
  }

  private async openConnection(): Promise<{ open: OpenConnection | null } | { error: StepError }> {
    const slot = this.version.program.slots[this.action.connection];
    if (!slot?.id) return { open: null };
    try {
      const open = await this.on.connections.open(this.on.database, this.facts.workspaceId, slot.id);
      this.secrets = open.secretValues;
      return { open };
    } catch (thrown) {
      return { error: callFailure(thrown, null).error };
    }
  }

  /** The effect's key and the input: the frozen one of an earlier attempt, else freshly resolved. */
  private async prepare(): Promise<{ input: unknown; effect: Effect | null } | { error: StepError }> {
    const values = new StepValues(this.on.database, this.on.sealer);
    const contexts = new Contexts(this.on.database, values, this.on.runUrl);
    await contexts.prepare([this.place]);
    const context = contexts.of(this.place);
    const { workspaceId } = this.facts;
    let effect: Effect | null = null;
    if (this.operation?.effect !== 'read') {
      const item = await this.resolveItem(context);
      if ('error' in item) return item;
      this.item = item.item;
      this.key = effectKey(this.facts.rootId, this.request.step, this.item, 0);
      effect = await this.unleased(this.key);
      if (effect) return { input: effect.input, effect };
    }
    const [result] = await this.on.expressions.evaluate([{ workspaceId, value: this.action.input, context }]);
    if (!result?.ok) return { error: result ? evaluationError(result, '/input') : stepError('E_EXPR', 'No input') };
    if (holdsMask(result.value)) {
      return { error: stepError('E_MASKED', 'The input holds a value that was masked when it was saved (/input)') };
    }
    return { input: result.value, effect: null };
  }

  /** What identifies the item of the loops around: their keys, or the indexes where a loop has none. */
  private async resolveItem(context: Record<string, unknown>): Promise<{ item: string } | { error: StepError }> {
    const indexes = this.request.iteration.split('.');
    const parts: string[] = [];
    for (const [depth, loop] of this.action.level.entries()) {
      const { key } = compiledStep(this.version, loop) as { key?: unknown };
      const own = (context.loops as Record<string, object> | undefined)?.[loop];
      if (key === undefined || !own) {
        parts.push(indexes[depth] ?? '');
        continue;
      }
      const asked = { workspaceId: this.facts.workspaceId, value: key, context: { ...context, ...own } };
      const [result] = await this.on.expressions.evaluate([asked]);
      if (!result?.ok) {
        return { error: result ? evaluationError(result, `/steps/${loop}/key`) : stepError('E_EXPR', 'No key') };
      }
      if (result.value === null) {
        return {
          error: stepError('E_PARAM_TYPE', `The key of loop ${loop} is empty for this item (/steps/${loop}/key)`),
        };
      }
      parts.push(typeof result.value === 'string' ? result.value : JSON.stringify(result.value));
    }
    return { item: JSON.stringify(parts) };
  }

  /** The effect's row, once no other process is calling: that one's answer comes first. */
  private async unleased(key: string): Promise<Effect | null> {
    for (;;) {
      const effect = await findEffect(this.on.database, this.on.sealer, key);
      if (!effect?.leased) return effect;
      this.heartbeat();
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  private async begin(input: unknown, connection: OpenConnection | null): Promise<'begun' | 'dropped'> {
    const { runId, step, iteration, attempt } = this.request;
    const forms = await storedForms(this.on.sealer, this.secrets, { runId, step, iteration }, { input });
    const changes = this.key ? this.changesOf(input) : [];
    return this.on.database.transaction(async (tx) => {
      if (!(await this.holdRun(tx))) return 'dropped';
      await tx.query(
        `insert into steps as s (run_id, step_id, iteration, kind, status, attempts, input, started_at)
         values ($1, $2, $3, 'action', 'running', $4, $5::jsonb, now())
         on conflict (run_id, step_id, iteration, pass) do update
            set status = 'running', attempts = excluded.attempts, input = excluded.input, next_at = null,
                seq = nextval('change_seq')
          where s.ended_at is null`,
        [runId, step, iteration, attempt, forms.input],
      );
      if (this.key) {
        const held = await beginEffect(tx, this.on.sealer, {
          key: this.key,
          workspaceId: this.facts.workspaceId,
          rootId: this.facts.rootId,
          runId,
          step,
          iteration,
          item: this.item,
          connectionId: connection?.id ?? null,
          operation: `${this.action.connector}.${this.action.operation}`,
          input,
          changes,
        });
        if (!held) throw new Error('Another process took this call up in the same moment.');
      }
      await this.tell(tx);
      return 'begun';
    });
  }

  /** An input that does not parse has no changes; the call itself will say what is wrong. */
  private changesOf(input: unknown) {
    try {
      return changesOf(this.connector, this.action.operation, input);
    } catch {
      return [];
    }
  }

  // --- the call -------------------------------------------------------------------------------------------------

  private async send(input: unknown, connection: OpenConnection | null, ask: boolean): Promise<Outcome> {
    const aborted = new AbortController();
    const stop = this.on.watch.add({
      runId: this.request.runId,
      effectKey: this.key,
      heartbeat: this.heartbeat,
      abort: (reason) => aborted.abort(reason),
    });
    const call = {
      connector: this.action.connector,
      operation: this.action.operation,
      input,
      connection,
      idempotencyKey: this.key ?? '',
      signal: aborted.signal,
      timeoutMs: plannedStep(this.on.plans.of(this.version), this.request.step).step.timeoutSeconds * 1_000,
    };
    try {
      const found = ask ? await this.on.operations.lookup(call) : null;
      const output = found ?? (await this.on.operations.call(call));
      return await this.conclude(null, output, input);
    } catch (thrown) {
      if (aborted.signal.aborted && this.key === null) return await this.conclude('cancelled');
      return await this.conclude(callFailure(thrown, this.key ? { idempotency: this.idempotency } : null));
    } finally {
      stop();
    }
  }

  private get idempotency() {
    return this.operation?.idempotency ?? 'none';
  }

  // --- after the call -------------------------------------------------------------------------------------------

  /** Records what came of the attempt, the effect with the step, and says what the run does next. */
  private async conclude(
    failure: CallFailure | 'cancelled' | null,
    output?: unknown,
    input?: unknown,
  ): Promise<Outcome> {
    const { runId, step, iteration } = this.request;
    const outcome = failure === null ? ({ kind: 'succeeded' } as const) : this.afterFailure(failure);
    const forms = await storedForms(this.on.sealer, this.secrets, { runId, step, iteration }, { input, output });
    const { errorWired, onError } = plannedStep(this.on.plans.of(this.version), step).step;
    const port =
      outcome.kind === 'succeeded' ? 'out' : outcome.kind === 'failed' ? failurePort({ errorWired, onError }) : null;
    const error = failure === null || failure === 'cancelled' ? null : failure.error;
    const open = outcome.kind === 'retry' || outcome.kind === 'unknown';
    const pauses = this.before.pauses + (failure && failure !== 'cancelled' && failure.throttled ? 1 : 0);
    const kept = await this.on.database.transaction(async (tx) => {
      // What became of a write is recorded even when the run has gone on without it.
      if (this.key && failure !== 'cancelled') {
        const state = failure === null ? 'done' : failure.effect;
        await settleEffect(tx, this.key, state, failure === null ? forms.output : asJson(failure.error));
      }
      if (!(await this.holdRun(tx))) return false;
      await tx.query(
        `insert into steps as s (run_id, step_id, iteration, kind, status, port, attempts, output, exact, error, next_at,
                                 detail, started_at, ended_at)
         values ($1, $2, $3, 'action', $4, $5, $6, $7::jsonb, $8, $9::jsonb, to_timestamp($10::float8 / 1000),
                 $11::jsonb, now(), case when $12 then null else now() end)
         on conflict (run_id, step_id, iteration, pass) do update
            set status = excluded.status, port = excluded.port, attempts = excluded.attempts, output = excluded.output,
                exact = excluded.exact, error = excluded.error, next_at = excluded.next_at, detail = excluded.detail,
                ended_at = excluded.ended_at, seq = nextval('change_seq')
          where s.ended_at is null`,
        [
          runId,
          step,
          iteration,
          outcome.kind === 'retry' ? 'retrying' : outcome.kind,
          port,
          outcome.kind === 'retry' ? outcome.attempts : this.request.attempt,
          forms.output,
          forms.exact,
          asJson(error ?? undefined),
          outcome.kind === 'retry' ? outcome.due : null,
          asJson(open ? { kind: 'outcome', what: this.action.title || step, who: null, pauses } : undefined),
          open,
        ],
      );
      await this.tell(tx);
      return true;
    });
    return kept ? outcome : { kind: 'dropped' };
  }

  private afterFailure(failure: CallFailure | 'cancelled'): Exclude<Outcome, { kind: 'succeeded' | 'dropped' }> {
    if (failure === 'cancelled') return { kind: 'cancelled' };
    const { retry } = plannedStep(this.on.plans.of(this.version), this.request.step).step;
    const free = failure.throttled && this.before.pauses < freePauses;
    const { attempt } = this.request;
    if (failure.retryable && (free || attempt < retry.attempts)) {
      const seconds = retryDelay(retry, attempt, failure.retryAfter, Math.random());
      return { kind: 'retry', due: Date.now() + seconds * 1_000, attempts: free ? attempt - 1 : attempt };
    }
    return failure.effect === 'unknown' ? { kind: 'unknown' } : { kind: 'failed' };
  }

  /** Locks the run if it is still this host's and has not ended. */
  private async holdRun(tx: Sql): Promise<boolean> {
    const rows = await tx.query(
      `update runs set touched_at = now() where id = $1 and epoch = $2 and ended_at is null returning id`,
      [this.request.runId, this.request.epoch],
    );
    return rows.length > 0;
  }

  private async tell(tx: Sql): Promise<void> {
    await notify(tx, 'castellan_changes', `${this.facts.workspaceId} runs ${this.request.runId}`);
  }
}

/** The step settled in an attempt whose end the carrier did not hear of. */
function outcomeOfRow(status: string): Outcome {
  if (status === 'succeeded' || status === 'cancelled') return { kind: status };
  return { kind: 'failed' };
}

const failureOf = (error: StepError): CallFailure => ({ error, effect: 'refused', retryable: false, throttled: false });

const outcomeUnknown = (): CallFailure => ({
  error: stepError(
    'E_OUTCOME_UNKNOWN',
    'The call was under way when its process ended, and the system cannot be asked whether it happened.',
  ),
  effect: 'unknown',
  retryable: false,
  throttled: false,
});
