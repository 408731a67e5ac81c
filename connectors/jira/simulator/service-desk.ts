import type { JsonObject, JsonValue } from '@castellan/sdk';
import { type SimulatedApi, SimulatedRefusal, type SimulatedRequest } from '@castellan/sdk/simulator';
import {
  type Approval,
  type JiraState,
  type ServiceRequest,
  statuses,
  systemField,
  systems,
  transitions,
} from '../jira.seed.js';
import { documentOf } from '../jira-text.js';
import { actor, issueAt, jiraTime, servicePageOf, site } from './answers.js';
import { moveTo, newIssue } from './issues.js';

type Rules = SimulatedApi<JiraState>['rules'];

const requestFields = [
  { fieldId: 'summary', name: 'What do you need?', required: true },
  { fieldId: 'description', name: 'What is it for?', required: false },
  { fieldId: systemField, name: 'System', required: false },
];

export const serviceDeskRules: Rules = {
  getServiceDesks: (state, request) =>
    servicePageOf(
      state.serviceDesks.map(({ id, projectKey }) => {
        const project = state.projects.find(({ key }) => key === projectKey)!;
        return { id, projectId: project.id, projectKey, projectName: project.name };
      }),
      request,
    ),
  getRequestTypes: ({ requestTypes }, request) =>
    servicePageOf(
      requestTypes.filter(({ serviceDeskId }) => serviceDeskId === request.params.serviceDeskId),
      request,
    ),
  getRequestTypeFields: (state, { params }) => {
    typeOf(state, String(params.serviceDeskId), String(params.requestTypeId));
    const valid = systems.map(({ id, name }) => ({ value: id, label: name, children: [] }));
    const shown = requestFields.map((field) => ({
      ...field,
      description: '',
      validValues: field.fieldId === systemField ? valid : [],
    }));
    return { body: { requestTypeFields: shown as never, canRaiseOnBehalfOf: true, canAddRequestParticipants: true } };
  },
  createCustomerRequest: (state, request) => {
    const given = request.body as unknown as {
      serviceDeskId: string;
      requestTypeId: string;
      requestFieldValues: JsonObject;
      raiseOnBehalfOf?: string;
      requestParticipants?: string[];
    };
    typeOf(state, given.serviceDeskId, given.requestTypeId);
    const values = given.requestFieldValues;
    if (!values.summary) throw new SimulatedRefusal(400, 'What do you need? is required.');
    const reporterId = given.raiseOnBehalfOf ?? actor(state, request.headers);
    if (!state.users.some(({ accountId }) => accountId === reporterId)) {
      throw new SimulatedRefusal(400, `The customer '${reporterId}' was not found.`);
    }
    const { projectKey } = state.serviceDesks.find(({ id }) => id === given.serviceDeskId)!;
    const issue = newIssue(state, { projectKey, typeId: '10004', reporterId }, request.now);
    const { summary, description, ...others } = values;
    const text = description === undefined ? {} : { description: documentOf(String(description)) };
    Object.assign(issue.fields, { summary, ...text, ...others });
    state.issues.push(issue);
    const { serviceDeskId, requestTypeId } = given;
    const participantIds = given.requestParticipants ?? [];
    const raised: ServiceRequest = {
      issueKey: issue.key,
      serviceDeskId,
      requestTypeId,
      values,
      participantIds,
      history: [],
    };
    state.requests.push(raised);
    moveTo(state, issue, '10010', request.now);
    return { status: 201, body: requestAnswer(state, raised) };
  },
  getCustomerRequestByIdOrKey: (state, { params }) => ({ body: requestAnswer(state, requestAt(state, params)) }),
  getCustomerRequestStatus: (state, request) => {
    const { history } = requestAt(state, request.params);
    return servicePageOf(history.toReversed().map(statusAnswer), request);
  },
  getCustomerTransitions: (state, request) => {
    const issue = issueAt(state, request.params);
    requestAt(state, request.params);
    const found = transitions.filter(({ customer, to }) => customer && to !== issue.statusId);
    return servicePageOf(
      found.map(({ id, name }) => ({ id, name })),
      request,
    );
  },
  performCustomerTransition: (state, { params, body, now }) => {
    const issue = issueAt(state, params);
    const { id } = body as { id: string };
    const found = transitions.find((each) => each.id === id && each.customer && each.to !== issue.statusId);
    if (!found) throw new SimulatedRefusal(400, 'The transition is not available.');
    moveTo(state, issue, found.to, now);
    return { status: 204 };
  },
  getRequestParticipants: (state, request) => participants(state, request),
  addRequestParticipants: (state, request) => {
    const found = requestAt(state, request.params);
    found.participantIds = [...new Set([...found.participantIds, ...named(state, request.body)])];
    return participants(state, request);
  },
  removeRequestParticipants: (state, request) => {
    const found = requestAt(state, request.params);
    const removed = named(state, request.body);
    found.participantIds = found.participantIds.filter((id) => !removed.includes(id));
    return participants(state, request);
  },
  getApprovals: (state, request) => {
    const { issueKey } = requestAt(state, request.params);
    const found = state.approvals.filter((approval) => approval.issueKey === issueKey);
    return servicePageOf(
      found.map((approval) => approvalAnswer(state, approval, request)),
      request,
    );
  },
  getApprovalById: (state, request) => ({ body: approvalAnswer(state, approvalAt(state, request), request) }),
  answerApproval: (state, request) => {
    const approval = approvalAt(state, request);
    const own = approval.approvers.find(({ accountId }) => accountId === actor(state, request.headers));
    if (!own) throw new SimulatedRefusal(403, 'You are not an approver.');
    if (approval.completed !== null) throw new SimulatedRefusal(409, 'The approval has already been completed.');
    const { decision } = request.body as { decision: 'approve' | 'decline' };
    own.decision = decision === 'approve' ? 'approved' : 'declined';
    const isDecided = decision === 'decline' || approval.approvers.every((each) => each.decision === 'approved');
    if (isDecided) {
      approval.completed = jiraTime(request.now);
      const issue = issueAt(state, request.params);
      moveTo(state, issue, decision === 'approve' ? '10011' : '10012', request.now);
    }
    return { body: approvalAnswer(state, approval, request) };
  },
};

