import { type Host, type HttpRequest, type JsonValue, operation, type Paging, path, readPages } from '@castellan/sdk';
import { z } from 'zod';
import {
  docs,
  limit,
  listOf,
  organization,
  organizationOf,
  pageOf,
  type Worker,
  worker,
  workerId,
  workerOf,
} from './workday-shapes.js';

/** The most that Workday puts on a page. */
export const pageSize = 100;

export const offsetPages: Paging = {
  items: ({ body }) => pageOf(body).data,
  next: ({ body }, request, seen) => {
    const { data, total } = pageOf(body);
    return data.length > 0 && seen < total ? { ...request, query: { ...request.query, offset: seen } } : null;
  },
};

export const workersRequest = (search?: string, includeTerminated?: boolean): HttpRequest => ({
  method: 'GET',
  path: path`/workers`,
  query: { search, includeTerminatedWorkers: includeTerminated ? true : undefined, limit: pageSize },
});

async function readWorker({ http }: Host, id: string): Promise<Worker> {
  return workerOf((await http.send({ method: 'GET', path: path`/workers/${id}` })).body);
}

async function readOrganization({ http }: Host, id: string) {
  return organizationOf((await http.send({ method: 'GET', path: path`/supervisoryOrganizations/${id}` })).body);
}

/** Workday searches names and numbers only: the words of the address are tried first, then everybody. */
async function findByEmail({ http }: Host, email: string): Promise<Worker | null> {
  const wanted = email.toLowerCase();
  const words = wanted
    .split('@')[0]!
    .split(/[^\p{L}\p{N}]+/u)
    .join(' ');
  for (const search of [words, undefined]) {
    const workers = await readPages(http, workersRequest(search), offsetPages);
    const found = workers.map(workerOf).find((each) => each.email?.toLowerCase() === wanted);
    if (found) return found;
  }
  return null;
}

/** Who leads the organisation of a worker; of somebody who leads it, who leads the one above. */
async function findManager(host: Host, id: string): Promise<Worker | null> {
  const person = await readWorker(host, id);
  if (person.organizationId === null) return null;
  const own = await readOrganization(host, person.organizationId);
  const others = own.managers.filter((manager) => manager.id !== person.id);
  const [manager] = others.length > 0 ? others : await managersAbove(host, own.id, person.id);
  return manager ? readWorker(host, manager.id) : null;
}

async function managersAbove({ http }: Host, organizationId: string, personId: string) {
  const { body } = await http.send({ method: 'GET', path: path`/supervisoryOrganizations/${organizationId}/orgChart` });
  return pageOf(body).data.flatMap((entry) => {
    const { superior } = entry as { superior?: JsonValue };
    return superior ? organizationOf(superior).managers.filter(({ id }) => id !== personId) : [];
  });
}

const jane = {
  ...{ id: '0e44c92412d34b01ace61e80a47aaf67', workerId: '103', name: 'Jane Doe', email: 'jane.doe@example.com' },
  ...{ phone: null, workerType: 'Employee', jobTitle: 'Senior Software Engineer' },
  ...{ jobProfile: 'Senior Software Engineer', department: 'Engineering', location: 'Berlin', country: 'Germany' },
  organizationId: '0e44c92412d34b01ace61e80a47a0002',
};

const marco = {
  ...jane,
  ...{ id: '0e44c92412d34b01ace61e80a47aaf66', workerId: '102', name: 'Marco Reyes', email: 'marco.reyes@example.com' },
  ...{ jobTitle: 'Head of Engineering', jobProfile: 'Head of Engineering' },
};

const engineering = {
  ...{ id: jane.organizationId, name: 'Engineering', code: 'ENG', inactive: false },
  managers: [{ id: marco.id, name: marco.name }],
};

