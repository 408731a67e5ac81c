import { type Host, type JsonValue, operation, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { listOf, reference } from './bamboohr-shapes.js';

const webhook = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  created: z.string().nullish(),
  lastSent: z.string().nullish(),
});

const events = z.enum(['employee.created', 'employee.updated', 'employee.deleted']);

const monitorFields = z.object({
  fields: z.array(z.object({ id: z.string(), name: z.string(), alias: z.string().nullish() })),
});

async function readWebhooks({ http }: Host): Promise<z.output<typeof webhook>[]> {
  const { body } = await http.send({ method: 'GET', path: path`/api/v1/webhooks` });
  return webhooksOf(body);
}

const webhooksOf = (body: JsonValue) =>
  parseAnswer(z.object({ webhooks: z.array(webhook) }), body, `${reference}/list-webhooks`).webhooks;

const sampleWebhook = {
  ...{ id: '1', name: 'Castellan', url: 'https://flows.example.com/hooks/Vm8YbT3kQ0' },
  ...{ created: '2026-01-05 09:00:00', lastSent: null },
};

/** Webhooks of the key's own user. Others are made in BambooHR under Settings → Webhooks. */
export const webhookOperations = {
  listWebhooks: operation({
    title: 'List webhooks',
    docs: `${reference}/list-webhooks`,
    summary: 'The webhooks that were made with this key.',
    input: z.strictObject({}),
    output: listOf(webhook),
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: () => ({ method: 'GET', path: path`/api/v1/webhooks` }),
    response: ({ body }) => ({ items: webhooksOf(body) }),
    sample: { input: {}, output: { items: [sampleWebhook] } },
  }),

  listMonitorFields: operation({
    title: 'List fields that webhooks can watch',
    docs: `${reference}/list-monitor-fields`,
    summary: 'The fields whose change a webhook can tell.',
    input: z.strictObject({}),
    output: listOf(z.object({ field: z.string(), name: z.string() })),
    choice: { value: 'field', label: 'name' },
    effect: 'read',
    request: () => ({ method: 'GET', path: path`/api/v1/webhooks/monitor_fields` }),
    response: ({ body }) => ({
      items: parseAnswer(monitorFields, body, `${reference}/list-monitor-fields`).fields.map(({ id, alias, name }) => ({
        field: alias ?? id,
        name,
      })),
    }),
    sample: { input: {}, output: { items: [{ field: 'jobTitle', name: 'Job Title' }] } },
  }),

  createWebhook: operation({
    title: 'Create a webhook',
    docs: `${reference}/create-webhook`,
    summary:
      'Has BambooHR tell events of employees to an address. The private key is answered this once: enter it in the connection.',
    input: z.strictObject({
      name: z.string().min(1).meta({ title: 'Name' }),
      url: z
        .url()
        .startsWith('https://')
        .meta({ title: 'Address' })
        .describe('The address of the connection, as the Connections page shows it.'),
      events: z.array(events).min(1).meta({ title: 'Events' }),
      monitorFields: z
        .array(z.string())
        .optional()
        .meta({ title: 'Fields to watch' })
        .describe('Needed for employee.updated: it is told when one of these changes.'),
    }),
    output: z.object({
      id: z.string(),
      name: z.string(),
      url: z.string(),
      privateKey: z.string().describe('Whoever can see this run can see it.'),
    }),
    options: { '/monitorFields/*': 'listMonitorFields' },
    effect: 'write',
    // BambooHR takes two of the same name and address, and tells the key of none afterwards.
    idempotency: 'none',
    check: ({ events, monitorFields }) =>
      events.includes('employee.updated') && !monitorFields?.length
        ? [{ pointer: '/monitorFields', message: 'Name the fields whose change employee.updated is to tell.' }]
        : [],
    changes: ({ name, url }) => [{ action: 'create', object: { type: 'bamboohr_webhook', id: url, title: name } }],
    request: ({ monitorFields = [], ...given }) => ({
      method: 'POST',
      path: path`/api/v1/webhooks`,
      body: { ...given, ...(monitorFields.length > 0 ? { monitorFields } : {}), format: 'json' },
    }),
    undo: (_, { id }) => ({ operation: 'deleteWebhook', input: { webhookId: id } }),
    sample: {
      input: {
        name: 'Castellan',
        url: 'https://flows.example.com/hooks/Vm8YbT3kQ0',
        events: ['employee.created', 'employee.updated', 'employee.deleted'],
        monitorFields: ['jobTitle', 'department'],
      },
      output: { id: '2', name: 'Castellan', url: sampleWebhook.url, privateKey: 'a-private-key-that-is-told-once' },
    },
  }),

  deleteWebhook: operation({
    title: 'Delete a webhook',
    docs: `${reference}/delete-webhook`,
    summary: 'Stops a webhook that was made with this key.',
    input: z.strictObject({ webhookId: z.string().min(1).meta({ title: 'Webhook' }) }),
    output: z.object({ deleted: z.literal(true), alreadyGone: z.boolean() }),
    options: { '/webhookId': 'listWebhooks' },
    effect: 'destructive',
    idempotency: 'natural',
    changes: ({ webhookId }) => [{ action: 'delete', object: { type: 'bamboohr_webhook', id: webhookId } }],
    before: async ({ webhookId }, host) => (await readWebhooks(host)).find(({ id }) => id === webhookId) ?? null,
    request: ({ webhookId }) => ({ method: 'DELETE', path: path`/api/v1/webhooks/${webhookId}`, accept: [404] }),
    response: ({ status }) => ({ deleted: true, alreadyGone: status === 404 }),
    sample: { input: { webhookId: '1' }, output: { deleted: true, alreadyGone: false } },
  }),
};
