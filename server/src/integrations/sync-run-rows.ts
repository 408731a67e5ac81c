import type { RecordCounts, RecordKind, SyncRun } from '@castellan/api';
import type { JsonValue } from '@castellan/sdk';
import { isoInstant, type Sql } from '../platform/database/index.js';
import { newId } from '../platform/ids.js';

/** Told when a sync is wanted, or one is to be given up. */
export const syncsChannel = 'castellan_syncs';

export type Phase = RecordKind | 'ending';

/** What is read next. `group` is the number of the group whose memberships are read. */
export interface Place {
  phase: Phase;
  page: JsonValue | null;
  group?: number;
  /** Of the ending: groups were read, so that what is missing of them is known. */
  groupsRead?: true;
}

export const noCounts: RecordCounts = {
  ...{ read: 0, created: 0, changed: 0, unchanged: 0 },
  ...{ removed: 0, filtered: 0, failed: 0 },
};

export type Counts = SyncRun['counts'];

/** Counts as they are kept: what is nothing yet is left out. */
export function wholeCounts(kept: Partial<Counts>): Counts {
  const of = (kind: RecordKind) => ({ ...noCounts, ...kept[kind] });
  return { accounts: of('accounts'), groups: of('groups'), memberships: of('memberships') };
}

interface StoredSync extends Omit<SyncRun, 'counts' | 'phase'> {
  counts: Partial<Counts>;
  place: Place;
}

const columns = `s.id, s.integration_id as "integrationId", s.reason, s.asked_by as "askedBy", s.status, s.place,
  s.counts, s.failures, s.error, s.asks, s.decision, ${isoInstant('s.created_at')} as "createdAt",
  ${isoInstant('s.started_at')} as "startedAt", ${isoInstant('s.ended_at')} as "endedAt"`;

/** Syncs; `where` is all that follows the table’s name and its alias `s`. */
export async function readSyncs(sql: Sql, where: string, values: unknown[]): Promise<SyncRun[]> {
  const rows = await sql.query<StoredSync>(`select ${columns} from directory_sync_runs s ${where}`, values);
  return rows.map(({ place, counts, ...row }) => ({
    ...row,
    phase: row.status === 'running' ? place.phase : null,
    counts: wholeCounts(counts),
  }));
}

/** Asks for a sync, unless one is under way. A question that an earlier one left open is closed by it. */
export async function askForSync(
  sql: Sql,
  integration: { id: string; workspaceId: string; firstSyncedAt: Date | null },
  askedBy: string | null,
): Promise<void> {
  // What it would have marked is found again by the next one, if it is still so.
  await close(sql, integration.id, { to: 'completed', from: ['asks'] });
  const reason = integration.firstSyncedAt === null ? 'first' : askedBy === null ? 'schedule' : 'person';
  await sql.query(
    `insert into directory_sync_runs (id, workspace_id, integration_id, reason, asked_by) values ($1, $2, $3, $4, $5)
     on conflict (integration_id) where status in ('waiting', 'running') do nothing`,
    [newId(), integration.workspaceId, integration.id, reason, askedBy],
  );
}

/** Gives up what is under way; a page that is being read is not kept. */
export async function cancelSyncs(sql: Sql, integrationId: string): Promise<void> {
  await close(sql, integrationId, { to: 'cancelled', from: ['waiting', 'running', 'asks'] });
}

async function close(sql: Sql, integrationId: string, { to, from }: { to: string; from: string[] }): Promise<void> {
  const closed = await sql.query<{ id: string }>(
    `update directory_sync_runs set status = $2, ended_at = now()
      where integration_id = $1 and status = any($3) returning id`,
    [integrationId, to, from],
  );
  await sql.query('delete from directory_seen where sync_run_id = any($1)', [closed.map(({ id }) => id)]);
}