/** Staffing, version 6. Needs an API client with the scope Staffing. */
export const workerOperations = {
  getWorker: operation({
    title: 'Get a worker',
    docs,
    summary: 'Name, e-mail, title, organisation and location of one worker.',
    input: z.strictObject({ workerId }),
    output: worker,
    options: { '/workerId': 'listWorkers' },
    effect: 'read',
    request: (input) => ({ method: 'GET', path: path`/workers/${input.workerId}` }),
    response: ({ body }) => workerOf(body),
    sample: { input: { workerId: jane.id }, output: jane },
  }),

  findWorker: operation({
    title: 'Find a worker',
    docs,
    summary:
      'The worker with a work e-mail, or none. Workday cannot search by e-mail: if the name does not help, all are read.',
    input: z.strictObject({ email: z.email().meta({ title: 'Work e-mail' }) }),
    output: z.object({ found: z.boolean(), worker: worker.nullable() }),
    effect: 'read',
    async run({ email }, host) {
      const found = await findByEmail(host, email);
      return { found: found !== null, worker: found };
    },
    sample: { input: { email: jane.email }, output: { found: true, worker: jane } },
  }),

  findManager: operation({
    title: 'Find a worker’s manager',
    docs,
    summary:
      'Who leads the supervisory organisation of a worker, with the e-mail; for somebody who leads it, who leads the one above.',
    input: z.strictObject({ workerId }),
    output: z.object({ found: z.boolean(), manager: worker.nullable() }),
    options: { '/workerId': 'listWorkers' },
    effect: 'read',
    async run(input, host) {
      const manager = await findManager(host, input.workerId);
      return { found: manager !== null, manager };
    },
    sample: { input: { workerId: jane.id }, output: { found: true, manager: marco } },
  }),

  listWorkers: operation({
    title: 'List workers',
    docs,
    summary: 'All workers, or those with a name or number.',
    input: z.strictObject({
      search: z
        .string()
        .optional()
        .meta({ title: 'Name or number' })
        .describe('Words; a worker fits who has one of them.'),
      includeTerminated: z.boolean().optional().meta({ title: 'With those who left' }),
      limit,
    }),
    output: listOf(worker),
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: ({ search, includeTerminated }) => workersRequest(search, includeTerminated),
    paginate: offsetPages,
    each: workerOf,
    sample: { input: {}, output: { items: [jane] } },
  }),

  listOrganizations: operation({
    title: 'List supervisory organisations',
    docs,
    summary: 'The organisations that workers report in, with who leads them.',
    input: z.strictObject({
      includeInactive: z.boolean().optional().meta({ title: 'With inactive ones' }),
      limit,
    }),
    output: listOf(organization),
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: ({ includeInactive }) => ({
      method: 'GET',
      path: path`/supervisoryOrganizations`,
      query: { includeInactive: includeInactive ? true : undefined, limit: pageSize },
    }),
    paginate: offsetPages,
    each: organizationOf,
    sample: { input: {}, output: { items: [engineering] } },
  }),

  getOrganization: operation({
    title: 'Get a supervisory organisation',
    docs,
    summary: 'One organisation with who leads it.',
    input: z.strictObject({ organizationId: z.string().min(1).meta({ title: 'Organisation' }) }),
    output: organization,
    options: { '/organizationId': 'listOrganizations' },
    effect: 'read',
    request: ({ organizationId }) => ({ method: 'GET', path: path`/supervisoryOrganizations/${organizationId}` }),
    response: ({ body }) => organizationOf(body),
    sample: { input: { organizationId: engineering.id }, output: engineering },
  }),

  listOrganizationMembers: operation({
    title: 'List members of an organisation',
    docs,
    summary: 'Who works in a supervisory organisation.',
    input: z.strictObject({ organizationId: z.string().min(1).meta({ title: 'Organisation' }), limit }),
    output: listOf(z.object({ workerId: z.string(), name: z.string().nullable(), jobTitle: z.string().nullable() })),
    options: { '/organizationId': 'listOrganizations' },
    effect: 'read',
    request: ({ organizationId }) => ({
      method: 'GET',
      path: path`/supervisoryOrganizations/${organizationId}/members`,
      query: { limit: pageSize },
    }),
    paginate: offsetPages,
    each: memberOf,
    sample: {
      input: { organizationId: engineering.id },
      output: { items: [{ workerId: jane.id, name: jane.name, jobTitle: jane.jobTitle }] },
    },
  }),
};

function memberOf(item: JsonValue) {
  const { worker: person, businessTitle } = item as {
    worker?: { id?: string; descriptor?: string };
    businessTitle?: string;
  };
  return { workerId: person?.id, name: person?.descriptor ?? null, jobTitle: businessTitle ?? null };
}
