import type { Sql } from '../platform/database/index.js';

const areOf =
  '(p.run_id = any($1) or p.applied_run_id = any($1) or p.bound_run_id = any($1) or p.undoes_root_id = any($1))';

/** Removes the plans of removed runs, once neither the run that made one nor one that kept to it is there any more. */
export async function removePlans(tx: Sql, runIds: string[]): Promise<void> {
  await tx.query(
    `delete from plans p where ${areOf}
        and not exists (select from runs r where r.id in (p.run_id, p.applied_run_id, p.bound_run_id))`,
    [runIds],
  );
}

/** Takes the data out of the plans of these runs. How much they would have changed stays; they can no longer be applied. */
export async function clearPlans(tx: Sql, runIds: string[]): Promise<void> {
  const plans = await tx.query<{ id: string }>(
    `update plans p set pins = '{}', expires_at = least(expires_at, now()) where ${areOf} returning id`,
    [runIds],
  );
  const ids = plans.map(({ id }) => id);
  await tx.query(
    `update plan_writes set input = '', shown = null, before = null, changes = '[]' where plan_id = any($1)`,
    [ids],
  );
  await tx.query(
    `update undo_writes set changes = '[]', before = null, now = null, why = null where plan_id = any($1)`,
    [ids],
  );
  await tx.query('update plan_rows set subject = null, object = null where plan_id = any($1)', [ids]);
}
