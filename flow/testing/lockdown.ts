import type { Catalog, CatalogOperation, Flow } from '../schema.js';

const operation = (id: string, more: Partial<CatalogOperation>): CatalogOperation => ({
  id,
  title: id,
  docs: 'https://vendor.example/docs',
  effect: 'read',
  idempotency: 'natural',
  input: { type: 'object', properties: {} },
  output: { type: 'object' },
  options: {},
  text: {},
  sample: {},
  ...more,
});

const text = { type: 'string' };

/** A small catalogue: a governance system, a chat and a monitor. */
export const catalog: Catalog = {
  connectors: [
    {
      id: 'opal',
      title: 'Opal',
      docs: '',
      auth: [{ kind: 'token', fields: {} }],
      operations: [
        operation('findUser', { input: { type: 'object', properties: { email: text }, required: ['email'] } }),
        operation('revoke', {
          effect: 'destructive',
          input: {
            type: 'object',
            properties: {
              user: text,
              kind: { enum: ['group', 'resource'] },
              minutes: { type: 'integer', minimum: 1 },
              tags: { type: 'array', items: text, minItems: 1 },
              target: {
                oneOf: [
                  { type: 'object', properties: { group: text }, required: ['group'], additionalProperties: false },
                  {
                    type: 'object',
                    properties: { resource: text },
                    required: ['resource'],
                    additionalProperties: false,
                  },
                ],
              },
            },
            required: ['user'],
            additionalProperties: false,
          },
        }),
      ],
      triggers: [
        { id: 'accessChanged', title: 'Access changed', payload: {}, sample: {} },
        { id: 'eventLogged', title: 'Event logged', payload: {}, sample: {}, poll: { everySeconds: 60 } },
      ],
    },
    {
      id: 'slack',
      approvals: { channels: 'listChannels' },
      title: 'Slack',
      docs: '',
      auth: [{ kind: 'bot', fields: {} }],
      operations: [
        operation('postMessage', {
          formerly: ['sendMessage'],
          effect: 'write',
          idempotency: 'none',
          input: { type: 'object', properties: { channel: text, text }, required: ['channel', 'text'] },
        }),
      ],
      triggers: [
        {
          ...{ id: 'accessRequest', title: 'Access request', payload: {}, sample: {} },
          answers: { type: 'object', properties: { approved: { type: 'boolean' } }, required: ['approved'] },
        },
      ],
    },
    {
      id: 'datadog',
      title: 'Datadog',
      docs: '',
      auth: [{ kind: 'secret', fields: {} }],
      operations: [],
      triggers: [],
      schemes: [{ id: 'datadog', title: 'Secret header' }],
    },
    { id: 'clock', title: 'Clock', docs: '', auth: [], operations: [operation('now', {})], triggers: [] },
  ],
  connections: [
    { id: 'c-opal', name: 'Opal', connector: 'opal', simulator: true, status: 'ok' },
    { id: 'c-slack', name: 'Slack', connector: 'slack', simulator: false, status: 'ok' },
    { id: 'c-datadog', name: 'Datadog', connector: 'datadog', simulator: false, status: 'ok' },
  ],
  flows: [
    {
      id: 'f-ticket',
      name: 'Ticket',
      input: { type: 'object', properties: { title: text }, required: ['title'] },
      output: {},
    },
    { id: 'f-off', name: 'Retired', input: {}, output: {}, enabled: false },
  ],
  tables: [],
};

/** A flow without a problem that has a trigger, variables, a branch, a loop, an approval and a join. */
export function lockdown(): Flow {
  return {
    schema: 1,
    name: 'Emergency suspension',
    connections: {
      opal: { connector: 'opal', title: 'Opal', id: 'c-opal' },
      slack: { connector: 'slack', id: 'c-slack' },
      datadog: { connector: 'datadog', id: 'c-datadog' },
    },
    variables: {
      person: { type: 'expression', title: 'Who is affected', default: 'trigger.body.user.email' },
      channel: { type: 'text', title: 'Channel', default: '#security' },
    },
    triggers: {
      alert: {
        kind: 'webhook',
        signature: { scheme: 'datadog', connection: 'datadog' },
        dedupe: { key: '/body/cycle', windowSeconds: 3600 },
        filter: { jsonata: 'trigger.body.severity > 2' },
      },
    },
    steps: {
      find_user: {
        kind: 'action',
        title: 'Find the user',
        connection: 'opal',
        operation: 'findUser',
        input: { email: { var: 'person' } },
      },
      decide: {
        kind: 'branch',
        cases: [{ name: 'found', when: { all: [{ left: { jsonata: 'steps.find_user.output.id' }, op: 'exists' }] } }],
      },
      ask: {
        kind: 'approval',
        approvers: ['lead@acme.example'],
        show: { jsonata: 'steps.find_user.output' },
        covers: [],
        timeoutSeconds: 3600,
      },
      each_grant: {
        kind: 'loop',
        items: { jsonata: 'steps.find_user.output.grants' },
        key: { jsonata: 'item.id' },
        concurrency: 5,
        collect: { jsonata: 'steps.revoke.output.status' },
        steps: {
          revoke: {
            kind: 'action',
            connection: 'opal',
            operation: 'revoke',
            input: { user: { jsonata: 'steps.find_user.output.id' }, target: { group: { jsonata: 'item.group' } } },
            retry: { attempts: 5 },
          },
        },
        wires: [{ from: 'each_grant', port: 'each', to: 'revoke' }],
      },
      tell: {
        kind: 'action',
        title: 'Tell security',
        connection: 'slack',
        operation: 'postMessage',
        input: {
          channel: { var: 'channel' },
          text: { handlebars: 'Revoked {{steps.each_grant.output.count}} grants' },
        },
        join: 'any',
      },
    },
    wires: [
      { from: 'alert', port: 'out', to: 'find_user' },
      { from: 'find_user', port: 'out', to: 'decide' },
      { from: 'decide', port: 'found', to: 'ask' },
      { from: 'decide', port: 'else', to: 'tell' },
      { from: 'ask', port: 'approved', to: 'each_grant' },
      { from: 'ask', port: 'rejected', to: 'tell' },
      { from: 'each_grant', port: 'out', to: 'tell' },
    ],
    layout: { positions: { find_user: { x: 0, y: 100 } } },
    settings: { timeoutSeconds: 86_400, order: { key: { var: 'person' }, whenBusy: 'queue' } },
  };
}
