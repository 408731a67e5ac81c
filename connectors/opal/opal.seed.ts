import { seedId, simulatedPeople } from '../simulated-company.js';
import { staffMember } from '../simulated-staff.js';

import { seededOrganisation } from './simulator/organisation.seed.js';
import { seededComments, seededRequests, seededReviews } from './simulator/requests.seed.js';
import type { OpalGroup, OpalLevel, OpalResource, OpalState } from './simulator/state.js';

const noLevel: OpalLevel = { access_level_name: '', access_level_remote_id: '' };
const level = (name: string, remoteId: string): OpalLevel => ({
  access_level_name: name,
  access_level_remote_id: remoteId,
});

const admin = level('Administrator', 'AdministratorAccess');
const readOnly = level('Read only', 'ReadOnlyAccess');
const write = level('Write', 'push');
const read = level('Read', 'pull');
const repoAdmin = level('Admin', 'admin');

const resourceRows: [name: string, type: string, risk: string, levels: OpalLevel[]][] = [
  ['AWS Production', 'AWS_SSO_PERMISSION_SET', 'CRITICAL', [admin, readOnly]],
  ['AWS Staging', 'AWS_SSO_PERMISSION_SET', 'MEDIUM', [admin, readOnly]],
  ['payments-api', 'GIT_HUB_REPO', 'HIGH', [read, write, repoAdmin]],
  ['customer-portal', 'GIT_HUB_REPO', 'MEDIUM', [read, write, repoAdmin]],
  ['orders-db', 'POSTGRES_INSTANCE', 'CRITICAL', [level('Read', 'readonly'), level('Full access', 'fullaccess')]],
  ['Finance warehouse', 'SNOWFLAKE_DATABASE', 'HIGH', [level('Analyst', 'ANALYST'), level('Owner', 'OWNER')]],
  ['Jira', 'OKTA_APP', 'LOW', [noLevel]],
  ['Salesforce', 'OKTA_APP', 'MEDIUM', [noLevel]],
  ['Opal administration', 'OPAL_ROLE', 'CRITICAL', [noLevel]],
  [
    'payments-production',
    'GCP_PROJECT',
    'CRITICAL',
    [level('Viewer', 'roles/viewer'), level('Editor', 'roles/editor')],
  ],
];

const groupRows: [name: string, type: string, gives: [resource: string, level: OpalLevel][]][] = [
  [
    'Engineering',
    'OKTA_GROUP',
    [
      ['payments-api', write],
      ['customer-portal', write],
      ['Jira', noLevel],
    ],
  ],
  [
    'Production on-call',
    'OPAL_GROUP',
    [
      ['AWS Production', readOnly],
      ['orders-db', level('Read', 'readonly')],
    ],
  ],
  ['Data', 'OKTA_GROUP', [['Finance warehouse', level('Analyst', 'ANALYST')]]],
  ['Everyone', 'GOOGLE_GROUPS_GROUP', [['Jira', noLevel]]],
];

/** Oscar left, as human resources know, and nobody has taken away what he has here. */
const leaver = staffMember('oscar');
const holders = [...simulatedPeople, { ...leaver, title: leaver.jobs.at(-1)!.title }];

const memberRows: [person: string, group: string][] = [
  ['marco', 'Engineering'],
  ['jane', 'Engineering'],
  ['jane', 'Production on-call'],
  ['priya', 'Engineering'],
  ['priya', 'Production on-call'],
  ['tom', 'Data'],
  ...holders.map(({ key }): [string, string] => [key, 'Everyone']),
];

const grantRows: [person: string, resource: string, level: OpalLevel, expires?: string][] = [
  ['jane', 'AWS Production', admin],
  ['jane', 'orders-db', level('Full access', 'fullaccess'), '2099-01-31T18:00:00.000Z'],
  ['jane', 'payments-api', repoAdmin],
  ['jane', 'payments-production', level('Editor', 'roles/editor')],
  ['priya', 'AWS Production', admin],
  ['priya', 'AWS Staging', admin],
  ['tom', 'orders-db', level('Read', 'readonly')],
  // From the time when he was in finance.
  ['tom', 'Finance warehouse', level('Analyst', 'ANALYST')],
  ['yuki', 'Finance warehouse', level('Owner', 'OWNER')],
  ['noah', 'Salesforce', noLevel],
  ['oscar', 'Salesforce', noLevel],
  ['oscar', 'orders-db', level('Read', 'readonly')],
  ['lena', 'AWS Production', readOnly],
  ['ada', 'Opal administration', noLevel],
  ['breakglass', 'AWS Production', admin],
  ['breakglass', 'Opal administration', noLevel],
];

