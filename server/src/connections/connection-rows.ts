import type { ConnectionRow } from '@castellan/api';
import type { Addresses } from '../platform/addresses.js';
import type { Sql } from '../platform/database/index.js';
import type { Connection } from './connection.entity.js';

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

/** A connection as the API shows it: never a secret's value. */
export function toConnectionRow(
  connection: Connection,
  context: { usedBy: UsedBy | undefined; listens: boolean; addresses: Addresses },
): ConnectionRow {
  const { id, name, connector, simulator, auth, settings, secretNames, status, statusMessage } = connection;
  return {
    ...{ id, name, connector, simulator, auth, settings, status, statusMessage },
    limits: { atOnce: connection.callsAtOnce, perSecond: connection.callsPerSecond },
    secrets: secretNames,
    testedAt: connection.testedAt?.toISOString() ?? null,
    usedBy: context.usedBy ?? [],
    hookUrl: context.listens ? context.addresses.hook(connection.hookPath) : null,
    createdAt: connection.createdAt.toISOString(),
    updatedAt: connection.updatedAt.toISOString(),
  };
}
