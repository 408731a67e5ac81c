import type { StepError, StepTry } from '@castellan/api';
import type { Sql } from '../platform/database/index.js';
import type { CallRequest, CallResult } from '../workflows/contract.js';
import { asJson, type StoredForms } from './values.js';

type Place = Pick<CallRequest, 'runId' | 'step' | 'iteration'>;

/** What the step's row says before an attempt. */
export interface CallBefore {
  status: string;
  ended: boolean;
  attempts: number;
  /** When the next attempt is due, as epoch milliseconds. */
  due: number | null;
  /** Pauses so far that the system had asked for. */
  pauses: number;
}

export const notBegun: CallBefore = { status: 'ready', ended: false, attempts: 0, due: null, pauses: 0 };

export async function readCallBefore(sql: Sql, { runId, step, iteration }: Place): Promise<CallBefore> {
  const [row] = await sql.query<CallBefore>(
    `select status, ended_at is not null as ended, attempts, (extract(epoch from next_at) * 1000)::float8 as due,
            coalesce((detail ->> 'pauses')::int, 0) as pauses
       from steps where run_id = $1 and step_id = $2 and iteration = $3 and pass = 0`,
    [runId, step, iteration],
  );
  return row ?? notBegun;
}

/** Locks the run if it is still this host's and has not ended. From here on its rows come in one order. */
export async function holdRun(tx: Sql, { runId, epoch }: Pick<CallRequest, 'runId' | 'epoch'>): Promise<boolean> {
  const rows = await tx.query(
    'update runs set touched_at = now() where id = $1 and epoch = $2 and ended_at is null returning id',
    [runId, epoch],
  );
  return rows.length > 0;
}

/** The attempt begins: its input is seen while the call is under way, and which effect it is. */
export async function writeAttempt(
  tx: Sql,
  { runId, step, iteration, attempt }: CallRequest,
  input: string | null,
  effectKey: string | null,
): Promise<void> {
  await tx.query(
    `insert into steps as s (run_id, step_id, iteration, kind, status, attempts, input, effect_key, started_at)
     values ($1, $2, $3, 'action', 'running', $4, $5::jsonb, $6, now())
     on conflict (run_id, step_id, iteration, pass) do update
        set status = 'running', attempts = excluded.attempts, input = excluded.input,
            effect_key = excluded.effect_key, next_at = null, seq = nextval('change_seq')
      where s.ended_at is null`,
    [runId, step, iteration, attempt, input, effectKey],
  );
}

export interface CallEnd {
  outcome: Exclude<CallResult['outcome'], { kind: 'dropped' }>;
  port: string | null;
  forms: StoredForms;
  error: StepError | null;
  pauses: number;
  title: string;
  effectKey: string | null;
  /** The run of the chain that did it, where this one did not have to. */
  keptFrom: string | null;
}

/** Failed attempts that a row remembers: the first one and the latest. */
const mostTries = 20;

/** What the attempt came to. A retry and an unknown outcome leave the step open. */
export async function writeOutcome(tx: Sql, request: CallRequest, end: CallEnd): Promise<void> {
  const { outcome, port, forms, error, pauses, title, effectKey, keptFrom } = end;
  const retry = outcome.kind === 'retry' ? outcome : null;
  const open = retry !== null || outcome.kind === 'unknown';
  await tx.query(
    `insert into steps as s (run_id, step_id, iteration, kind, status, port, attempts, output, exact, error, next_at,
                             detail, started_at, ended_at, effect_key, kept_from, tries, input)
     values ($1, $2, $3, 'action', $4, $5, $6, $7::jsonb, $8, $9::jsonb, to_timestamp($10::float8 / 1000),
             $11::jsonb, now(), case when $12 then null else now() end, $13, $14, $15::jsonb, $16::jsonb)
     on conflict (run_id, step_id, iteration, pass) do update
        set status = excluded.status, port = excluded.port, attempts = excluded.attempts, output = excluded.output,
            exact = excluded.exact, error = excluded.error, next_at = excluded.next_at, detail = excluded.detail,
            ended_at = excluded.ended_at, effect_key = coalesce(excluded.effect_key, s.effect_key),
            kept_from = excluded.kept_from, input = coalesce(s.input, excluded.input),
            tries = case when excluded.tries is null then s.tries
                         when jsonb_array_length(s.tries) >= ${mostTries} then (s.tries - 1) || excluded.tries
                         else coalesce(s.tries, '[]') || excluded.tries end,
            seq = nextval('change_seq')
      where s.ended_at is null`,
    [
      request.runId,
      request.step,
      request.iteration,
      retry ? 'retrying' : outcome.kind,
      port,
      retry?.attempts ?? request.attempt,
      forms.output,
      forms.exact,
      asJson(error ?? undefined),
      retry?.due ?? null,
      asJson(open ? { kind: 'outcome', what: title, who: null, pauses } : undefined),
      open,
      effectKey,
      keptFrom,
      error === null ? null : JSON.stringify([triedOf(error, retry?.due)]),
      forms.input,
    ],
  );
}

/** A failed attempt as the row remembers it. */
function triedOf({ code, message, status }: StepError, next: number | undefined): StepTry {
  return {
    at: new Date().toISOString(),
    code,
    message,
    ...(status === undefined ? {} : { status }),
    ...(next === undefined ? {} : { next: new Date(next).toISOString() }),
  };
}
