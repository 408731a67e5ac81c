import { randomUUID } from 'node:crypto';
import type { SimulatedRequest } from '@castellan/sdk/simulator';
import { simulatedActor } from '../opal.seed.js';
import type { OpalEvent, OpalGrant, OpalState } from './state.js';

/** What happened to somebody's access, in our reading: Opal publishes no list of its event types. */
export type AccessEvent = 'ADDED_TO_RESOURCE' | 'REMOVED_FROM_RESOURCE' | 'ADDED_TO_GROUP' | 'REMOVED_FROM_GROUP';

/** Writes a line of the simulated audit log. */
export function logAccess(state: OpalState, kind: AccessEvent, grant: OpalGrant, now: Date): void {
  const { full_name } = state.users.find(({ user_id }) => user_id === grant.user_id)!;
  const thing = kind.endsWith('GROUP') ? 'group_id' : 'resource_id';
  state.events.push({
    event_id: randomUUID(),
    event_type: `USERS_${kind}`,
    created_at: now.toISOString(),
    ...simulatedActor,
    sub_events: [
      { sub_event_type: `USER_${kind}`, user_id: grant.user_id, user_name: full_name, [thing]: grant.thing_id },
    ],
  });
}

/** The lines that the filters of a request let through, newest first. */
export function loggedEvents(state: OpalState, { query }: SimulatedRequest): OpalEvent[] {
  const { start_date_filter: start, end_date_filter: end, event_type_filter: type, actor_filter: actor } = query;
  const { object_filter: object, api_token_filter: token } = query;
  const time = (text: string | undefined, otherwise: number) => (text ? Date.parse(text) : otherwise);
  return state.events
    .filter(({ created_at, event_type, actor_user_id, sub_events }) => {
      const at = Date.parse(created_at);
      const isAbout = (id: string) => sub_events.some((part) => Object.values(part).includes(id));
      return (
        at >= time(start, 0) &&
        at <= time(end, Infinity) &&
        (!type || event_type === type) &&
        (!actor || actor_user_id === actor) &&
        (!object || isAbout(object)) &&
        !token
      );
    })
    .toSorted((a, b) => b.created_at.localeCompare(a.created_at));
}
