import { type SimulatedApi, SimulatedRefusal } from '@castellan/sdk/simulator';
import type { Incident, PagerDutyState } from '../pagerduty.seed.js';
import { actor, answered, refusal, the } from './answers.js';

interface Given {
  status?: Incident['status'];
  title?: string;
  urgency?: Incident['urgency'];
  priority?: { id: string };
  assignments?: { assignee: { id: string } }[];
  escalation_policy?: { id: string };
  escalation_level?: number;
}

/** What is done with incidents that are there. */
export const changeRules: SimulatedApi<PagerDutyState>['rules'] = {
  updateIncident: (state, { params, body, headers }) => {
    actor(state, headers);
    const incident = the(state, params);
    const given = (body as { incident: unknown }).incident as Given;
    const { status } = given;
    if (status && status === incident.status) {
      const name = `${status[0]!.toUpperCase()}${status.slice(1)}`;
      return refusal(400, 'Invalid Input Provided', 2001, [`Incident Already ${name}`]);
    }
    if (status) incident.status = status;
    if (given.title) incident.title = given.title;
    if (given.urgency) incident.urgency = given.urgency;
    if (given.priority) incident.priorityId = priorityAt(state, given.priority.id);
    if (given.assignments) incident.assigneeIds = given.assignments.map(({ assignee }) => userAt(state, assignee.id));
    if (given.escalation_policy) {
      const policy = policyAt(state, given.escalation_policy.id);
      Object.assign(incident, { escalationPolicyId: policy.id, assigneeIds: policy.userIds.slice(0, 1) });
    }
    if (given.escalation_level) {
      const onCall = policyAt(state, incident.escalationPolicyId).userIds[given.escalation_level - 1];
      if (!onCall) return refusal(400, 'Invalid Input Provided', 2001, ['Escalation Level Not Found']);
      incident.assigneeIds = [onCall];
    }
    return { body: { incident: answered(state, incident) } };
  },
  createIncidentSnooze: (state, { params, headers }) => {
    actor(state, headers);
    const incident = the(state, params);
    if (incident.status === 'resolved')
      return refusal(400, 'Invalid Input Provided', 2001, ['Incident Already Resolved']);
    incident.status = 'acknowledged';
    return { status: 201, body: { incident: answered(state, incident) } };
  },
};

function userAt({ users }: PagerDutyState, wanted: string): string {
  if (users.some(({ id }) => id === wanted)) return wanted;
  throw new SimulatedRefusal(400, 'Assignee Not Found');
}

function priorityAt({ priorities }: PagerDutyState, wanted: string): string {
  if (priorities.some(({ id }) => id === wanted)) return wanted;
  throw new SimulatedRefusal(400, 'Priority Not Found');
}

function policyAt({ escalationPolicies }: PagerDutyState, wanted: string) {
  const found = escalationPolicies.find(({ id }) => id === wanted);
  if (!found) throw new SimulatedRefusal(400, 'Escalation Policy Not Found');
  return found;
}
