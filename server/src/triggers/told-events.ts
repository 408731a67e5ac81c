import { pollLimits } from '@castellan/sdk';
import { prepared, type Sql } from '../platform/database/index.js';
import type { LoggedDelivery } from './inbox.js';
import type { HeardEvent } from './wake-runs.js';

/** An event of a connection, by the vendor's id of it. */
export interface ToldEvent {
  connectionId: string;
  event: string;
  id: string;
}

/** In SQL: flows that are switched on listen to the event of the sweep `s`. */
export const isListenedTo = `exists (select from triggers t join flows f on f.id = t.flow_id and f.removed_at is null
  where t.connection_id = s.connection_id and t.event = s.event and t.enabled)`;

/** What deliveries tell by themselves; not what was read, is a sample, or is delivered again by a person. */
export const toldBy = (arriving: { delivery: LoggedDelivery; heard: HeardEvent[] }[]): ToldEvent[] =>
  arriving.flatMap(({ delivery, heard }) => {
    const { connectionId, event, sample, againOf } = delivery;
    if (connectionId === null || event !== null || sample || againOf !== null) return [];
    return heard.flatMap(({ name, vendorKey }) =>
      vendorKey === null || vendorKey.length > pollLimits.idLength
        ? []
        : [{ connectionId, event: name, id: vendorKey }],
    );
  });

/**
 * Notes events as told, where a sweep asks for them; answers the ids of those that nobody told before. In the order of
 * their ids, so that two who tell the same wait for each other and never in a circle.
 */
export async function noteTold(tx: Sql, events: ToldEvent[]): Promise<string[]> {
  if (events.length === 0) return [];
  const rows = await tx.query<{ id: string }>(
    prepared(`insert into told_events (connection_id, event, event_id)
     select n.connection_id, n.event, n.id
       from unnest($1::uuid[], $2::text[], $3::text[]) as n (connection_id, event, id)
       join sweeps s on s.connection_id = n.connection_id and s.event = n.event and s.enabled
      where ${isListenedTo}
      order by n.connection_id, n.event, n.id
     on conflict do nothing returning event_id as id`),
    [events.map(({ connectionId }) => connectionId), events.map(({ event }) => event), events.map(({ id }) => id)],
  );
  return rows.map(({ id }) => id);
}

/** Which of these ids of an event were told. */
export async function toldAmong(sql: Sql, connectionId: string, event: string, ids: string[]): Promise<Set<string>> {
  const rows = await sql.query<{ id: string }>(
    'select event_id as id from told_events where connection_id = $1 and event = $2 and event_id = any($3)',
    [connectionId, event, ids],
  );
  return new Set(rows.map(({ id }) => id));
}
