import type { JsonObject, JsonValue } from '@castellan/sdk';
import { simulatedPeople } from '../simulated-company.js';
import { documentOf } from './jira-text.js';

export interface Named {
  id: string;
  name: string;
}

export interface Issue {
  id: string;
  key: string;
  projectKey: string;
  typeId: string;
  statusId: string;
  reporterId: string;
  assigneeId: string | null;
  created: string;
  updated: string;
  /** As Jira answers them: summary, description, priority, labels, duedate and the site's own. */
  fields: JsonObject;
  properties: JsonObject;
  watcherIds: string[];
  attachments: { id: string; filename: string; mimeType: string; size: number; authorId: string; created: string }[];
}

export interface Comment {
  id: string;
  issueKey: string;
  authorId: string;
  body: JsonValue;
  created: string;
  properties: { key: string; value: JsonValue }[];
}

/** What makes an issue a service request. */
export interface ServiceRequest {
  issueKey: string;
  serviceDeskId: string;
  requestTypeId: string;
  values: JsonObject;
  participantIds: string[];
  /** Its statuses, the present one last. */
  history: { statusId: string; at: string }[];
}

export interface Approval {
  id: string;
  issueKey: string;
  name: string;
  approvers: { accountId: string; decision: 'approved' | 'declined' | 'pending' }[];
  created: string;
  completed: string | null;
}

export interface JiraState {
  users: { accountId: string; displayName: string; emailAddress: string }[];
  projects: { id: string; key: string; name: string; projectTypeKey: 'software' | 'service_desk' }[];
  issues: Issue[];
  /** Keys of issues that the search does not show yet. */
  notIndexed: string[];
  comments: Comment[];
  links: { id: string; type: string; from: string; to: string }[];
  serviceDesks: { id: string; projectKey: string }[];
  requestTypes: (Named & { serviceDeskId: string; description: string })[];
  requests: ServiceRequest[];
  approvals: Approval[];
}

export const issueTypes: (Named & { service: boolean; subtask: boolean })[] = [
  { id: '10001', name: 'Task', service: false, subtask: false },
  { id: '10002', name: 'Incident', service: false, subtask: false },
  { id: '10003', name: 'Sub-task', service: false, subtask: true },
  { id: '10004', name: 'Service request', service: true, subtask: false },
  { id: '10005', name: 'Change', service: true, subtask: false },
];

export const statuses: (Named & { category: 'new' | 'indeterminate' | 'done' })[] = [
  { id: '10000', name: 'To Do', category: 'new' },
  { id: '10001', name: 'In Progress', category: 'indeterminate' },
  { id: '10002', name: 'Done', category: 'done' },
  { id: '10010', name: 'Waiting for approval', category: 'indeterminate' },
  { id: '10011', name: 'Waiting for support', category: 'new' },
  { id: '10012', name: 'Canceled', category: 'done' },
];

/** Each leads to its status from everywhere else. `customer`: what a customer may do in the portal. */
export const transitions: (Named & { to: string; service: boolean; customer?: true })[] = [
  { id: '11', name: 'Back to the list', to: '10000', service: false },
  { id: '21', name: 'Start', to: '10001', service: false },
  { id: '31', name: 'Finish', to: '10002', service: false },
  { id: '41', name: 'Ask for approval', to: '10010', service: true },
  { id: '51', name: 'Hand to support', to: '10011', service: true },
  { id: '61', name: 'Work on it', to: '10001', service: true },
  { id: '71', name: 'Resolve', to: '10002', service: true },
  { id: '901', name: 'Cancel request', to: '10012', service: true, customer: true },
  { id: '902', name: 'Escalate', to: '10001', service: true, customer: true },
];

export const priorities: Named[] = ['Highest', 'High', 'Medium', 'Low'].map((name, index) => ({
  id: String(index + 1),
  name,
}));

export const linkTypes = [
  { id: '10000', name: 'Blocks', inward: 'is blocked by', outward: 'blocks' },
  { id: '10001', name: 'Relates', inward: 'relates to', outward: 'relates to' },
];

/** The field of the site's own. */
export const systemField = 'customfield_10050';
export const systems: Named[] = ['AWS Production', 'Okta', 'Snowflake'].map((name, index) => ({
  id: String(10_100 + index),
  name,
}));

/** Jira's account ids are opaque; these end in the person's place in the company. */
const accountIdOf = (place: number) => `5b10a2844c20165700ede2${String(place).padStart(2, '0')}`;
const person = (key: string) => accountIdOf(simulatedPeople.findIndex((each) => each.key === key) + 1);

