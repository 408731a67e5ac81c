import type { EventKind } from './catalog/index.js';

/** Subscriptions that events are kept for: those that are on, and those that were stopped and may have them later. */
const hears = `s.state in ('on', 'stopped')`;

/**
 * Completes a statement `with changed as (… returning …)` so that it also writes what it makes happen, for whoever
 * subscribed to it: in the same statement, so both are kept or neither, and without a further question where nobody
 * listens. What is returned for `changed` is said in changed-rows.ts. The statement's own `select` follows.
 */
export function telling(...kinds: EventKind[]): string {
  return `, told as (
    insert into emitted_events (id, workspace_id, type, data, depth)
    ${kinds.map(happened).join(' union all ')}
    returning id, workspace_id, type
  ), to_send as (
    insert into event_sendings (event_id, subscription_id)
    select told.id, s.id from told
      join event_subscribers s on s.workspace_id = told.workspace_id and s.type = told.type and ${hears}
  ) `;
}

/** Whether anybody listens at all is asked once, before anything is read: data are put together only for somebody. */
function happened({ type, facts }: EventKind): string {
  return `select gen_random_uuid(), changed.workspace_id, '${type}', ${facts.data}, ${facts.depth}
      from changed ${facts.joins}
     where (select exists (select from event_subscribers s where s.type = '${type}' and ${hears}))
       and exists (select from event_subscribers s
                    where s.workspace_id = changed.workspace_id and s.type = '${type}' and ${hears})
       and ${facts.when}`;
}
