import { type HttpResponse, type JsonObject, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { docs } from './openlane-shapes.js';

const page = `${docs}/docs/developers/integrations/development/basics`;

const provider = z.object({
  id: z.string(),
  displayName: z.string(),
  family: z.string().optional(),
  category: z.string().optional(),
  active: z.boolean().optional().describe('Whether it can be installed and run.'),
  operations: z.array(z.object({ name: z.string(), description: z.string().optional() })),
});
type Provider = z.output<typeof provider>;

interface Registration {
  spec?: { id: string; displayName: string };
  operations?: Provider['operations'];
}

const outcome = z.object({
  provider: z.string().describe('The id of the integration’s provider.'),
  operation: z.string(),
  status: z.string().describe('ok when it is done, queued when it is to be done.'),
  summary: z.string().optional(),
  details: z.unknown().optional().describe('What it found; of a queued one the ids of the run.'),
});

const sampleProvider = {
  ...{ id: 'def_01K0GWKSP000000000000000001', displayName: 'Google Workspace', family: 'google' },
  ...{ category: 'directory', active: true },
  operations: [{ name: 'HealthCheck' }, { name: 'DirectorySync' }],
};
const integrationId = '01J4HMNDSZCCQBTY93BF9CBF5E';

/** The systems from which Openlane reads, and what it does with them. */
export const openlaneIntegrations = {
  listProviders: operation({
    title: 'List providers',
    docs: page,
    summary: 'The systems that Openlane can be connected with, and what it can run on each.',
    input: z.strictObject({}),
    output: z.object({ items: z.array(provider) }),
    choice: { value: 'id', label: 'displayName' },
    effect: 'read',
    request: () => ({ method: 'GET', base: 'api', path: path`/v1/integrations/providers` }),
    response: ({ body }: HttpResponse) => {
      const { providers = [] } = body as { providers?: Registration[] };
      return { items: providers.map(({ spec, operations = [] }) => ({ ...spec, operations })) };
    },
    sample: { input: {}, output: { items: [sampleProvider] } },
  }),

  runOperation: operation({
    title: 'Run an operation of an integration',
    docs: `${docs}/docs/developers/integrations/development/directory-sync`,
    summary:
      'Lets Openlane check an integration, or read its directory now. Most are queued; each call queues another one.',
    input: z.strictObject({
      integrationId: z.string().min(1).meta({ title: 'Integration' }).describe('The id of the installed integration.'),
      operation: z
        .string()
        .min(1)
        .meta({ title: 'Operation', examples: ['DirectorySync'] })
        .describe('One that “List providers” names for its provider.'),
      config: z.record(z.string(), z.unknown()).optional().meta({ title: 'Settings' }),
    }),
    output: outcome,
    effect: 'write',
    idempotency: 'none',
    // The description has no body; its form is that of the handler in theopenlane/core.
    judgedBy: 'docs',
    changes: ({ integrationId: id, operation: title }) => [
      { action: 'update', object: { type: 'integration', id, title } },
    ],
    request: ({ integrationId: id, operation: name, config }) => ({
      ...{ method: 'POST', base: 'api', path: path`/v1/integrations/${id}/operations/run` },
      body: { body: { operation: name, ...(config ? { config: config as JsonObject } : {}) } },
    }),
    sample: {
      input: { integrationId, operation: 'DirectorySync' },
      output: {
        ...{ provider: sampleProvider.id, operation: 'DirectorySync', status: 'queued' },
        summary: 'Integration operation queued',
        details: { run_id: '01J4HMNDSZCCQBTY93BF9CBF60', event_id: '01J4HMNDSZCCQBTY93BF9CBF61', status: 'PENDING' },
      },
    },
  }),
};
