import { prepared, type Sql } from '../platform/database/index.js';
import type { NewRun } from '../runs/make-run.js';
import type { RunFacts } from './facts.js';

/**
 * For a run that does an earlier one again: what the run that it calls goes on with. The flow was called at this step,
 * for this item, by an earlier run of the chain, so the new run joins the chain of that one: what it has done is kept.
 */
export async function earlierCall(
  sql: Sql,
  { id, rootId, again }: RunFacts,
  at: { step: string; item: string; flowId: string },
): Promise<Pick<NewRun, 'rootId' | 'retryOf' | 'retry'>> {
  if (rootId === id) return {};
  const [earlier] = await sql.query<{ id: string; rootId: string }>(
    prepared(`with called as materialized (
       select c.id, c.root_id from runs c
        where c.parent_run_id in (select $1::uuid union all select id from runs where root_id = $1 and root_id <> id)
          and c.parent_step = $2 and c.parent_item = $3 and c.flow_id = $4
     ) select id, root_id as "rootId" from called order by id desc limit 1`),
    [rootId, at.step, at.item, at.flowId],
  );
  if (!earlier) return {};
  return { rootId: earlier.rootId, retryOf: earlier.id, ...(again.length > 0 ? { retry: { again } } : {}) };
}
