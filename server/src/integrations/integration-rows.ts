import type { Integration, SyncRun } from '@castellan/api';
import { z } from 'zod';
import { connectorOf } from '../connector-registry/known-connectors.js';
import { type Sql } from '../platform/database/index.js';
import type { IntegrationEntity } from './integration.entity.js';
import { readSyncs } from './sync-run-rows.js';

interface Beside {
  connectionName: string;
  simulator: boolean;
  accounts: number;
  groups: number;
  memberships: number;
  attributes: string[];
  lastSync: SyncRun | undefined;
}

/** Accounts that are looked at, to say what is told of them. */
const lookedAt = 200;

/** What the API shows of integrations beside their own rows. */
export async function toIntegrations(sql: Sql, rows: IntegrationEntity[]): Promise<Integration[]> {
  const ids = rows.map(({ id }) => id);
  const counted = await sql.query<{ id: string } & Omit<Beside, 'lastSync'>>(
    `select i.id, c.name as "connectionName", c.simulator,
            (select count(*)::int from directory_accounts a where a.integration_id = i.id and a.removed_at is null) as accounts,
            (select count(*)::int from directory_groups g where g.integration_id = i.id and g.removed_at is null) as groups,
            (select count(*)::int from directory_memberships m where m.integration_id = i.id and m.removed_at is null) as memberships,
            array(select distinct field from (
                    select record from directory_accounts a where a.integration_id = i.id and a.removed_at is null
                     order by a.seq limit ${lookedAt}) few
                   cross join lateral jsonb_object_keys(few.record) field order by field) as attributes
       from integrations i join connections c on c.id = i.connection_id where i.id = any($1)`,
    [ids],
  );
  const last = await readSyncs(
    sql,
    `where s.id in (select (select n.id from directory_sync_runs n where n.integration_id = w order by n.id desc limit 1)
                      from unnest($1::uuid[]) w)`,
    [ids],
  );
  return rows.flatMap((row) => {
    const beside = counted.find(({ id }) => id === row.id);
    const lastSync = last.find(({ integrationId }) => integrationId === row.id);
    return beside ? [shown(row, { ...beside, lastSync })] : [];
  });
}

function shown(row: IntegrationEntity, beside: Beside): Integration {
  const { id, name, connectionId, connector, settings, everyHours, disableGroupSync, filter, paused } = row;
  const { directory } = connectorOf(connector);
  const { accounts, groups, memberships, attributes } = beside;
  return {
    ...{ id, name, connector, settings, everyHours, disableGroupSync, paused, filterExpr: filter },
    connection: { id: connectionId, name: beside.connectionName, simulator: beside.simulator },
    mayBePrimary: directory?.mayBePrimary ?? false,
    hasGroups: directory?.groups !== undefined,
    primaryDirectory: row.primaryDirectory,
    organisation: row.instanceId === null ? null : { id: row.instanceId, name: row.instanceName ?? row.instanceId },
    health: {
      status: row.health,
      message: row.healthMessage,
      checkedAt: row.checkedAt?.toISOString() ?? null,
    },
    nextSyncAt: paused ? null : (row.nextSyncAt?.toISOString() ?? null),
    lastSync: beside.lastSync ?? null,
    present: { accounts, groups, memberships },
    attributes,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** Notes that a directory can be read now, or why it cannot. */
export async function noteHealth(sql: Sql, integrationId: string, problem: string | null): Promise<void> {
  await sql.query('update integrations set health = $2, health_message = $3, checked_at = now() where id = $1', [
    ...[integrationId, problem === null ? 'working' : 'failing', problem],
  ]);
}

/** The JSON Schema by which a form asks for an integration's settings. */
export const settingsSchema = (settings: z.ZodObject): unknown =>
  z.toJSONSchema(settings, { io: 'input', target: 'draft-2020-12' });