function typeOf({ requestTypes }: JiraState, deskId: string, typeId: string) {
  const found = requestTypes.find(({ id, serviceDeskId }) => id === typeId && serviceDeskId === deskId);
  if (!found) throw new SimulatedRefusal(404, 'The request type does not exist.');
  return found;
}

function requestAt(state: JiraState, params: Record<string, string>): ServiceRequest {
  const { key } = issueAt(state, params);
  const found = state.requests.find(({ issueKey }) => issueKey === key);
  if (!found) throw new SimulatedRefusal(404, 'The issue is not a customer request.');
  return found;
}

function approvalAt(state: JiraState, { params }: SimulatedRequest): Approval {
  const { issueKey } = requestAt(state, params);
  const found = state.approvals.find(
    (approval) => approval.issueKey === issueKey && approval.id === String(params.approvalId),
  );
  if (!found) throw new SimulatedRefusal(404, 'The approval does not exist.');
  return found;
}

function named({ users }: JiraState, body: JsonValue): string[] {
  const { accountIds } = body as { accountIds: string[] };
  const unknown = accountIds.find((id) => !users.some(({ accountId }) => accountId === id));
  if (unknown) throw new SimulatedRefusal(400, `The user '${unknown}' was not found.`);
  return accountIds;
}

const participants = (state: JiraState, request: SimulatedRequest) =>
  servicePageOf(
    requestAt(state, request.params).participantIds.map((id) => customer(state, id)),
    request,
  );

function customer({ users }: JiraState, wanted: string): JsonObject {
  const { accountId, displayName, emailAddress } = users.find((user) => user.accountId === wanted)!;
  return { accountId, displayName, emailAddress, active: true };
}

const instantOf = (time: string) => ({ iso8601: time, jira: time, friendly: time, epochMillis: Date.parse(time) });

const categories = { new: 'NEW', indeterminate: 'INDETERMINATE', done: 'DONE' };

function statusAnswer({ statusId, at }: ServiceRequest['history'][number]) {
  const { name, category } = statuses.find(({ id }) => id === statusId)!;
  return { status: name, statusCategory: categories[category], statusDate: instantOf(at) };
}

function requestAnswer(state: JiraState, request: ServiceRequest) {
  const { issueKey, serviceDeskId, requestTypeId, values, history } = request;
  const issue = issueAt(state, { issueIdOrKey: issueKey });
  const fields = requestFields.filter(({ fieldId }) => fieldId in values);
  return {
    ...{ issueId: issue.id, issueKey, serviceDeskId, requestTypeId, summary: String(issue.fields.summary) },
    createdDate: instantOf(issue.created),
    currentStatus: statusAnswer(history.at(-1)!),
    reporter: customer(state, issue.reporterId),
    requestFieldValues: fields.map(({ fieldId, name }) => ({ fieldId, label: name, value: values[fieldId] ?? null })),
    _links: {
      self: `${site}/rest/servicedeskapi/request/${issue.id}`,
      web: `${site}/servicedesk/customer/portal/${serviceDeskId}/${issueKey}`,
    },
  };
}

function approvalAnswer(state: JiraState, approval: Approval, { headers }: SimulatedRequest) {
  const { id, name, approvers, created, completed } = approval;
  const declined = approvers.some(({ decision }) => decision === 'declined');
  return {
    ...{ id, name, createdDate: instantOf(created), ...(completed ? { completedDate: instantOf(completed) } : {}) },
    finalDecision: completed === null ? 'pending' : declined ? 'declined' : 'approved',
    canAnswerApproval: completed === null && approvers.some(({ accountId }) => accountId === actor(state, headers)),
    approvers: approvers.map(({ accountId, decision }) => ({
      approver: customer(state, accountId),
      approverDecision: decision,
    })),
  };
}
