import { prepared, type Sql } from '../platform/database/index.js';
import { newId } from '../platform/ids.js';
import { saveBlobs } from '../platform/large-values/index.js';
import { depthOf } from '../runs/depth.js';
import { makeRuns } from '../runs/make-run.js';
import { announceQueued } from '../runs/queue.js';
import type { Arrival } from './delivery.js';
import type { Candidate, Match } from './matching.js';
import { storedBody } from './stored-body.js';

/** A delivery as it is stored. */
export interface StoredDelivery extends Arrival {
  id: string;
  workspaceId: string;
  /** Path of the address at which it arrived, or where a sample was sent from. */
  address: string;
  triggerRow: string | null;
  connectionId: string | null;
  externalId: string | null;
  /** The event of the connection that was read; null where it was delivered. */
  event: string | null;
  /** Nominal time of a schedule's fire. */
  scheduledAt: Date | null;
  /** Names what comes only once, however often it is brought: a fire, an event that was read. */
  arrivalKey: string | null;
  sample: boolean;
  /** A sweep found it: nothing was delivered. */
  swept?: boolean;
  /** The delivery that somebody had delivered again. */
  againOf: string | null;
}

/**
 * What came of a delivery; queued: the limit of its trigger has it wait. Beside those of webhooks: a fire that was skipped for a run that is not done, one that
 * waits for it, and one that came too late to be made good.
 */
export type DeliveryStatus =
  | 'accepted'
  | 'refused'
  | 'filtered'
  | 'unmatched'
  | 'duplicate'
  | 'queued'
  | 'skipped'
  | 'waiting'
  | 'missed';

/** A delivery to be written, with what is known of it. */
export interface LoggedDelivery extends StoredDelivery {
  status: DeliveryStatus;
  reason: string | null;
}

export interface TakenRun {
  flowId: string;
  triggerId: string;
  runId: string;
  duplicate: boolean;
}

/** A stored delivery with what its triggers make of it. */
export interface MatchedDelivery {
  id: string;
  matched: { candidate: Candidate; match: Match }[];
  /** Whether keys count; not for a delivery that somebody asked to take in again. */
  dedupe: boolean;
  /** Of one that was stored before: its place among deliveries, which its runs keep. */
  place?: number;
}

/** Writes deliveries, in one statement. */
export async function storeDeliveries(tx: Sql, deliveries: LoggedDelivery[]): Promise<void> {
  const bodies = deliveries.map(storedBody);
  await saveBlobs(
    tx,
    bodies.flatMap(({ blobs }) => blobs),
  );
  const columnOf = <T>(read: (delivery: LoggedDelivery) => T): T[] => deliveries.map(read);
  await tx.query(
    prepared(`insert into deliveries (id, workspace_id, address, trigger_row, connection_id, external_id, method, headers, query,
                             body, large, sample, status, reason, event, scheduled_at, arrival_key, source, again_of, swept)
     select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::text[],
                          $8::jsonb[], $9::jsonb[], $10::bytea[], $11::jsonb[], $12::bool[], $13::text[], $14::text[],
                          $15::text[], $16::timestamptz[], $17::text[], $18::text[], $19::uuid[], $20::bool[])`),
    [
      columnOf(({ id }) => id),
      columnOf(({ workspaceId }) => workspaceId),
      columnOf(({ address }) => address),
      columnOf(({ triggerRow }) => triggerRow),
      columnOf(({ connectionId }) => connectionId),
      columnOf(({ externalId }) => externalId),
      columnOf(({ method }) => method),
      columnOf(({ headers }) => JSON.stringify(headers)),
      columnOf(({ query }) => JSON.stringify(query)),
      bodies.map(({ body }) => body),
      bodies.map(({ large }) => large),
      columnOf(({ sample }) => sample),
      columnOf(({ status }) => status),
      columnOf(({ reason }) => reason),
      columnOf(({ event }) => event),
      columnOf(({ scheduledAt }) => scheduledAt),
      columnOf(({ arrivalKey }) => arrivalKey),
      columnOf(({ source }) => source ?? null),
      columnOf(({ againOf }) => againOf),
      columnOf(({ swept = false }) => swept),
    ],
  );
}

