import type { ConnectionRow } from '@castellan/api';
import { type Draft, objectOf, stepPlaces } from '@castellan/flow';
import type { Sql } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';

type UsedBy = ConnectionRow['usedBy'];

/** The flows whose draft or published version names a connection, by the connection's id. */
export async function readUses(sql: Sql, workspaceId: string): Promise<Map<string, UsedBy>> {
  const uses = await sql.query<{ connectionId: string; flowId: string; flowName: string }>(
    `select distinct slot.id #>> '{}' as "connectionId", f.id as "flowId", f.name as "flowName"
     from flows f
     left join versions v on v.flow_id = f.id and v.number = f.published,
     lateral (
       select jsonb_path_query(f.draft::jsonb, '$.connections.*.id') as id
       union all
       select jsonb_path_query(v.flow::jsonb, '$.connections.*.id')
     ) slot
     where f.workspace_id = $1 and f.removed_at is null
     order by "flowName"`,
    [workspaceId],
  );
  const byConnection = new Map<string, UsedBy>();
  for (const { connectionId, flowId, flowName } of uses) {
    byConnection.set(connectionId, [...(byConnection.get(connectionId) ?? []), { flowId, flowName }]);
  }
  return byConnection;
}

/** Refuses what removes a connection or table for as long as flows name it, custom apps of Opal are served by it, or its directory is synced. */
export async function refuseUsed(
  tx: Sql,
  workspaceId: string,
  { id, what }: { id: string; what: 'connection' | 'table' },
): Promise<void> {
  const usedBy = (await readUses(tx, workspaceId)).get(id) ?? [];
  if (usedBy.length > 0) {
    const flows = inQuotes(usedBy.map(({ flowName }) => flowName));
    throw new ApiError('in_use', `The flows ${flows} use this ${what}.`, { usedBy });
  }
  const apps = await appsServedBy(tx, workspaceId, id);
  if (apps.length > 0) throw new ApiError('in_use', `It serves lists of the Opal custom apps ${inQuotes(apps)}.`);
  const integrations = await tx.query<{ name: string }>(
    'select name from integrations where connection_id = $1 and removed_at is null order by name',
    [id],
  );
  if (integrations.length === 0) return;
  throw new ApiError('in_use', `The integration ${inQuotes(integrations.map(({ name }) => name))} syncs by it.`);
}

const inQuotes = (names: string[]): string => names.map((name) => `“${name}”`).join(', ');

/** Custom apps of Opal whose lists a connection serves, by name. */
async function appsServedBy(sql: Sql, workspaceId: string, connectionId: string): Promise<string[]> {
  const apps = await sql.query<{ name: string }>(
    `select name from opal_apps
      where workspace_id = $1 and removed_at is null
        and jsonb_path_exists(serves, '$.reads.*.connectionId ? (@ == $id)', jsonb_build_object('id', $2::text))
      order by name`,
    [workspaceId, connectionId],
  );
  return apps.map(({ name }) => name);
}

/** The same with the steps and triggers of each flow that name the connection, of its draft first. */
export async function withSteps(sql: Sql, connectionId: string, uses: UsedBy): Promise<UsedBy> {
  const flows = await sql.query<{ id: string; draft: Draft; published: Draft | null }>(
    `select f.id, f.draft::jsonb as draft, v.flow::jsonb as published
       from flows f left join versions v on v.flow_id = f.id and v.number = f.published where f.id = any($1)`,
    [uses.map(({ flowId }) => flowId)],
  );
  const byId = new Map(flows.map((flow) => [flow.id, flow]));
  return uses.map((use) => {
    const flow = byId.get(use.flowId);
    const named = [flow?.draft, flow?.published].flatMap((form) => (form ? naming(form, connectionId) : []));
    return { ...use, steps: [...new Map(named.map((step) => [step.id, step])).values()] };
  });
}

type Naming = { title?: unknown; connection?: unknown; signature?: unknown; event?: unknown };

/** The triggers and steps of one form of a flow whose slot holds the connection. A draft may be of any shape. */
function naming(flow: Draft, connectionId: string): { id: string; title: string }[] {
  const slots = Object.entries(objectOf(flow.connections)).filter(([, slot]) => objectOf(slot).id === connectionId);
  const ids = new Set<unknown>(slots.map(([slot]) => slot));
  const triggers = Object.entries(objectOf(flow.triggers)).map(([id, trigger]) => [id, objectOf(trigger)] as const);
  const steps = stepPlaces(flow).map(({ id, step }) => [id, step] as const);
  return [...triggers, ...steps].flatMap(([id, step]: readonly [string, Naming]) => {
    const named = [step.connection, objectOf(step.signature).connection, objectOf(step.event).connection];
    if (!named.some((slot) => slot !== undefined && ids.has(slot))) return [];
    return [{ id, title: typeof step.title === 'string' && step.title !== '' ? step.title : id }];
  });
}
