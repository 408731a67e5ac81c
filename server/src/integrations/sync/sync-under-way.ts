import { integrationLimits, type RecordCounts, type RecordKind, type SyncRun } from '@castellan/api';
import { prepared, type Sql, type Transaction } from '../../platform/database/index.js';
import { type Counts, noCounts, type Place, wholeCounts } from '../sync-run-rows.js';

/** A sync with the integration that it is of, as they stand. */
export interface SyncUnderWay {
  id: string;
  workspaceId: string;
  integrationId: string;
  reason: SyncRun['reason'];
  place: Place;
  /** Pages that are kept: each is kept once, by whoever is first. */
  pages: number;
  tries: number;
  dueInMs: number;
  counts: Counts;
  failures: SyncRun['failures'];
  /** Records of the group that is being read that were not taken. */
  groupFailures: number;
  asks: SyncRun['asks'];
  decision: SyncRun['decision'];
  connectionId: string;
  connector: string;
  settings: unknown;
  disableGroupSync: boolean;
  filter: string | null;
  instanceId: string | null;
  instanceName: string | null;
}

/** The sync, while it runs; null when it has ended or was given up. */
export async function syncUnderWay(sql: Sql, id: string): Promise<SyncUnderWay | null> {
  const [row] = await sql.query<Omit<SyncUnderWay, 'counts'> & { counts: Partial<Counts> }>(
    prepared(`select s.id, s.workspace_id as "workspaceId", s.integration_id as "integrationId", s.reason, s.place, s.pages,
            s.tries, (extract(epoch from s.due_at - now()) * 1000)::float8 as "dueInMs", s.counts, s.failures,
            s.group_failures as "groupFailures", s.asks, s.decision, i.connection_id as "connectionId", i.connector,
            i.settings, i.disable_group_sync as "disableGroupSync", i.filter, i.instance_id as "instanceId",
            i.instance_name as "instanceName"
       from directory_sync_runs s join integrations i on i.id = s.integration_id
      where s.id = $1 and s.status = 'running'`),
    [id],
  );
  return row ? { ...row, counts: wholeCounts(row.counts) } : null;
}

/** Says that somebody is at it. False when it is no longer wanted. */
export async function touchSync(sql: Sql, id: string): Promise<boolean> {
  const rows = await sql.query(
    prepared(`update directory_sync_runs set touched_at = now() where id = $1 and status = 'running' returning 1`),
    [id],
  );
  return rows.length > 0;
}

/** What a page comes to. */
export interface Kept {
  place: Place;
  kind: RecordKind;
  counts: Partial<RecordCounts>;
  failures: SyncRun['failures'];
  groupFailures: number;
}

/** Holds the sync's row for a page that is about to be kept; false when somebody else kept it, or nobody wants it. */
export async function holdPage(tx: Transaction, { id, pages }: SyncUnderWay): Promise<boolean> {
  const rows = await tx.query(
    prepared(`select from directory_sync_runs where id = $1 and pages = $2 and status = 'running' for update`),
    [id, pages],
  );
  return rows.length > 0;
}

/** Moves the sync on behind a page, in the transaction that keeps it. */
export async function moveOn(tx: Transaction, sync: SyncUnderWay, kept: Kept): Promise<void> {
  const failures = [...sync.failures, ...kept.failures].slice(0, integrationLimits.failuresKept);
  const counts = { ...sync.counts, [kept.kind]: added(sync.counts[kept.kind], kept.counts) };
  await tx.query(
    prepared(`update directory_sync_runs set place = $2, pages = pages + 1, tries = 0, due_at = now(), touched_at = now(),
            counts = $3, failures = $4, group_failures = $5 where id = $1`),
    [sync.id, JSON.stringify(kept.place), JSON.stringify(counts), JSON.stringify(failures), kept.groupFailures],
  );
}

function added(before: RecordCounts, more: Partial<RecordCounts>): RecordCounts {
  const sums = Object.entries(before).map(([name, count]) => [name, count + (more[name as keyof RecordCounts] ?? 0)]);
  return { ...noCounts, ...Object.fromEntries(sums) };
}

/** Notes which records a page met, so that what is missing in the end is known. */
export async function noteSeen(
  tx: Transaction,
  { id, pages }: SyncUnderWay,
  kind: string,
  seqs: number[],
): Promise<void> {
  if (seqs.length === 0) return;
  await tx.query(prepared('insert into directory_seen (sync_run_id, page, kind, seqs) values ($1, $2, $3, $4)'), [
    id,
    pages,
    kind,
    seqs,
  ]);
}
