import type { FlowTestResult, FlowTestRow } from '@castellan/api';
import type { FlowTest } from '@castellan/flow';
import type { Sql } from '../platform/database/index.js';
import { newId } from '../platform/ids.js';

const columns = `t.id, t.name, t.test, t.run_id as "runId", t.last_result as "lastResult", t.updated_at as "updatedAt",
  t.updated_by as "updatedBy"`;

/** The test cases of a flow, oldest first. */
export function readFlowTests(sql: Sql, flowId: string): Promise<FlowTestRow[]> {
  return sql.query<FlowTestRow>(`select ${columns} from flow_tests t where t.flow_id = $1 order by t.id`, [flowId]);
}

export async function readFlowTest(sql: Sql, flowId: string, id: string): Promise<FlowTestRow | undefined> {
  const [row] = await sql.query<FlowTestRow>(`select ${columns} from flow_tests t where t.flow_id = $1 and t.id = $2`, [
    flowId,
    id,
  ]);
  return row;
}

/** A test case to be stored. */
export interface NewFlowTest {
  workspaceId: string;
  flowId: string;
  test: FlowTest;
  runId: string | null;
  by: string;
}

/** @returns its id, or null where the flow has one of this name */
export async function insertFlowTest(sql: Sql, { workspaceId, flowId, test, runId, by }: NewFlowTest) {
  const [row] = await sql.query<{ id: string }>(
    `insert into flow_tests (id, workspace_id, flow_id, name, test, run_id, updated_by)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (flow_id, name) do nothing returning id`,
    [newId(), workspaceId, flowId, test.name, JSON.stringify(test), runId, by],
  );
  return row?.id ?? null;
}

/** What came of each of them; of one that was changed or removed meanwhile nothing is written. */
export async function writeResults(
  sql: Sql,
  { played, results, revision }: { played: FlowTestRow[]; results: FlowTestResult[]; revision: number },
): Promise<void> {
  const known = results.filter(({ id }) => id !== null);
  const at = new Date().toISOString();
  const updatedAt = new Map(played.map((row) => [row.id, row.updatedAt]));
  await sql.query(
    `update flow_tests t set last_result = n.result::jsonb
       from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as n (id, result, updated_at)
      where t.id = n.id and date_trunc('milliseconds', t.updated_at) = date_trunc('milliseconds', n.updated_at)`,
    [
      known.map(({ id }) => id),
      known.map(({ passed, failures }) => JSON.stringify({ passed, failures: failures.length, revision, at })),
      known.map(({ id }) => updatedAt.get(id ?? '')),
    ],
  );
}
