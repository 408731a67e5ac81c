import { customAuth, defineConnector, FatalError, operation } from '@castellan/sdk';
import { z } from 'zod';
import { directoryEvents } from './directory-events.js';

const docs = 'https://docs.theopenlane.io/docs/developers/integrations/development/directory-sync';

const person = z.object({
  id: z.string(),
  externalId: z.string(),
  email: z.string(),
  name: z.string(),
  givenName: z.string().optional(),
  familyName: z.string().optional(),
  jobTitle: z.string().optional(),
  department: z.string().optional(),
  location: z.string().optional(),
  status: z.string(),
  managerEmail: z.string().optional(),
});

const group = z.object({
  id: z.string(),
  externalId: z.string(),
  name: z.string(),
  email: z.string().optional(),
  integration: z.string(),
  members: z.int(),
});

const limit = z.int().min(1).max(1_000).default(100).meta({ title: 'At most' });
const wanted = z
  .string()
  .min(1)
  .meta({ title: 'Group' })
  .describe('The system’s own id, its e-mail address, or its name where no other group has it.');

const jane = {
  id: '8f14e45f-ceea-467f-a9d2-3b1c5d6e7f02',
  externalId: '112233445566778899001',
  email: 'jane.doe@example.com',
  name: 'Jane Doe',
  givenName: 'Jane',
  familyName: 'Doe',
  jobTitle: 'Engineer',
  department: 'Engineering',
  location: 'Berlin',
  status: 'ACTIVE',
  managerEmail: 'maria.garcia@example.com',
};
const maria = {
  id: '45c48cce-2e2d-4fbd-8a3b-5d6e7f8a9b05',
  externalId: '112233445566778899002',
  email: 'maria.garcia@example.com',
  name: 'Maria Garcia',
  jobTitle: 'Head of Engineering',
  department: 'Engineering',
  status: 'ACTIVE',
};
const engineering = {
  id: 'c9f0f895-fb98-4b91-8f2d-4c5d6e7f8a03',
  externalId: '01abcde23fghij4',
  name: 'Engineering',
  email: 'engineering@example.com',
  integration: 'Google Workspace',
  members: 12,
};

/** What the workspace’s integrations have read: it calls no system. */
export const directory = defineConnector({
  id: 'directory',
  title: 'Directory',
  docs,
  judgedBy: 'own',
  auth: [
    customAuth({ kind: 'directory', title: 'The directory of this workspace', fields: {}, credentials: () => ({}) }),
  ],
  sampleConnection: { kind: 'directory', fields: {} },
  async test({ directory }) {
    const { length } = await directory.listPeople({ limit: 1 });
    return {
      said:
        length > 0
          ? 'It is in the database of this server, and has people.'
          : 'It is in the database of this server, and has nobody yet: people come from the integration that is primary.',
    };
  },
  operations: {
    findPerson: operation({
      title: 'Find a person',
      docs,
      summary: 'One person of the primary directory by e-mail address or by the system’s id, with their manager.',
      input: z.strictObject({
        email: z.string().min(1).optional().meta({ title: 'E-mail address' }).describe('Any of theirs.'),
        externalId: z.string().min(1).optional().meta({ title: 'Id' }).describe('The system’s own id.'),
      }),
      output: z.object({ found: z.boolean(), person: person.nullable(), manager: person.nullable() }),
      check: ({ email, externalId }) =>
        (email === undefined) === (externalId === undefined)
          ? [{ pointer: '/email', message: 'Give either an e-mail address or an id.' }]
          : [],
      effect: 'read',
      run: async ({ email, externalId = '' }, { directory }) => {
        const found = await directory.findPerson(email ?? { externalId });
        const { managerEmail } = found ?? {};
        const manager = managerEmail === undefined ? null : await directory.findPerson(managerEmail);
        return { found: found !== null, person: found, manager };
      },
      sample: { input: { email: jane.email }, output: { found: true, person: jane, manager: maria } },
    }),

    listPeople: operation({
      title: 'List people',
      docs,
      summary: 'People of the primary directory by name, those for whom all that is given is equal.',
      input: z.strictObject({
        department: z.string().min(1).optional().meta({ title: 'Department' }),
        jobTitle: z.string().min(1).optional().meta({ title: 'Job title' }),
        location: z.string().min(1).optional().meta({ title: 'Location' }),
        status: z.enum(['ACTIVE', 'INACTIVE', 'SUSPENDED', 'DELETED']).optional().meta({ title: 'Status' }),
        limit,
      }),
      output: z.object({ items: z.array(person) }),
      effect: 'read',
      run: async (where, { directory }) => ({ items: await directory.listPeople(where) }),
      sample: { input: { department: 'Engineering', limit: 100 }, output: { items: [jane] } },
    }),

    getGroup: operation({
      title: 'Get a group',
      docs,
      summary: 'One group of any integration.',
      input: z.strictObject({ group: wanted }),
      output: z.object({ found: z.boolean(), group: group.nullable() }),
      options: { '/group': 'listGroups' },
      effect: 'read',
      run: async ({ group }, { directory }) => {
        const found = await directory.getGroup(group);
        return { found: found !== null, group: found };
      },
      sample: { input: { group: engineering.email }, output: { found: true, group: engineering } },
    }),

    listGroups: operation({
      title: 'List groups',
      docs,
      summary: 'Groups of all integrations by name.',
      input: z.strictObject({ limit }),
      output: z.object({ items: z.array(group) }),
      choice: { value: 'externalId', label: 'name' },
      effect: 'read',
      run: async (where, { directory }) => ({ items: await directory.listGroups(where) }),
      sample: { input: { limit: 100 }, output: { items: [engineering] } },
    }),

    listGroupMembers: operation({
      title: 'List members of a group',
      docs,
      summary: 'Accounts that are in a group, by name.',
      input: z.strictObject({ group: wanted, limit }),
      output: z.object({ items: z.array(person.extend({ role: z.string() })) }),
      options: { '/group': 'listGroups' },
      effect: 'read',
      run: async ({ group, ...where }, { directory }) => {
        const found = await directory.getGroup(group);
        if (!found) throw new FatalError(`The directory has no group “${group}”.`, { code: 'E_INPUT' });
        return { items: await directory.listGroupMembers(found.id, where) };
      },
      sample: {
        input: { group: engineering.email, limit: 100 },
        output: { items: [{ ...jane, role: 'MEMBER' }] },
      },
    }),
  },
  triggers: directoryEvents,
});
