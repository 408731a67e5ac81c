import { prepared, type Sql } from '../../platform/database/index.js';
import { queueChannel } from '../queue.js';

/**
 * The changes of a write by which a run has begun its work, as a path. What it may have done and still come after others
 * of its key: it sent messages, and made records that are about nobody, such as tickets. A call of which only the address
 * is known may be anything.
 */
const isWork = `$[*] ? (@.action != "notify" && (@.action != "create" || exists(@.subject) || !exists(@.object)
                          || @.object.type == "url" || @.object.type == "call"))`;

/**
 * Runs of lanes that only wait for a time give their turns back, unless their work, or that of runs that they called, has
 * begun: then nobody comes between its parts. Done twice it changes nothing. In the transaction that has locked the runs.
 */
export async function giveTurnsBack(tx: Sql, runIds: string[]): Promise<void> {
  if (runIds.length === 0) return;
  await tx.query(
    prepared(`with recursive below (top, id, root_id) as (
       select r.id, r.id, r.root_id from runs r join turns t on t.run_id = r.id
        where r.id = any($1) and t.state = 'go' and t.lane is not null
       union all select b.top, r.id, r.root_id from below b join runs r on r.parent_run_id = b.id
     ), begun as (
       select distinct b.top from below b join effects e on e.root_id = b.root_id
        where e.state <> 'refused' and (e.changes = '[]' or jsonb_path_exists(e.changes, $2::jsonpath))
     ), back as (
       update turns set state = 'leaves', woken = '[]'
        where run_id in (select top from below) and run_id not in (select top from begun) and state = 'go'
       returning run_id
     ), noted as (
       update runs r set turn = 'away' from back where r.id = back.run_id
     ), told as (
       insert into controls (run_id, kind, actor, taken_at) select run_id, 'turn_left', 'castellan', now() from back
     ) select pg_notify($3, '') from back limit 1`),
    [runIds, isWork, queueChannel],
  );
}

/** A step of a run. */
export interface Place {
  step: string;
  iteration: string;
}

/**
 * Time has come for these steps of a run that has given its turn back: it queues again, behind those that wait by then.
 * In the transaction that has locked the run. @returns false where it has its turn by now and can go on
 */
export async function wantTurn(tx: Sql, runId: string, woken: Place[]): Promise<boolean> {
  const [turn] = await tx.query<{ state: string; superseded: boolean }>(
    prepared(`select t.state, r.superseded_by is not null as superseded from turns t join runs r on r.id = t.run_id
      where t.run_id = $1 for update of t`),
    [runId],
  );
  if (!turn || turn.state === 'go') return false;
  // It is cancelled in a moment.
  if (turn.superseded || turn.state === 'done') return true;
  const queues = turn.state === 'leaves' || turn.state === 'away';
  await tx.query(
    prepared(`update turns set woken = woken || $2::jsonb, state = case when $3 then 'new' else state end,
            place = case when $3 then nextval('change_seq') else place end where run_id = $1`),
    [runId, JSON.stringify(woken), queues],
  );
  if (!queues) return true;
  await tx.query(prepared(`update runs set turn = 'waits', seq = nextval('change_seq') where id = $1`), [runId]);
  await tx.query(
    prepared(`insert into controls (run_id, kind, payload, actor, taken_at)
     select $1, 'turn_wanted', jsonb_strip_nulls(jsonb_build_object('behind', (
              select f.name from turns t join turns h on h.scope = t.scope and h.order_key = t.order_key and h.state in ('slot', 'go')
                join flows f on f.id = h.flow_id where t.run_id = $1))), 'castellan', now()`),
    [runId],
  );
  await tx.query(prepared(`select pg_notify($1, '')`), [queueChannel]);
  return true;
}

/** Those of these runs that have given their turn back and do not have it again. */
export async function withoutTurn(sql: Sql, runIds: string[]): Promise<ReadonlySet<string>> {
  if (runIds.length === 0) return new Set();
  const rows = await sql.query<{ id: string }>(
    prepared(
      `select run_id as id from turns where run_id = any($1) and lane is not null and state not in ('go', 'done')`,
    ),
    [runIds],
  );
  return new Set(rows.map(({ id }) => id));
}
