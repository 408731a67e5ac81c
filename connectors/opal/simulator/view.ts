import type { SimulatorView } from '@castellan/sdk/simulator';
import { accessOf, membersOf } from './access.js';
import type { OpalState } from './state.js';

/** What the simulated Opal holds, as tables for people. */
export function viewOpal(state: OpalState): SimulatorView {
  const now = new Date();
  const accesses = accessOf(state, now).map((access) => ({
    person: access.email,
    resource: access.resource_name,
    level: access.access_level.access_level_name,
    way: access.has_direct_access ? 'direct' : 'through a group',
    until: access.expiration_date,
    state: access.propagation_status.status,
  }));
  const members = membersOf(state, now).map(({ email, group_name, expiration_date }) => ({
    person: email,
    group: group_name,
    until: expiration_date,
  }));
  return {
    tables: [
      {
        title: 'Access to resources',
        columns: columns('person', 'resource', 'level', 'way', 'until', 'state'),
        rows: accesses,
      },
      { title: 'Members of groups', columns: columns('person', 'group', 'until'), rows: members },
      { title: 'Requests', columns: columns('at', 'person', 'wants', 'reason', 'state'), rows: requestRows(state) },
      {
        title: 'Access reviews',
        columns: columns('name', 'until', 'reviewers'),
        rows: state.reviews.map(({ name, deadline, reviewer_assignment_policy }) => ({
          name,
          until: deadline,
          reviewers: reviewer_assignment_policy,
        })),
      },
      { title: 'Audit log', columns: columns('at', 'event', 'person'), rows: eventRows(state) },
    ],
  };
}

function requestRows({ requests, users }: OpalState) {
  return requests.toReversed().map(({ created_at, target_user_id, requested_items_list, reason, status }) => ({
    at: created_at,
    person: users.find(({ user_id }) => user_id === target_user_id)?.email ?? '',
    wants: requested_items_list.map(({ name, access_level_name }) => `${name} ${access_level_name}`.trim()).join(', '),
    reason,
    state: status,
  }));
}

function eventRows({ events }: OpalState) {
  return events.toReversed().map(({ created_at, event_type, sub_events }) => ({
    at: created_at,
    event: event_type,
    person: sub_events.map(({ user_name }) => user_name).join(', '),
  }));
}

function columns(...keys: string[]) {
  return keys.map((key) => ({ key, title: `${key[0]!.toUpperCase()}${key.slice(1)}` }));
}
