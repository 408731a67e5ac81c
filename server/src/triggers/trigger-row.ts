import type { CompiledTrigger } from '@castellan/flow';
import { prepared, type Sql } from '../platform/database/index.js';

/** A trigger of a published version. */
export interface TriggerRow {
  id: string;
  workspaceId: string;
  flowId: string;
  triggerId: string;
  versionId: string;
  version: number;
  kind: string;
  connectionId: string | null;
  event: string | null;
  spec: CompiledTrigger;
  enabled: boolean;
  /** Since when it is on with these settings. */
  since: Date;
  simulated: boolean;
}

/** A trigger of a flow that is switched off starts nothing, nor does one from which no wire leads. */
export const startsRuns = ({ enabled, spec }: TriggerRow): boolean => enabled && spec.starts !== false;

/** Where a run can wait for what the trigger hears: its connection and event, or the flow and the trigger itself. */
export function placeOf(trigger: TriggerRow): { listener: string; name: string } | null {
  const { kind, connectionId, event, flowId, triggerId } = trigger;
  if (kind === 'webhook') return { listener: flowId, name: triggerId };
  return connectionId === null || event === null ? null : { listener: connectionId, name: event };
}

const columns = `t.id, t.workspace_id as "workspaceId", t.flow_id as "flowId", t.trigger_id as "triggerId",
  t.version_id as "versionId", v.number as version, t.kind, t.connection_id as "connectionId", t.event, t.spec,
  t.enabled, t.since, v.uses_simulators as simulated`;
const from =
  'from triggers t join versions v on v.id = t.version_id join flows f on f.id = t.flow_id and f.removed_at is null';

/** The webhook triggers with these addresses, switched on or not, and whether somebody waits for a sample there; null where there is none. In the order given. */
export async function triggersAt(
  sql: Sql,
  paths: string[],
): Promise<((TriggerRow & { isListenedTo: boolean }) | null)[]> {
  const rows = await sql.query<TriggerRow & { path: string; isListenedTo: boolean }>(
    prepared(`select ${columns}, t.path,
                     exists (select from listeners l where l.path = t.path and l.until > now()) as "isListenedTo"
                ${from} where t.path = any($1)`),
    [paths],
  );
  const byPath = new Map(rows.map((row) => [row.path, row]));
  return paths.map((path) => byPath.get(path) ?? null);
}

export async function triggerOf(
  sql: Sql,
  workspaceId: string,
  flowId: string,
  triggerId: string,
): Promise<TriggerRow | null> {
  const [row] = await sql.query<TriggerRow>(
    `select ${columns} ${from} where t.workspace_id = $1 and t.flow_id = $2 and t.trigger_id = $3`,
    [workspaceId, flowId, triggerId],
  );
  return row ?? null;
}

/** The triggers that listen to a connection, switched on. */
export function triggersOfConnection(sql: Sql, connectionId: string): Promise<TriggerRow[]> {
  return sql.query<TriggerRow>(`select ${columns} ${from} where t.connection_id = $1 and t.enabled order by t.id`, [
    connectionId,
  ]);
}

export async function triggerById(sql: Sql, id: string): Promise<TriggerRow | null> {
  const [row] = await sql.query<TriggerRow>(`select ${columns} ${from} where t.id = $1`, [id]);
  return row ?? null;
}