/** Tells the places of one delivery in the inbox apart. */
export const placeInInbox = ({ trigger, event }: Candidate): string =>
  `${trigger.flowId} ${trigger.triggerId} ${event}`;

/** The places in the inbox that a delivery has already, and whether a run came of it there. */
export async function matchedBefore(sql: Sql, deliveryId: string): Promise<Map<string, boolean>> {
  const rows = await sql.query<{ place: string; hasRun: boolean }>(
    `select concat_ws(' ', flow_id, trigger_id, event) as place, run_id is not null as "hasRun"
       from intake where delivery_id = $1`,
    [deliveryId],
  );
  return new Map(rows.map(({ place, hasRun }) => [place, hasRun]));
}

/** What is known of a delivery for a trigger; where that failed there is no row yet. */
type Decided = Exclude<Match, { outcome: 'failed' }>;

/** What a delivery is for one trigger: a row of the inbox. */
interface Entry {
  deliveryId: string;
  candidate: Candidate;
  match: Decided;
  /** Null where nothing makes it the same as another delivery. */
  key: string | null;
  status: 'run' | 'filtered' | 'duplicate';
  runId: string | null;
  place: number | undefined;
}

/**
 * Makes the runs of deliveries, in the transaction that stores them. Of all deliveries with one key within its window
 * the first makes the run, whichever comes at the same moment; the others get its id. Answers in the order given.
 */
export async function takeIn(tx: Sql, deliveries: MatchedDelivery[]): Promise<TakenRun[][]> {
  const entries = deliveries.map((delivery) =>
    delivery.matched.flatMap(({ candidate, match }) =>
      match.outcome === 'failed' ? [] : [entryOf(delivery, candidate, match)],
    ),
  );
  const all = entries.flat();
  const keyed = all.filter(({ key }) => key !== null);
  if (keyed.length > 0) await claimKeys(tx, keyed);
  const written = new Set(keyed.filter(({ status }) => status === 'run'));
  await writeEntries(
    tx,
    all.filter((entry) => !written.has(entry)),
  );
  await makeRuns(tx, all.filter(({ status }) => status === 'run').map(newRunOf));
  await announce(tx, all);
  return entries.map((own) => own.filter(({ runId }) => runId !== null).map(takenRunOf));
}

function entryOf({ id, dedupe, place }: MatchedDelivery, candidate: Candidate, match: Decided): Entry {
  const entry = { deliveryId: id, candidate, match, place };
  if (match.outcome === 'filtered') return { ...entry, key: null, status: 'filtered', runId: null };
  return { ...entry, key: dedupe ? match.dedupeKey : null, status: 'run', runId: newId() };
}

/**
 * Claims the keys for new runs and writes their entries; an entry whose key is another run's becomes its duplicate. In
 * the order of the keys, so that two groups with the same keys wait for each other and never in a circle.
 */
