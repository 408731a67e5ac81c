import { atPointer } from '../expressions/intake-reading.js';
import { prepared, type Sql } from '../platform/database/index.js';
import { asKeyText, keyHash } from '../platform/key-text.js';
import { saveBlobs, splitLarge } from '../platform/large-values/index.js';

/** One event of a delivery, as runs can wait for it. */
export interface HeardEvent {
  deliveryId: string;
  /** Which event of the delivery. */
  index: number;
  /** Where it was heard: a connection, or a flow with a webhook of its own. */
  listener: string;
  /** The connector's event, or the id of the webhook trigger. */
  name: string;
  /** What pointers are read in, and what the waiting step puts out. */
  data: Record<string, unknown>;
  /** The vendor's id of it. A run that was woken by it once is not woken by its repetition. */
  vendorKey: string | null;
}

/** A step whose wait a delivery has ended. */
export interface WokenStep {
  deliveryId: string;
  runId: string;
  step: string;
  iteration: string;
}

/** An event that holds, at one pointer, what steps may be waiting for. */
interface Sought {
  heard: HeardEvent;
  pointer: string;
  hash: string;
}

type Found = Omit<WokenStep, 'deliveryId'> & { sought: number };

/**
 * Ends the waits that these events are awaited by, in the transaction that stores their deliveries: each run finds a
 * control with the delivery, whether or not it hears of it at once. An event that nobody waits for costs one look.
 */
export async function wakeRuns(tx: Sql, heard: HeardEvent[]): Promise<WokenStep[]> {
  const sought = await soughtIn(tx, heard);
  if (sought.length === 0) return [];
  const found = await waitsFor(tx, sought);
  if (found.length === 0) return [];
  const woken = await endWaits(tx, sought, found);
  await keepEvents(tx, sought, woken);
  return woken.map(({ sought: index, ...step }) => ({
    ...step,
    deliveryId: (sought[index] as Sought).heard.deliveryId,
  }));
}

/** Whether any run waits for this event of this listener. */
export async function isAwaited(sql: Sql, { listener, name }: Pick<HeardEvent, 'listener' | 'name'>): Promise<boolean> {
  const rows = await sql.query('select from waits where listener = $1 and event = $2 and closed_at is null limit 1', [
    listener,
    name,
  ]);
  return rows.length > 0;
}

/** What the events hold at the pointers by which steps wait for their like: a pointer is read once, however many wait. */
async function soughtIn(tx: Sql, heard: HeardEvent[]): Promise<Sought[]> {
  if (heard.length === 0) return [];
  const pointers = await tx.query<{ listener: string; event: string; pointer: string }>(
    prepared(`select l.listener, l.event, p.pointer
       from (select distinct * from unnest($1::uuid[], $2::text[])) as l (listener, event)
       cross join lateral (
         with recursive pointers as (
           (select w.pointer from waits w
             where w.listener = l.listener and w.event = l.event and w.closed_at is null order by w.pointer limit 1)
           union all
           select (select w.pointer from waits w
                    where w.listener = l.listener and w.event = l.event and w.closed_at is null
                      and w.pointer > last.pointer order by w.pointer limit 1)
             from pointers last where last.pointer is not null
         ) select pointer from pointers where pointer is not null
       ) p`),
    [heard.map(({ listener }) => listener), heard.map(({ name }) => name)],
  );
  return heard.flatMap((event) =>
    pointers.flatMap(({ listener, event: name, pointer }) => {
      if (listener !== event.listener || name !== event.name) return [];
      const text = asKeyText(atPointer(event.data, pointer));
      return text === null ? [] : [{ heard: event, pointer, hash: keyHash(text) }];
    }),
  );
}

