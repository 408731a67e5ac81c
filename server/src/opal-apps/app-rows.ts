import type { OpalAppServes } from '@castellan/api';
import type { Sql } from '../platform/database/index.js';

/** A custom app that this server answers for. */
export interface AppRow {
  id: string;
  workspaceId: string;
  name: string;
  appId: string;
  hookPath: string;
  sealed: string;
  hasNextSecret: boolean;
  serves: OpalAppServes;
  enabled: boolean;
  createdAt: Date;
  updatedAt: Date;
  lastCallAt: Date | null;
}

export interface AppSecrets {
  signingSecret: string;
  nextSecret?: string;
}

/** Where an app's secrets are bound to. */
export const sealedFor = (id: string): string => `opal-app:${id}`;

const columns = `a.id, a.workspace_id as "workspaceId", a.name, a.app_id as "appId", a.hook_path as "hookPath", a.sealed,
  a.has_next_secret as "hasNextSecret", a.serves, a.enabled, a.created_at as "createdAt", a.updated_at as "updatedAt",
  (select c.at from opal_app_calls c where c.app = a.id order by c.id desc limit 1) as "lastCallAt"`;

/** The app at an address; null where there is none. */
export async function appAt(sql: Sql, hookPath: string): Promise<AppRow | null> {
  const rows = await sql.query<AppRow>(
    `select ${columns} from opal_apps a where a.hook_path = $1 and a.removed_at is null`,
    [hookPath],
  );
  return rows[0] ?? null;
}

export async function appOf(sql: Sql, workspaceId: string, id: string): Promise<AppRow | null> {
  const rows = await sql.query<AppRow>(
    `select ${columns} from opal_apps a where a.workspace_id = $1 and a.id = $2 and a.removed_at is null`,
    [workspaceId, id],
  );
  return rows[0] ?? null;
}

/** One past the limit, newest first. */
export function appsOf(sql: Sql, workspaceId: string, before: string | null, limit: number): Promise<AppRow[]> {
  return sql.query<AppRow>(
    `select ${columns} from opal_apps a
      where a.workspace_id = $1 and ($2::uuid is null or a.id < $2) and a.removed_at is null order by a.id desc limit $3`,
    [workspaceId, before, limit + 1],
  );
}