const at = (day: number) => `2026-01-${String(day).padStart(2, '0')}T09:00:00.000+0000`;

function issue(
  place: { id: number; key: string; typeId: string; statusId: string; day: number },
  summary: string,
): Issue {
  return {
    id: String(place.id),
    key: place.key,
    projectKey: place.key.split('-')[0]!,
    typeId: place.typeId,
    statusId: place.statusId,
    reporterId: person('ada'),
    assigneeId: null,
    created: at(place.day),
    updated: at(place.day),
    fields: {
      summary,
      description: documentOf('Every quarter, by hand until now.'),
      priority: { id: '3', name: 'Medium' },
      labels: [],
      duedate: null,
      [systemField]: null,
    },
    properties: {},
    watcherIds: [person('ada')],
    attachments: [],
  };
}

/** Two issues of operations, and two requests of which one waits for Ada's approval. */
export function seedJira(): JiraState {
  const review = issue(
    { id: 10_001, key: 'OPS-1', typeId: '10001', statusId: '10000', day: 5 },
    'Review standing access',
  );
  review.attachments = ['access.csv', 'owners.csv'].map((filename, index) => ({
    ...{ id: String(9_100 + index), filename, mimeType: 'text/csv', size: 120 + index },
    ...{ authorId: person('ada'), created: at(5) },
  }));
  const raised = (key: string) => ({
    issueKey: key,
    serviceDeskId: '1',
    requestTypeId: '11',
    participantIds: [person('marco'), person('priya')],
    history: [{ statusId: '10010', at: at(7) }],
  });
  return {
    users: simulatedPeople.map(({ key, firstName, lastName, email }) => ({
      accountId: person(key),
      displayName: `${firstName} ${lastName}`,
      emailAddress: email,
    })),
    projects: [
      { id: '10000', key: 'OPS', name: 'Operations', projectTypeKey: 'software' },
      { id: '10001', key: 'SEC', name: 'Security', projectTypeKey: 'software' },
      { id: '10002', key: 'ITH', name: 'IT Help', projectTypeKey: 'service_desk' },
      { id: '10003', key: 'FAC', name: 'Facilities', projectTypeKey: 'service_desk' },
    ],
    issues: [
      review,
      issue({ id: 10_002, key: 'OPS-2', typeId: '10001', statusId: '10001', day: 6 }, 'Retire unused service accounts'),
      {
        ...issue({ id: 10_101, key: 'ITH-1', typeId: '10004', statusId: '10010', day: 7 }, 'Access to AWS Production'),
        reporterId: person('jane'),
      },
      {
        ...issue({ id: 10_102, key: 'ITH-2', typeId: '10004', statusId: '10010', day: 8 }, 'Access to Snowflake'),
        reporterId: person('tom'),
      },
    ],
    notIndexed: [],
    comments: ['The list is attached.', 'Two owners are missing.'].map((text, index) => ({
      id: String(9_001 + index),
      issueKey: 'OPS-1',
      authorId: person('lena'),
      body: documentOf(text),
      created: at(5 + index),
      properties: [],
    })),
    links: [{ id: '10500', type: 'Relates', from: 'OPS-1', to: 'OPS-2' }],
    serviceDesks: [
      { id: '1', projectKey: 'ITH' },
      { id: '2', projectKey: 'FAC' },
    ],
    requestTypes: [
      { id: '11', name: 'Request access', serviceDeskId: '1', description: 'To a system or a group.' },
      { id: '12', name: 'Report a problem', serviceDeskId: '1', description: 'Something does not work.' },
      { id: '21', name: 'Ask for a badge', serviceDeskId: '2', description: 'For yourself or a guest.' },
    ],
    requests: [
      { ...raised('ITH-1'), values: { summary: 'Access to AWS Production', description: 'For the migration.' } },
      { ...raised('ITH-2'), values: { summary: 'Access to Snowflake', description: 'For the quarter’s figures.' } },
    ],
    approvals: [
      {
        id: '1',
        issueKey: 'ITH-1',
        name: 'Approval by security',
        approvers: [{ accountId: person('ada'), decision: 'pending' }],
        created: at(7),
        completed: null,
      },
      {
        id: '2',
        issueKey: 'ITH-1',
        name: 'Approval by the manager',
        approvers: [{ accountId: person('marco'), decision: 'approved' }],
        created: at(7),
        completed: at(7),
      },
    ],
  };
}