/** The open waits; where two deliveries fit one, the first ends it. */
async function waitsFor(tx: Sql, sought: Sought[]): Promise<Found[]> {
  const rows = await tx.query<Found>(
    `select distinct on (w.run_id, w.step_id, w.iteration)
            w.run_id as "runId", w.step_id as step, w.iteration, (s.place - 1)::int as sought
       from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
            with ordinality as s (listener, event, pointer, hash, key, place)
       join waits w on w.listener = s.listener and w.event = s.event and w.pointer = s.pointer
                   and w.value_hash = s.hash and w.closed_at is null
      where not exists (select from waits before
                         where before.run_id = w.run_id and before.listener = s.listener and before.event_key = s.key)
      order by w.run_id, w.step_id, w.iteration, s.place`,
    [
      sought.map(({ heard }) => heard.listener),
      sought.map(({ heard }) => heard.name),
      sought.map(({ pointer }) => pointer),
      sought.map(({ hash }) => hash),
      sought.map(({ heard }) => heard.vendorKey),
    ],
  );
  return rows;
}

/** The run's row is held before its waits, as by the host that ends it, so that neither waits for the other in a circle. */
async function endWaits(tx: Sql, sought: Sought[], found: Found[]): Promise<Found[]> {
  await tx.query('select from runs where id = any($1) and ended_at is null order by id for key share', [
    [...new Set(found.map(({ runId }) => runId))],
  ]);
  return tx.query<Found>(
    `with held as (
       select f.*
         from unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::uuid[], $6::text[], $7::int[])
              as f (run_id, step_id, iteration, sought, delivery_id, key, event)
         join waits w on w.run_id = f.run_id and w.step_id = f.step_id and w.iteration = f.iteration
        where w.closed_at is null
        order by f.run_id, f.step_id, f.iteration for update of w
     ), ended as (
       update waits w set closed_at = now(), delivery_id = h.delivery_id, event_key = h.key
         from held h where w.run_id = h.run_id and w.step_id = h.step_id and w.iteration = h.iteration
       returning w.run_id, w.step_id, w.iteration, h.sought, h.delivery_id, h.event
     ), told as (
       insert into controls (run_id, kind, step_id, iteration, payload, actor)
       select run_id, 'event', step_id, iteration, jsonb_build_object('delivery', delivery_id, 'event', event), 'delivery'
         from ended
     )
     select run_id as "runId", step_id as step, iteration, sought from ended`,
    [
      found.map(({ runId }) => runId),
      found.map(({ step }) => step),
      found.map(({ iteration }) => iteration),
      found.map((one) => one.sought),
      found.map((one) => sought[one.sought]?.heard.deliveryId),
      found.map((one) => sought[one.sought]?.heard.vendorKey ?? null),
      found.map((one) => sought[one.sought]?.heard.index),
    ],
  );
}

/** Keeps the events that woke somebody with their deliveries, once, however many they woke. */
async function keepEvents(tx: Sql, sought: Sought[], woken: Found[]): Promise<void> {
  const events = new Map<string, Record<string, unknown>>();
  for (const index of new Set(woken.map((one) => one.sought))) {
    const { heard } = sought[index] as Sought;
    events.set(heard.deliveryId, { ...events.get(heard.deliveryId), [heard.index]: heard.data });
  }
  const deliveries = await tx.query<{ id: string; workspaceId: string }>(
    'select id, workspace_id as "workspaceId" from deliveries where id = any($1)',
    [[...events.keys()]],
  );
  const kept = deliveries.map(({ id, workspaceId }) => splitLarge(workspaceId, { events: events.get(id) }));
  await saveBlobs(
    tx,
    kept.flatMap(({ blobs }) => blobs),
  );
  await tx.query(
    `update deliveries d set events = n.events::jsonb,
            large = case when n.large is null then d.large else coalesce(d.large, '{}') || n.large::jsonb end
       from unnest($1::uuid[], $2::text[], $3::text[]) as n (id, events, large) where d.id = n.id`,
    [deliveries.map(({ id }) => id), kept.map(({ parts }) => parts.events), kept.map(({ large }) => large)],
  );
}
