import type { Sql } from '../platform/database/index.js';
import { countsOf, type HashedRow, type HashedWrite, planHash, rowsOf } from './plan-rows.js';

/** Rows that are written in one statement. */
const rowsAtOnce = 2_000;

/**
 * Closes a plan whose runs have all ended: its rows are brought into their order, and the hash over them is written.
 * From then on nothing of it changes. Whoever looks at a plan does this first; a plan that is still made stays open.
 */
export async function sealPlan(tx: Sql, planId: string): Promise<void> {
  const [plan] = await tx.query<{ underWay: boolean }>(
    `select exists (select from runs r where r.plan_id = p.id and r.mode = 'plan' and r.ended_at is null) as "underWay"
       from plans p where p.id = $1 and p.hash is null for no key update of p`,
    [planId],
  );
  if (!plan || plan.underWay) return;
  const writes = await tx.query<HashedWrite>(
    `select run_id as "runId", step_id as step, iteration, connection_id as "connectionId", operation,
            input_hash as "inputHash", open, changes, before_hash as "beforeHash" from plan_writes where plan_id = $1`,
    [planId],
  );
  const rows = rowsOf(writes);
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    await writeRows(tx, planId, rows.slice(from, from + rowsAtOnce), from);
  }
  await tx.query('update plans set hash = $2, counts = $3 where id = $1', [
    planId,
    planHash(rows),
    JSON.stringify(countsOf(rows)),
  ]);
}

async function writeRows(tx: Sql, planId: string, rows: HashedRow[], from: number): Promise<void> {
  const numbered = rows.map(({ runId, step, iteration, action, subject, object }, index) => ({
    ...{ n: from + index + 1, run_id: runId, step_id: step, iteration, action, subject, object },
  }));
  await tx.query(
    `insert into plan_rows (plan_id, n, run_id, step_id, iteration, action, subject, object)
     select $1, n.n, n.run_id, n.step_id, n.iteration, n.action, n.subject, n.object
       from json_to_recordset($2::json)
         as n (n int, run_id uuid, step_id text, iteration text, action text, subject jsonb, object jsonb)`,
    [planId, JSON.stringify(numbered)],
  );
}
