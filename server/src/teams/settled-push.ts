import type { JsonValue } from '@castellan/sdk';
import { connectorOf } from '../connector-registry/known-connectors.js';
import { type NewChange, noteChanges } from '../integrations/sync/directory-changes.js';
import { keepGroups } from '../integrations/sync/keep-records.js';
import type { Sql } from '../platform/database/index.js';
import { wholeValue } from '../platform/large-values/index.js';
import { pushGoesOn } from './due.js';
import { bodyStep, type PushAction, pushActions } from './push-flow.js';
import { pushOf } from './push-setup.service.js';

/** Pushes of an integration that are kept. Their runs are kept as all runs are. */
const keptPushes = 200;

interface EndedPush {
  id: string;
  workspaceId: string;
  integrationId: string;
  runId: string;
  connector: string;
  instanceId: string | null;
  removed: boolean;
}

interface EndedItem {
  key: string;
  resourceId: string;
  action: PushAction;
  groupId: string | null;
  accountId: string | null;
  isDone: boolean;
  answer: JsonValue;
}

/**
 * Notes what the ledger of a push whose run has ended says was done: groups that were made, memberships that began or
 * ended. What failed is said at its resource. Once: the push is held until then.
 */
export async function settlePush(tx: Sql, pushId: string): Promise<void> {
  const [push] = await tx.query<EndedPush>(
    `select p.id, p.workspace_id as "workspaceId", p.integration_id as "integrationId", p.run_id as "runId", i.connector,
            i.instance_id as "instanceId", i.removed_at is not null as removed
       from team_pushes p join integrations i on i.id = p.integration_id
      where p.id = $1 and p.ended_at is null for no key update of p, i skip locked`,
    [pushId],
  );
  if (!push) return;
  const items = await itemsOf(tx, push);
  const done = items.filter(({ isDone }) => isDone);
  await noteOutcomes(tx, push);
  if (!push.removed) {
    const made = await noteGroups(tx, push, done);
    await noteChanges(tx, push, [...(await noteAdded(tx, push, done)), ...(await noteRemoved(tx, done))]);
    // Their members follow.
    if (made > 0) await pushGoesOn(tx, push.integrationId, push.id);
  }
  const counts = pushActions.map((action) => [`${action}s`, done.filter((item) => item.action === action).length]);
  await tx.query('update team_pushes set done = $2, ended_at = now() where id = $1', [
    ...[push.id, JSON.stringify(Object.fromEntries(counts))],
  ]);
  await tx.query(
    `delete from team_pushes where id in (
       select id from team_pushes where integration_id = $1 and ended_at is not null order by id desc offset ${keptPushes})`,
    [push.integrationId],
  );
}

const stepOf = `case i.action ${pushActions.map((action) => `when '${action}' then '${bodyStep[action]}'`).join(' ')} end`;

/** The ledger names items as loops do: a list of the keys of the loops around a step. */
function itemsOf(tx: Sql, { id, runId }: EndedPush): Promise<EndedItem[]> {
  return tx.query<EndedItem>(
    `select i.key, i.resource_id as "resourceId", i.action, i.group_id as "groupId", i.account_id as "accountId",
            e.key is not null as "isDone", e.answer
       from team_push_items i left join lateral (
              select e.key, ${wholeValue('e', 'answer', 'output')} as answer from effects e
               where e.root_id = $2 and e.step_id = ${stepOf} and e.item = jsonb_build_array(i.key)::text
                 and e.state = 'done' and e.undone_at is null order by e.generation desc limit 1) e on true
      where i.push_id = $1 order by i.action, i.n`,
    [id, runId],
  );
}

/**
 * Ties the groups that were made. One that was there before the push, which the system took for the one that is wanted,
 * is pulled until a person has looked at it: who is in it would be removed else. @returns how many were made
 */
