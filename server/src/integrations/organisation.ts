import { FatalError } from '@castellan/sdk';
import { isUniqueViolation, type Sql } from '../platform/database/index.js';

/** Accounts that are looked for, to tell an organisation by them. */
const lookedFor = 200;

/** What a system says of the organisation that a connection reaches. */
export interface Reached {
  /** Null where it names its organisation nowhere. */
  id: string | null;
  name: string;
  /** Ids of some of its accounts; null where another organisation may have the same. */
  accounts: string[] | null;
}

interface Standing {
  workspaceId: string;
  connector: string;
  connectionId: string;
  instanceId: string | null;
  instanceName: string | null;
  /** It has accounts, and so is of one organisation for good. */
  isSettled: boolean;
  /** All accounts of its organisation are here: none that it gives first can be unknown. */
  isWhole: boolean;
}

/**
 * Notes of which organisation an integration is, and answers its id here. Rejects with FatalError where the connection
 * reaches another one than before, or one that another integration syncs.
 */
export async function settleOrganisation(sql: Sql, integrationId: string, reached: Reached): Promise<string> {
  const standing = await standingOf(sql, integrationId);
  const { connectionId, instanceId: own, instanceName, isSettled } = standing;
  const id = await idOf(sql, standing, reached);
  if (own !== null && id !== own && isSettled) {
    const now = reached.name === instanceName ? `another organisation of ${reached.name}` : reached.name;
    throw new FatalError(
      `The connection now reaches ${now}, and this integration is of ${instanceName ?? own}. Make another integration for it.`,
      { code: 'E_INPUT' },
    );
  }
  const settled = id ?? `connection ${connectionId}`;
  try {
    await sql.query('update integrations set instance_id = $2, instance_name = $3 where id = $1', [
      ...[integrationId, settled, reached.name],
    ]);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new FatalError(`Another integration syncs ${reached.name} already.`, { code: 'E_INPUT' });
  }
  return settled;
}

/** The organisation's id, by its name or by accounts that are known; null where it is one that has none yet. */
async function idOf(sql: Sql, standing: Standing, { id, name, accounts }: Reached): Promise<string | null> {
  if (accounts === null) return id;
  const { instanceId: own, instanceName, isWhole } = standing;
  const known = await organisationsOf(sql, standing, accounts);
  if (own !== null && known.includes(own)) return own;
  if (known.length > 0) return known[0] as string;
  // Nobody is known, which a filter explains as well: then the address decides.
  const isOther = name !== instanceName || (id === null && isWhole && accounts.length > 0);
  return own !== null && !isOther ? own : id;
}

/** The organisations of accounts that were ever read, by how many they are. */
async function organisationsOf(sql: Sql, { workspaceId, connector }: Standing, accounts: string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select instance_id as id from directory_accounts
      where workspace_id = $1 and connector = $2 and external_id = any($3) group by 1 order by count(*) desc, 1`,
    [workspaceId, connector, accounts.slice(0, lookedFor)],
  );
  return rows.map(({ id }) => id);
}

async function standingOf(sql: Sql, integrationId: string): Promise<Standing> {
  const [row] = await sql.query<Standing>(
    `select workspace_id as "workspaceId", connector, connection_id as "connectionId", instance_id as "instanceId",
            instance_name as "instanceName", holds as "isSettled",
            holds and filter is null and first_synced_at is not null as "isWhole"
       from integrations i cross join lateral (
              select exists (select from directory_accounts a where a.integration_id = i.id and a.removed_at is null) as holds
            ) there
      where i.id = $1`,
    [integrationId],
  );
  return row as Standing;
}
