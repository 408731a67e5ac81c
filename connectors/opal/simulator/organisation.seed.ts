import { seedId, simulatedPeople } from '../../simulated-company.js';
import type { OpalOrganisation } from './state.js';

const idOf = (key: string) => seedId(1, simulatedPeople.findIndex((person) => person.key === key) + 1);
const resource = (number: number) => seedId(2, number);
const group = (number: number) => seedId(3, number);
const longAgo = '2026-01-05T09:00:00.000Z';

const rule = (number: number, name: string, status: 'ACTIVE' | 'PAUSED') => ({
  access_rule_id: seedId(9, number),
  name,
  description: `Everybody in ${name}`,
  admin_owner_id: seedId(6, 1),
  status,
  ruleClauses: {
    when: { clauses: [{ selectors: [{ key: 'department', value: name, connection_id: seedId(10, 1) }] }] },
  },
});

const robot = (number: number, name: string, resource_type: string) => ({
  resource_id: seedId(11, number),
  name,
  description: 'Not a person',
  resource_type,
});

const token = (number: number, label: string, person: string, access_level: 'READ_ONLY' | 'FULL_ACCESS') => ({
  token_id: seedId(13, number),
  created_at: longAgo,
  token_label: label,
  creator_user_id: idOf(person),
  user_id: idOf(person),
  access_level,
  last_used_at: null,
  expires_at: null,
});

const app = (number: number, name: string, app_type: string) => ({
  ...{ app_id: seedId(14, number), name, app_type },
  description: `${name} of the simulated company`,
  admin_owner_id: seedId(6, 1),
});

/** Owners, apps, delegations, tokens, tags, bundles, rules, sessions, robots and streams of the simulated company. */
export const seededOrganisation: OpalOrganisation = {
  owners: [
    {
      owner_id: seedId(6, 1),
      name: 'Platform owners',
      description: 'Owners of production systems',
      access_request_escalation_period: 60,
    },
    { owner_id: seedId(6, 2), name: 'Data owners', description: 'Owners of data', access_request_escalation_period: 0 },
  ],
  ownerUsers: [
    { owner_id: seedId(6, 1), user_ids: [idOf('marco'), idOf('priya')] },
    { owner_id: seedId(6, 2), user_ids: [idOf('tom')] },
  ],
  apps: [
    app(1, 'AWS', 'AWS_SSO'),
    app(2, 'GitHub', 'GIT_HUB'),
    app(3, 'Okta', 'OKTA_DIRECTORY'),
    app(4, 'Opal', 'OPAL'),
    app(5, 'Google Groups', 'GOOGLE_GROUPS'),
    app(6, 'Databases', 'POSTGRES'),
    app(7, 'Snowflake', 'SNOWFLAKE'),
    app(8, 'Google Cloud', 'GCP'),
  ],
  delegations: [
    {
      id: seedId(15, 1),
      delegator_user_id: idOf('marco'),
      delegate_user_id: idOf('priya'),
      start_time: '2026-01-01T00:00:00.000Z',
      end_time: '2099-01-31T00:00:00.000Z',
      reason: 'On leave',
      created_at: longAgo,
      updated_at: longAgo,
    },
    {
      id: seedId(15, 2),
      delegator_user_id: idOf('tom'),
      delegate_user_id: idOf('marco'),
      start_time: '2025-07-01T00:00:00.000Z',
      end_time: '2025-07-14T00:00:00.000Z',
      reason: 'Travelling',
      created_at: '2025-06-20T09:00:00.000Z',
      updated_at: '2025-06-20T09:00:00.000Z',
    },
  ],
  tokens: [
    token(1, 'Reports of Jane', 'jane', 'READ_ONLY'),
    token(2, 'Scripts of Jane', 'jane', 'FULL_ACCESS'),
    token(3, 'Terraform', 'ada', 'FULL_ACCESS'),
  ],
  tags: [
    { tag_id: seedId(7, 1), key: 'sensitivity', value: 'high', created_at: longAgo, updated_at: longAgo },
    { tag_id: seedId(7, 2), key: 'department', value: 'Engineering', created_at: longAgo, updated_at: longAgo },
  ],
  tagged: [
    { tag_id: seedId(7, 1), thing_id: resource(1) },
    { tag_id: seedId(7, 1), thing_id: resource(5) },
    { tag_id: seedId(7, 2), thing_id: idOf('jane') },
  ],
  bundles: [
    {
      bundle_id: seedId(8, 1),
      name: 'New engineer',
      description: 'What every engineer needs from the first day',
      admin_owner_id: seedId(6, 1),
      created_at: longAgo,
      updated_at: longAgo,
    },
    {
      bundle_id: seedId(8, 2),
      name: 'New analyst',
      description: 'What every analyst needs',
      admin_owner_id: seedId(6, 2),
      created_at: longAgo,
      updated_at: longAgo,
    },
  ],
  bundleItems: [
    {
      bundle_id: seedId(8, 1),
      kind: 'resource',
      thing_id: resource(2),
      access_level_name: 'Read only',
      access_level_remote_id: 'ReadOnlyAccess',
    },
    {
      bundle_id: seedId(8, 1),
      kind: 'resource',
      thing_id: resource(3),
      access_level_name: 'Read',
      access_level_remote_id: 'pull',
    },
    { bundle_id: seedId(8, 1), kind: 'group', thing_id: group(1), access_level_name: '', access_level_remote_id: '' },
    { bundle_id: seedId(8, 1), kind: 'group', thing_id: group(4), access_level_name: '', access_level_remote_id: '' },
    { bundle_id: seedId(8, 2), kind: 'group', thing_id: group(3), access_level_name: '', access_level_remote_id: '' },
  ],
  accessRules: [rule(1, 'Engineering', 'ACTIVE'), rule(2, 'Finance', 'PAUSED')],
  sessions: [
    {
      connection_id: seedId(10, 2),
      user_id: idOf('priya'),
      resource_id: resource(5),
      access_level: { access_level_name: 'Full access', access_level_remote_id: 'fullaccess' },
      expiration_date: '2099-01-31T18:00:00.000Z',
    },
  ],
  identities: [robot(1, 'deploy-bot', 'AWS_IAM_ROLE'), robot(2, 'backup-account', 'GCP_SERVICE_ACCOUNT')],
  identityGrants: [
    {
      user_id: seedId(11, 1),
      thing_id: resource(1),
      access_level: { access_level_name: 'Administrator', access_level_remote_id: 'AdministratorAccess' },
      expiration_date: null,
      propagated_at: longAgo,
    },
  ],
  eventStreams: [
    {
      event_stream_id: seedId(12, 1),
      connection: {
        name: 'Castellan',
        connection_type: 'WEBHOOK',
        enabled: true,
        webhook_url: 'https://castellan.example.com/hooks/opal',
        credentials: { auth_type: 'HMAC' },
      },
    },
  ],
};
