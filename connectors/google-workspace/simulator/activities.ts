import type { SimulatedAnswer, SimulatedRequest } from '@castellan/sdk/simulator';
import { customerId, type GoogleState } from '../google-workspace.seed.js';
import { page, userOr404 } from './answers.js';

/** Notes what an administrator did, as Google's own log has it. */
export function note(state: GoogleState, { now }: SimulatedRequest, name: string, email: string): void {
  const ada = state.users[0]!;
  state.activities.push({
    id: {
      time: now.toISOString(),
      uniqueQualifier: String(state.activities.length + 1),
      ...{ applicationName: 'admin', customerId },
    },
    actor: { email: ada.primaryEmail, profileId: ada.id, callerType: 'USER' },
    ipAddress: '203.0.113.9',
    events: [
      {
        type: name.includes('GROUP') ? 'GROUP_SETTINGS' : 'USER_SETTINGS',
        name,
        parameters: [
          { name: name.includes('_GROUP') && !name.includes('MEMBER') ? 'GROUP_EMAIL' : 'USER_EMAIL', value: email },
        ],
      },
    ],
  });
}

/** Newest first. */
export function listActivities(state: GoogleState, request: SimulatedRequest): SimulatedAnswer {
  const { params, query, now } = request;
  const { eventName, startTime, endTime } = query;
  const actor = params.userKey === 'all' ? null : userOr404(state, params.userKey!).id;
  const from = startTime ? Date.parse(startTime) : 0;
  const to = endTime ? Date.parse(endTime) : now.getTime();
  const fitting = state.activities.filter(({ id, actor: who, events }) => {
    const at = Date.parse(id.time);
    const isNamed = !eventName || events.some(({ name }) => name === eventName);
    return (
      id.applicationName === params.applicationName &&
      at >= from &&
      at <= to &&
      isNamed &&
      (!actor || who.profileId === actor)
    );
  });
  const sorted = fitting.toSorted((a, b) => Date.parse(b.id.time) - Date.parse(a.id.time));
  return page('items', sorted, request, 1_000);
}
