import { checkPolicy as check } from '../policy/check-policy.js';
import {
  type Catalog,
  type CatalogOperation,
  type Draft,
  type PolicyContext,
  type PolicyRule,
  type PublishPolicy,
  publishPolicySchema,
} from '../schema.js';
import { gatherFacts } from '../validate/facts.js';
import { catalog as base } from './lockdown.js';

/** What of a flow breaks the rules of a catalogue. */
export const checkPolicy = (flow: Draft, on: Catalog) => check(gatherFacts(flow, on));
const text = { type: 'string' };
const operation = (id: string, more: object) => ({
  ...{ id, title: id, docs: '', effect: 'read' as const, idempotency: 'natural' as const },
  ...{ input: {}, output: {}, options: {}, text: {}, sample: {} },
  ...more,
});
const aSystem = (id: string, ...operations: CatalogOperation[]) => ({
  ...{ id, title: id, docs: '', auth: [{ kind: 'token', fields: {} }], triggers: [] },
  operations,
});

/** The small catalogue with a chat, mail, an HR system and others that rules look at. */
export const catalog: Catalog = {
  ...base,
  connectors: [
    ...base.connectors.filter(({ id }) => id !== 'slack'),
    {
      ...base.connectors.find(({ id }) => id === 'slack')!,
      operations: [
        operation('postMessage', { effect: 'write', input: { properties: { channel: text, text } } }),
        operation('updateMessage', { effect: 'write', input: { properties: { channel: text, ts: text, text } } }),
        operation('inviteToChannel', { effect: 'write', input: { properties: { channel: text, email: text } } }),
        operation('sendDirectMessage', { effect: 'write', input: { properties: { email: text, text } } }),
        operation('uploadFile', {
          ...{ effect: 'write', idempotency: 'none', input: { properties: { channel: text, content: text } } },
        }),
      ],
    },
    {
      ...{ id: 'workday', title: 'Workday', docs: '', auth: [{ kind: 'token', fields: {} }] },
      operations: [operation('getWorker', {})],
      triggers: [{ id: 'hired', title: 'Hired', payload: {}, sample: {} }],
    },
    {
      ...{ id: 'table', title: 'Table', docs: '', auth: [], triggers: [] },
      operations: [operation('delete', { effect: 'destructive' }), operation('upsert', { effect: 'write' })],
    },
    aSystem('teams', operation('postMessage', { effect: 'write', idempotency: 'none' })),
    aSystem('smtp', operation('sendMail', { effect: 'write', idempotency: 'none' })),
    aSystem('jira', operation('createIssue', { effect: 'write' }), operation('addComment', { effect: 'write' })),
    aSystem(
      'okta',
      operation('updateUser', { effect: 'write' }),
      operation('resetPassword', { effect: 'write', output: { properties: { user: {}, tempPassword: text } } }),
    ),
    aSystem('http', operation('request', { effect: 'write', idempotency: 'none' })),
  ],
};

/** The catalogue of a workspace with these rules. */
export const under = (rules: Partial<Record<PolicyRule, object>>, more: Partial<PolicyContext> = {}): Catalog => ({
  ...catalog,
  policy: {
    rules: publishPolicySchema.parse(rules) as PublishPolicy,
    ...{ budgeted: false, exceptions: [], called: {} },
    ...more,
  },
});

/** `a -> b`, `a:port -> b` */
export const wires = (...lines: string[]) =>
  lines.map((line) => {
    const [from = '', to = ''] = line.split(' -> ');
    const [id = '', port = 'out'] = from.split(':');
    return { from: id, port, to };
  });
const slots = Object.fromEntries(
  ['opal', 'slack', 'workday', 'table', 'teams', 'smtp', 'jira', 'okta', 'http'].map((id) => [
    id,
    { connector: id, title: id, id: null },
  ]),
);
/** A draft with a webhook, unless it says otherwise. */
export const aFlow = (steps: object, lines: string[], more: object = {}): Draft =>
  ({
    schema: 1,
    name: 'F',
    connections: slots,
    triggers: { hook: { kind: 'webhook' } },
    steps,
    wires: wires(...lines),
    ...more,
  }) as Draft;

export const revoke = {
  kind: 'action',
  title: 'Revoke it',
  connection: 'opal',
  operation: 'revoke',
  input: { user: 'u' },
};
export const approval = { kind: 'approval', title: 'Ask', approvers: ['role:admin'] };
export const find = { kind: 'action', title: 'Find', connection: 'opal', operation: 'findUser' };