async function noteGroups(tx: Sql, push: EndedPush, done: EndedItem[]): Promise<number> {
  const create = pushOf(push.connector)?.create;
  const record = connectorOf(push.connector).directory?.groups?.record;
  if (!create || !record || push.instanceId === null) return 0;
  let made = 0;
  for (const { resourceId, answer } of done.filter(({ action }) => action === 'create')) {
    const { payload } = create.made(answer);
    const form = record(payload);
    if (form === null) continue;
    await keepGroups(tx, push, [{ form, payload }]);
    const tied = await tx.query<{ mode: string }>(
      `update directory_resources r set group_id = g.id, updated_at = now(),
              mode = case when g.first_seen_at < p.created_at then 'pull' else r.mode end,
              problem = case when g.first_seen_at < p.created_at then $7 end
         from directory_groups g, team_pushes p
        where r.id = $1 and r.group_id is null and g.workspace_id = $2 and g.connector = $3 and g.instance_id = $4
          and g.external_id = $5 and p.id = $6 and not exists (select from directory_resources o where o.group_id = g.id)
       returning r.mode`,
      [resourceId, push.workspaceId, push.connector, push.instanceId, form.externalId, push.id, wasThere],
    );
    if (tied.length === 0) {
      await tx.query('update directory_resources set problem = $2 where id = $1', [resourceId, isAnothers]);
    }
    made += tied.filter(({ mode }) => mode === 'push').length;
  }
  return made;
}

const wasThere = 'There was such a group already. Look at how it differs from the team, and push it then.';
const isAnothers =
  'There is such a group already, and it is tied to another team. Detach this, and choose another group.';

async function noteAdded(tx: Sql, push: EndedPush, done: EndedItem[]): Promise<NewChange[]> {
  const added = done.filter(({ action }) => action === 'add');
  const rows = await tx.query<{ groupId: string; accountId: string }>(
    `insert into directory_memberships (workspace_id, integration_id, group_id, account_id, role)
     select $1, $2, g, a, 'MEMBER' from unnest($3::uuid[], $4::uuid[]) w(g, a)
     on conflict (group_id, account_id) where removed_at is null do nothing
     returning group_id as "groupId", account_id as "accountId"`,
    [
      ...[push.workspaceId, push.integrationId],
      ...[added.map(({ groupId }) => groupId), added.map(({ accountId }) => accountId)],
    ],
  );
  return rows.map((place) => ({ kind: 'group_joined', ...place, detail: { role: 'MEMBER' } }));
}

async function noteRemoved(tx: Sql, done: EndedItem[]): Promise<NewChange[]> {
  const removed = done.filter(({ action }) => action === 'remove');
  const rows = await tx.query<{ groupId: string; accountId: string; role: string }>(
    `update directory_memberships m set removed_at = now() from unnest($1::uuid[], $2::uuid[]) w(g, a)
      where m.group_id = w.g and m.account_id = w.a and m.removed_at is null
     returning m.group_id as "groupId", m.account_id as "accountId", m.role`,
    [removed.map(({ groupId }) => groupId), removed.map(({ accountId }) => accountId)],
  );
  return rows.map(({ role, ...place }) => ({ kind: 'group_left', ...place, detail: { role } }));
}

/** Of each item what became of it, and at each resource how many could not be written and why the first could not. */
async function noteOutcomes(tx: Sql, { id, runId }: EndedPush): Promise<void> {
  await tx.query(
    `update team_push_items i set outcome = case when exists (${doneEffect}) then 'done' else 'failed' end,
            why = case when not exists (${doneEffect}) then coalesce(
              (select s.error ->> 'message' from steps s where s.run_id = $2 and s.step_id = ${stepOf}
                  and s.iteration = i.n::text and s.pass = 0),
              (select c.payload ->> 'why' from controls c where c.run_id = $2 and c.kind = 'cancel' order by c.id limit 1),
              'The run ended before it.') end
      where i.push_id = $1`,
    [id, runId],
  );
  await tx.query(
    `update directory_resources r set problem = f.problem, updated_at = now()
       from (select resource_id, case when count(*) filter (where outcome = 'failed') > 0 then
                      count(*) filter (where outcome = 'failed') || ' of ' || count(*) || ' could not be written: '
                      || (array_agg(why order by n) filter (where outcome = 'failed'))[1] end as problem
               from team_push_items where push_id = $1 group by resource_id) f
      where r.id = f.resource_id and r.mode = 'push'`,
    [id],
  );
}

const doneEffect = `select from effects e where e.root_id = $2 and e.step_id = ${stepOf}
  and e.item = jsonb_build_array(i.key)::text and e.state = 'done' and e.undone_at is null`;