async function claimKeys(tx: Sql, entries: Entry[]): Promise<void> {
  const places = [
    entries.map(({ candidate }) => candidate.trigger.flowId),
    entries.map(({ candidate }) => candidate.trigger.triggerId),
    entries.map(({ key }) => key),
  ];
  await tx.query(
    prepared(`update intake i set dedupe_key = null from unnest($1::uuid[], $2::text[], $3::text[]) as n (flow_id, trigger_id, key)
      where i.flow_id = n.flow_id and i.trigger_id = n.trigger_id and i.dedupe_key = n.key and i.dedupe_until < now()`),
    places,
  );
  const claimed = await tx.query<{ runId: string }>(
    prepared(`insert into intake (flow_id, trigger_id, dedupe_key, delivery_id, event, run_id, status, dedupe_until)
     select flow_id, trigger_id, key, delivery_id, event, run_id, 'run', now() + seconds * interval '1 second'
       from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::int[], $6::uuid[], $7::float8[])
         as n (flow_id, trigger_id, key, delivery_id, event, run_id, seconds)
      order by flow_id, trigger_id, key
     on conflict (flow_id, trigger_id, dedupe_key) where dedupe_key is not null do nothing
     returning run_id as "runId"`),
    [
      ...places,
      entries.map(({ deliveryId }) => deliveryId),
      entries.map(({ candidate }) => candidate.event),
      entries.map(({ runId }) => runId),
      entries.map(({ match }) => (match.outcome === 'run' ? match.dedupeSeconds : 0)),
    ],
  );
  if (claimed.length === entries.length) return;
  const first = new Set(claimed.map(({ runId }) => runId));
  const holders = await tx.query<{ flowId: string; triggerId: string; key: string; runId: string }>(
    prepared(`select i.flow_id as "flowId", i.trigger_id as "triggerId", i.dedupe_key as key, i.run_id as "runId"
       from intake i join (select distinct * from unnest($1::uuid[], $2::text[], $3::text[])) as n (flow_id, trigger_id, key)
         on i.flow_id = n.flow_id and i.trigger_id = n.trigger_id and i.dedupe_key = n.key`),
    places,
  );
  const runOf = new Map(holders.map((row) => [`${row.flowId} ${row.triggerId} ${row.key}`, row.runId]));
  for (const entry of entries) {
    if (entry.runId !== null && first.has(entry.runId)) continue;
    const { flowId, triggerId } = entry.candidate.trigger;
    const holder = runOf.get(`${flowId} ${triggerId} ${entry.key}`);
    if (!holder) throw new Error('The dedupe key was freed in the same moment; the delivery is to be sent again.');
    entry.status = 'duplicate';
    entry.runId = holder;
  }
}

async function writeEntries(tx: Sql, entries: Entry[]): Promise<void> {
  if (entries.length === 0) return;
  await tx.query(
    prepared(`insert into intake (delivery_id, flow_id, trigger_id, event, run_id, status, reason)
     select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::uuid[], $6::text[], $7::text[])`),
    [
      entries.map(({ deliveryId }) => deliveryId),
      entries.map(({ candidate }) => candidate.trigger.flowId),
      entries.map(({ candidate }) => candidate.trigger.triggerId),
      entries.map(({ candidate }) => candidate.event),
      entries.map(({ runId }) => runId),
      entries.map(({ status }) => status),
      entries.map(({ match }) => (match.outcome === 'filtered' ? match.reason : null)),
    ],
  );
}

const newRunOf = ({ deliveryId, candidate, match, runId, place }: Entry) => ({
  id: runId as string,
  workspaceId: candidate.trigger.workspaceId,
  flowId: candidate.trigger.flowId,
  versionId: candidate.trigger.versionId,
  version: candidate.trigger.version,
  mode: 'live' as const,
  triggerId: candidate.trigger.triggerId,
  triggerKind: candidate.trigger.kind,
  deliveryId,
  triggerData: candidate.data,
  businessKey: match.outcome === 'run' ? match.businessKey : null,
  order: match.outcome === 'run' ? match.order : null,
  place,
  simulated: candidate.trigger.simulated,
  depth: depthOf((candidate.data.headers ?? {}) as Record<string, string>),
});

const takenRunOf = ({ candidate, runId, status }: Entry): TakenRun => ({
  flowId: candidate.trigger.flowId,
  triggerId: candidate.trigger.triggerId,
  runId: runId as string,
  duplicate: status === 'duplicate',
});

async function announce(tx: Sql, entries: Entry[]): Promise<void> {
  const made = new Map<string, string[]>();
  for (const { candidate, status, runId } of entries) {
    if (status !== 'run' || runId === null) continue;
    const { workspaceId } = candidate.trigger;
    made.set(workspaceId, [...(made.get(workspaceId) ?? []), runId]);
  }
  for (const [workspaceId, runIds] of made) await announceQueued(tx, workspaceId, runIds);
}
