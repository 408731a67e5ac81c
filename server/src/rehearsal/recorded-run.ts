import type { StepError } from '@castellan/api';
import type { FlowResponse } from '../activities/kinds/index.js';
import { isoInstant, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { wholeValue } from '../platform/large-values/index.js';
import { defaultLimits } from './limits.js';
import type { RehearsedFacts } from './rehearse.js';

/** A step's row as people see it: masked. Rows of steps that were skipped are left out. */
export interface RecordedStep {
  step: string;
  iteration: string;
  kind: string;
  status: string;
  port: string | null;
  input: unknown;
  output: unknown;
  error: StepError | null;
  /** Epoch milliseconds; null where it had not settled. */
  endedAt: number | null;
  /** The order in which rows were written last. */
  seq: number;
}

/** An ended run with all that is recorded of it, in the form that people see. */
export interface RecordedRun {
  facts: RehearsedFacts;
  status: 'succeeded' | 'failed' | 'cancelled';
  error: { code: string; message: string } | null;
  outcome: string | null;
  response: FlowResponse | null;
  businessKey: string | null;
  createdAt: string;
  /** Epoch milliseconds at which a person, or a newer run, ended it. */
  cancelledAt: number | null;
  /** Whether who ended it wanted what it did to be taken back; null where nothing was said of it. */
  compensate: boolean | null;
  steps: RecordedStep[];
}

/** More stored values than this are not taken into memory for one rehearsal. */
const mostBytes = 32 * 1024 * 1024;

/** Reads an ended run of the workspace. @throws ApiError where it cannot be rehearsed */
export async function readRecordedRun(sql: Sql, workspaceId: string, runId: string): Promise<RecordedRun> {
  const { cleared, ...run } = found(await readRun(sql, workspaceId, runId), 'run');
  if (!isEnded(run.status)) throw new ApiError('conflict', 'The run has not ended yet.');
  if (cleared) throw new ApiError('conflict', 'The data of this run was removed, so nobody can see what it was given.');
  const [size] = await sql.query<{ count: number; bytes: number }>(
    `select count(*)::int as count, coalesce(sum(coalesce(pg_column_size(output), 0) + coalesce(pg_column_size(input), 0) +
              coalesce((select sum((l.value ->> 'size')::int) from jsonb_each(large) l), 0)), 0)::float8 as bytes
       from steps where run_id = $1 and pass = 0`,
    [runId],
  );
  if ((size?.count ?? 0) > defaultLimits.steps) {
    throw new ApiError('too_large', `The run has ${size?.count} steps; at most ${defaultLimits.steps} are rehearsed.`);
  }
  if ((size?.bytes ?? 0) > mostBytes) {
    throw new ApiError('too_large', `The run's values have more than the ${mostBytes} bytes that are rehearsed.`);
  }
  return { ...run, status: run.status, steps: await readSteps(sql, runId) };
}

type RunPart = Omit<RecordedRun, 'steps' | 'status'> & { status: string; cleared: boolean };

const isEnded = (status: string): status is RecordedRun['status'] =>
  status === 'succeeded' || status === 'failed' || status === 'cancelled';

async function readRun(sql: Sql, workspaceId: string, runId: string): Promise<RunPart | undefined> {
  const [row] = await sql.query<RehearsedFacts & RunPart>(
    `select r.id, r.workspace_id as "workspaceId", r.flow_id as "flowId", f.name as "flowName",
            r.version_id as "versionId", r.version, r.mode, r.root_id as "rootId", r.trigger_id as "triggerId",
            ${wholeValue('r', 'trigger_data', 'trigger')} as "triggerData", r.status, r.error, r.outcome,
            ${wholeValue('r', 'response')} as response,
            r.business_key as "businessKey", r.created_at as "createdAt", r.cleared_at is not null as cleared,
            ${isoInstant('coalesce(r.started_at, r.created_at)')} as "startedAt",
            case when r.status = 'cancelled' then extract(epoch from coalesce(
              (select min(c.created_at) from controls c where c.run_id = r.id and c.kind = 'cancel'), r.ended_at
            )) * 1000 end::float8 as "cancelledAt",
            case when r.reason = 'terminated' then false else (select (c.payload ->> 'compensate')::boolean
              from controls c where c.run_id = r.id and c.kind = 'cancel' order by c.created_at limit 1) end as compensate
       from runs r join flows f on f.id = r.flow_id
      where r.id = $1 and r.workspace_id = $2`,
    [runId, workspaceId],
  );
  if (!row) return undefined;
  const { status, error, outcome, response, businessKey, createdAt, cancelledAt, compensate, cleared, ...facts } = row;
  const made = new Date(createdAt).toISOString();
  return {
    facts,
    ...{ status, error, outcome, response, businessKey, createdAt: made, cancelledAt, compensate, cleared },
  };
}

function readSteps(sql: Sql, runId: string): Promise<RecordedStep[]> {
  return sql.query<RecordedStep>(
    `select step_id as step, iteration, kind, status, port, ${wholeValue('s', 'input')} as input,
            ${wholeValue('s', 'output')} as output, error,
            (extract(epoch from ended_at) * 1000)::float8 as "endedAt", seq::float8 as seq
       from steps s where run_id = $1 and pass = 0 and status <> 'skipped' order by seq`,
    [runId],
  );
}
