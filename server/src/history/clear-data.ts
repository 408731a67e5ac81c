import { clearPlans } from '../plans/forget-plans.js';
import type { Sql } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import type { LargeValues } from '../platform/large-values/index.js';
import { flowTerm, placeTerm } from '../runs/search/words.js';
import { runsOfChains } from './chain-runs.js';
import { putBack, takeOff } from './sizes.js';
import { releaseBlobs } from './unused-blobs.js';

const words = 'Its words were cleared.';
/** An error whose code stays and whose words go. */
const wordless = (error: string): string =>
  `case when ${error} is not null then jsonb_strip_nulls(jsonb_build_object('code', ${error} -> 'code', 'message', '${words}',
     'retryable', ${error} -> 'retryable', 'status', ${error} -> 'status', 'stepId', ${error} -> 'stepId',
     'stepTitle', ${error} -> 'stepTitle')) end`;

/**
 * Takes the data out of the runs of a chain of retries, which keep each other's: what started them, what their steps
 * were given and gave, in both forms, what people were shown, whom they were about. What happened stays: statuses,
 * times, ways, attempts, who decided and which calls were made. Answers the runs.
 */
export async function clearChain(tx: Sql, rootId: string, by: string): Promise<string[]> {
  await tx.query('select id from runs where id = $1 for update', [rootId]);
  const runIds = await runsOfChains(tx, [rootId]);
  await refuseOpen(tx, rootId, runIds);
  await takeOff(tx, runIds);
  const hashes = await namedBlobs(tx, rootId, runIds);
  await clearRuns(tx, runIds, by);
  await clearSteps(tx, runIds);
  await tx.query('delete from loop_items where run_id = any($1)', [runIds]);
  await tx.query(
    `update effects set input = '', changes = '[]', before = null, large = null,
            answer = case when state = 'refused' then ${wordless('answer')} end where root_id = $1`,
    [rootId],
  );
  await tx.query('delete from held_calls where run_id = any($1)', [runIds]);
  await tx.query(`update approvals set subject = null, show = null, large = null where run_id = any($1)`, [runIds]);
  await clearPlans(tx, runIds);
  hashes.push(...(await clearDeliveries(tx, runIds)));
  await releaseBlobs(tx, hashes);
  await putBack(tx, runIds);
  return runIds;
}

async function refuseOpen(tx: Sql, rootId: string, runIds: string[]): Promise<void> {
  const [open] = await tx.query('select from runs where id = any($1) and ended_at is null limit 1', [runIds]);
  if (open) throw new ApiError('conflict', 'A run of this chain has not ended: cancel it, or wait for its end.');
  const [unknown] = await tx.query(
    `select from effects where root_id = $1 and state in ('sending', 'unknown') limit 1`,
    [rootId],
  );
  if (unknown) {
    const message =
      'Nobody knows what came of one of its writes, and its data says what was sent: find that out first.';
    throw new ApiError('conflict', message);
  }
}

async function namedBlobs(tx: Sql, rootId: string, runIds: string[]): Promise<string[]> {
  const rows = await tx.query<{ hash: string }>(
    `select distinct l.value ->> 'hash' as hash from (
       select large from runs where id = any($1) and large is not null
       union all select large from steps where run_id = any($1) and large is not null
       union all select large from approvals where run_id = any($1) and large is not null
       union all select large from loop_items where run_id = any($1) and large is not null
       union all select large from effects where root_id = $2 and large is not null) n, jsonb_each(n.large) l`,
    [runIds, rootId],
  );
  return rows.map(({ hash }) => hash);
}

async function clearRuns(tx: Sql, runIds: string[], by: string): Promise<void> {
  const runs = await tx.query<{ id: string; workspaceId: string; flowId: string; mode: string }>(
    `update runs set trigger_data = '{}', large = null, business_key = null, order_key = null, outcome = null,
            response = case when response is not null then jsonb_build_object('status', response -> 'status') end,
            error = ${wordless('error')}, cleared_at = now(), cleared_by = $2, seq = nextval('change_seq')
      where id = any($1) returning id, workspace_id as "workspaceId", flow_id as "flowId", mode`,
    [runIds, by],
  );
  for (const { id, workspaceId, flowId, mode } of runs) {
    await tx.query('update run_search set words = array_to_tsvector($3) where workspace_id = $1 and run_id = $2', [
      ...[workspaceId, id],
      [placeTerm(workspaceId, mode), flowTerm(flowId)],
    ]);
  }
}

async function clearSteps(tx: Sql, runIds: string[]): Promise<void> {
  const inWords = (one: string) => `${one} || jsonb_build_object('message', '${words}')`;
  for (const runId of runIds) {
    await tx.query(
      `update steps set input = null, output = null, exact = null, large = null, error = ${wordless('error')},
              tries = (select jsonb_agg(${inWords('t')}) from jsonb_array_elements(tries) t), seq = nextval('change_seq')
        where run_id = $1`,
      [runId],
    );
  }
}

/** Deliveries of which all runs are cleared or gone lose what they brought; answers what large values they had. */
async function clearDeliveries(tx: Sql, runIds: string[]): Promise<string[]> {
  const rows = await tx.query<{ large: LargeValues | null }>(
    `with own as (
       select d.id, d.large from deliveries d
        where d.id in (select delivery_id from runs where id = any($1) and delivery_id is not null
                       union select delivery_id from intake where run_id = any($1) and status = 'duplicate')
          and not exists (select from intake i join runs r on r.id = i.run_id
                           where i.delivery_id = d.id and r.cleared_at is null)
     )
     update deliveries d set headers = '{}', query = '{}', body = '', events = null, large = null, cleared_at = now(),
              reason = 'What it brought was removed.'
       from own where d.id = own.id returning own.large`,
    [runIds],
  );
  return rows.flatMap(({ large }) => Object.values(large ?? {}).map(({ hash }) => hash));
}
