import type { StepTry } from '@castellan/api';
import { findConnector } from '../connector-registry/known-connectors.js';
import type { Sql } from '../platform/database/index.js';
import { wholeValue } from '../platform/large-values/index.js';
import { rowsOfRuns } from './run-tree.js';

interface Place {
  runId: string;
  stepId: string;
  iteration: string;
  seq: number;
}

/** A step as it ended, in its masked form. */
type StepLine = Omit<Place, 'seq'> & { status: string } & Record<string, unknown>;

/** A write on another system, as the ledger has it. */
export interface EffectLine extends Omit<Place, 'seq'> {
  key: string;
  system: string;
  operation: string;
  operationTitle: string;
  connection: { id: string; name: string; simulator: boolean } | null;
  /** What it changed: `[{ action, subject?, object? }]`. */
  changes: { action: string; subject?: { id: string; email?: string }; object?: { id: string; title?: string } }[];
  input: unknown;
  /** As it was read right before the call, else for the plan that the write belongs to; null where it was not read. */
  before: unknown;
  after: unknown;
  state: string;
  attempts: number;
  tries: StepTry[];
  sentAt: string;
  settledAt: string | null;
  undoneAt: string | null;
  /** The run that sent it; another one where this run's chain of retries had done it before. */
  sentBy: string;
  keptFrom: string | null;
}

const page = `s.run_id = any($1) and s.pass = 0 and (s.run_id, s.seq) > ($2, $3) order by s.run_id, s.seq limit $4`;

/** Steps of runs in the order in which they changed last. Values are read whole, row by row where they are large. */
export async function* readStepLines(sql: Sql, runIds: string[]): AsyncIterable<StepLine> {
  const rows = rowsOfRuns(runIds, ({ runIds: some, after, limit }) =>
    sql.query<Place & { status: string; large: boolean }>(
      `select s.run_id as "runId", s.step_id as "stepId", s.iteration, s.kind, s.status, s.port, s.attempts,
              s.started_at as "startedAt", s.ended_at as "endedAt", s.count, s.child_run_id as "childRunId",
              s.kept_from as "keptFrom", coalesce(s.tries, '[]') as tries, s.error, s.input, s.output,
              s.effect_key as "effectKey", s.large is not null as large, s.seq
         from steps s where ${page}`,
      [some, ...after, limit],
    ),
  );
  for await (const { large, seq: _, ...row } of rows) yield large ? { ...row, ...(await wholeOf(sql, row)) } : row;
}

/** Writes of runs, in the order of their steps; of those that were done before, too, which this run kept. */
export async function* readEffectLines(sql: Sql, runIds: string[]): AsyncIterable<EffectLine> {
  const rows = rowsOfRuns(runIds, ({ runIds: some, after, limit }) =>
    sql.query<Omit<EffectLine, 'system' | 'operationTitle'> & Place & { large: boolean; connector: string }>(
      `select s.run_id as "runId", s.step_id as "stepId", s.iteration, e.key, split_part(e.operation, '.', 1) as connector,
              e.operation, case when e.connection_id is not null then
                json_build_object('id', e.connection_id, 'name', coalesce(c.name, t.name, ''),
                                  'simulator', coalesce(c.simulator, false)) end as connection,
              e.changes, s.input, e.input_hash as "inputHash", coalesce(e.before,
                (select w.before from plan_writes w where w.taken_key = e.key order by w.plan_id limit 1)) as before, e.answer as after, e.state, e.attempts,
              coalesce(s.tries, '[]') as tries, e.created_at as "sentAt", e.settled_at as "settledAt",
              e.undone_at as "undoneAt", e.run_id as "sentBy", s.kept_from as "keptFrom",
              s.large is not null or e.large is not null as large, s.seq
         from steps s join runs r on r.id = s.run_id join effects e on e.root_id = r.root_id and e.key = s.effect_key
         left join connections c on c.id = e.connection_id left join tables t on t.id = e.connection_id
        where ${page}`,
      [some, ...after, limit],
    ),
  );
  for await (const { large, seq: _, connector, ...row } of rows) {
    const known = findConnector(connector)?.connector;
    const operationTitle = known?.operations[row.operation.slice(connector.length + 1)]?.title ?? row.operation;
    const whole = large ? await wholeEffect(sql, row) : {};
    yield { ...row, ...whole, system: known?.title ?? row.connection?.name ?? connector, operationTitle };
  }
}

async function wholeOf(sql: Sql, { runId, stepId, iteration }: StepLine): Promise<{ input: unknown; output: unknown }> {
  const [row] = await sql.query<{ input: unknown; output: unknown }>(
    `select ${wholeValue('s', 'input')} as input, ${wholeValue('s', 'output')} as output
       from steps s where s.run_id = $1 and s.step_id = $2 and s.iteration = $3 and s.pass = 0`,
    [runId, stepId, iteration],
  );
  return { input: row?.input ?? null, output: row?.output ?? null };
}

async function wholeEffect(
  sql: Sql,
  { runId, stepId, iteration }: Omit<Place, 'seq'>,
): Promise<{ input: unknown; after: unknown }> {
  const [row] = await sql.query<{ input: unknown; after: unknown }>(
    `select ${wholeValue('s', 'input')} as input, ${wholeValue('e', 'answer', 'output')} as after
       from steps s join runs r on r.id = s.run_id join effects e on e.root_id = r.root_id and e.key = s.effect_key
      where s.run_id = $1 and s.step_id = $2 and s.iteration = $3 and s.pass = 0`,
    [runId, stepId, iteration],
  );
  return { input: row?.input ?? null, after: row?.after ?? null };
}