/** Which app a type belongs to. */
const appNumbers: Record<string, number> = {
  ...{ AWS_SSO_PERMISSION_SET: 1, GIT_HUB_REPO: 2, OKTA_APP: 3, OKTA_GROUP: 3, OPAL_ROLE: 4, OPAL_GROUP: 4 },
  ...{ GOOGLE_GROUPS_GROUP: 5, POSTGRES_INSTANCE: 6, SNOWFLAKE_DATABASE: 7, GCP_PROJECT: 8 },
};

/** Requests go to one owner's people. */
const approvedBy = (owner: number) => [
  {
    organization_id: seedId(10, 9),
    allow_requests: true,
    auto_approval: false,
    require_mfa_to_request: false,
    require_support_ticket: false,
    priority: 1,
    reviewer_stages: [
      { stage: 1, operator: 'OR' as const, require_manager_approval: false, owner_ids: [seedId(6, owner)] },
    ],
  },
];

const resources: OpalResource[] = resourceRows.map(([name, resource_type, risk_sensitivity, levels], index) => ({
  resource_id: seedId(2, index + 1),
  description: `${name} of the simulated company`,
  app_id: seedId(14, appNumbers[resource_type]!),
  admin_owner_id: seedId(6, 1),
  request_configurations: approvedBy(risk_sensitivity === 'CRITICAL' ? 1 : 2),
  require_mfa_to_approve: false,
  is_requestable: true,
  ...{ name, resource_type, risk_sensitivity, levels },
}));

const groups: OpalGroup[] = groupRows.map(([name, group_type], index) => ({
  group_id: seedId(3, index + 1),
  description: `${name} of the simulated company`,
  app_id: seedId(14, appNumbers[group_type]!),
  admin_owner_id: seedId(6, 1),
  request_configurations: approvedBy(1),
  require_mfa_to_approve: false,
  is_requestable: true,
  ...{ name, group_type },
}));

const userIdOf = (key: string) => seedId(1, holders.findIndex((person) => person.key === key) + 1);
const resourceIdOf = (name: string) => resources.find((resource) => resource.name === name)!.resource_id;
const groupIdOf = (name: string) => groups.find((group) => group.name === name)!.group_id;

/** Whoever changes something in the simulated Opal: the owner of the token. */
export const simulatedActor = {
  actor_user_id: userIdOf('ada'),
  actor_name: 'Ada Okafor',
  actor_email: 'ada.okafor@example.com',
};

const longAgo = '2026-01-05T09:00:00.000Z';

/** A company with direct grants, groups that carry resources, and people who must not be locked out. */
export function seedOpal(): OpalState {
  return structuredClone({
    users: holders.map(({ key, email, firstName, lastName, title }) => ({
      user_id: userIdOf(key),
      email,
      full_name: `${firstName} ${lastName}`,
      first_name: firstName,
      last_name: lastName,
      position: title,
      hr_idp_status: 'ACTIVE',
    })),
    resources,
    visibilities: [],
    groups,
    groupResources: groupRows.flatMap(([name, , gives]) =>
      gives.map(([resource, access_level]) => ({
        group_id: groupIdOf(name),
        resource_id: resourceIdOf(resource),
        access_level,
      })),
    ),
    grants: grantRows.map(([person, resource, access_level, expires]) => ({
      user_id: userIdOf(person),
      thing_id: resourceIdOf(resource),
      access_level,
      expiration_date: expires ?? null,
      propagated_at: longAgo,
    })),
    memberships: memberRows.map(([person, group]) => ({
      user_id: userIdOf(person),
      thing_id: groupIdOf(group),
      access_level: noLevel,
      expiration_date: null,
      propagated_at: longAgo,
    })),
    requests: seededRequests,
    comments: seededComments,
    reviews: seededReviews,
    ...seededOrganisation,
    propagation: { seconds: 2, ends: 'SUCCESS' },
    events: simulatedPeople.map(({ key, firstName, lastName }, index) => ({
      event_id: seedId(9, index + 1),
      event_type: 'USERS_CREATED',
      created_at: longAgo,
      ...simulatedActor,
      sub_events: [{ sub_event_type: 'USER_CREATED', user_id: userIdOf(key), user_name: `${firstName} ${lastName}` }],
    })),
  });
}
