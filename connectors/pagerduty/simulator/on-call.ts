import type { SimulatedApi } from '@castellan/sdk/simulator';
import type { PagerDutyState } from '../pagerduty.seed.js';
import { named, pageOf, reference } from './answers.js';

/** Everybody is on call for as long as the simulator runs. */
export const onCallRules: SimulatedApi<PagerDutyState>['rules'] = {
  listOnCalls: (state, request) => {
    const { 'escalation_policy_ids[]': policy, 'schedule_ids[]': schedule, 'include[]': include } = request.query;
    const found = state.escalationPolicies
      .filter(({ id, scheduleId }) => (!policy || id === policy) && (!schedule || scheduleId === schedule))
      .flatMap(({ id, scheduleId, userIds }) =>
        userIds.map((userId, index) => ({
          user: userOf(state, userId, include === 'users'),
          escalation_policy: reference(state.escalationPolicies, 'escalation_policy_reference', id),
          schedule: reference(state.schedules, 'schedule_reference', scheduleId),
          escalation_level: index + 1,
          start: '2026-10-05T08:00:00Z',
          end: '2126-10-05T08:00:00Z',
        })),
      );
    return pageOf('oncalls', found, request);
  },
  listSchedules: (state, request) =>
    pageOf(
      'schedules',
      named(state.schedules, 'schedule', request).map((schedule) => ({ ...schedule, time_zone: 'UTC' })),
      request,
    ),
  listPriorities: (state, request) => pageOf('priorities', named(state.priorities, 'priority', request), request),
};

function userOf(state: PagerDutyState, wanted: string, whole: boolean) {
  const { email, name } = state.users.find(({ id }) => id === wanted)!;
  return { ...reference(state.users, 'user_reference', wanted), ...(whole ? { email, name } : {}) };
}
