import { batches } from '../platform/batches.js';
import type { Sql } from '../platform/database/index.js';

/** A run with all runs that it called, and what else is of them. */
export interface RunTree {
  /** By their ids, which is by time: the run itself comes first. */
  runIds: string[];
  /** Of the flows that they ran, each once. */
  versionIds: string[];
  approvalIds: string[];
  /** Plans that a run made or kept to, and those that approvals were bound to. */
  planIds: string[];
}

/** Only ids, so that a run of many thousand calls takes little. */
export async function readTree(sql: Sql, runId: string): Promise<RunTree> {
  const runs = await sql.query<{ id: string; versionId: string; planId: string | null }>(
    `with recursive tree as (
       select id, version_id, plan_id from runs where id = $1
       union all select r.id, r.version_id, r.plan_id from tree t join runs r on r.parent_run_id = t.id)
     select id, version_id as "versionId", plan_id as "planId" from tree order by id`,
    [runId],
  );
  const runIds = runs.map(({ id }) => id);
  const approvals = await sql.query<{ id: string; planId: string | null }>(
    'select id, plan_id as "planId" from approvals where run_id = any($1) order by id',
    [runIds],
  );
  return {
    runIds,
    versionIds: [...new Set(runs.map(({ versionId }) => versionId))],
    approvalIds: approvals.map(({ id }) => id),
    planIds: [...new Set([...runs, ...approvals].flatMap(({ planId }) => planId ?? []))].sort(),
  };
}

/** Runs whose rows are read at one time. */
const runsAtOnce = 200;
const rowsAtOnce = 500;

/**
 * Rows of many runs in the order of the runs, a page at a time. `read` answers those of some runs from after a row on,
 * in the order of the run's id and their `seq`.
 */
export async function* rowsOfRuns<Row extends { runId: string; seq: number }>(
  runIds: string[],
  read: (some: { runIds: string[]; after: [runId: string, seq: number]; limit: number }) => Promise<Row[]>,
): AsyncIterable<Row> {
  for (const some of batches(runIds, runsAtOnce)) {
    let after: [string, number] = ['00000000-0000-0000-0000-000000000000', 0];
    for (;;) {
      const rows = await read({ runIds: some, after, limit: rowsAtOnce });
      yield* rows;
      const last = rows.at(-1);
      if (!last || rows.length < rowsAtOnce) break;
      after = [last.runId, last.seq];
    }
  }
}
