import {
  definedOnly,
  type Host,
  type HttpRequest,
  type JsonObject,
  type JsonValue,
  operation,
  type Paging,
  parseAnswer,
  path,
  readPages,
} from '@castellan/sdk';
import { z } from 'zod';
import { readEmployee, readFields } from './bamboohr-employee.js';
import {
  day,
  email,
  employee,
  employeeId,
  employeeSummary,
  limit,
  listOf,
  nameOf,
  reference,
  subjectOf,
  textOf,
} from './bamboohr-shapes.js';

const listFields = [
  ...['workEmail', 'hireDate', 'departmentName', 'divisionName', 'locationName', 'reportsToId', 'reportsToName'],
];

const pageShape = z.object({
  data: z.array(z.json()),
  meta: z.object({ page: z.object({ nextCursor: z.string().nullable() }) }),
});

const pageOf = (body: JsonValue) => parseAnswer(pageShape, body, `${reference}/list-employees`);

export const employeePages: Paging = {
  size: 'page[limit]',
  items: ({ body }) => pageOf(body).data as JsonValue[],
  next: ({ body }, request) => {
    const { nextCursor } = pageOf(body).meta.page;
    return nextCursor === null ? null : { ...request, query: { ...request.query, 'page[after]': nextCursor } };
  },
};

interface Filter {
  firstName?: string | undefined;
  lastName?: string | undefined;
  jobTitle?: string | undefined;
  status?: string | undefined;
}

export const listRequest = ({ firstName, lastName, jobTitle, status }: Filter): HttpRequest => ({
  method: 'GET',
  path: path`/api/v1/employees`,
  query: {
    'filter[firstName]': firstName,
    'filter[lastName]': lastName,
    'filter[jobTitleName]': jobTitle,
    'filter[status]': status,
    fields: listFields.join(','),
    sort: 'employeeId',
    'page[limit]': 100,
  },
});

function summaryOf(item: JsonValue): z.output<typeof employeeSummary> {
  const fields = item as JsonObject;
  return {
    id: String(fields.employeeId),
    name: nameOf(fields),
    firstName: textOf(fields.firstName),
    lastName: textOf(fields.lastName),
    workEmail: textOf(fields.workEmail),
    status: textOf(fields.status),
    jobTitle: textOf(fields.jobTitleName),
    department: textOf(fields.departmentName),
    division: textOf(fields.divisionName),
    location: textOf(fields.locationName),
    hireDate: textOf(fields.hireDate),
    managerId: textOf(fields.reportsToId),
    managerName: textOf(fields.reportsToName),
  };
}

/** Everybody whom the key may see and who fits. */
const listEmployees = async ({ http }: Host, filter: Filter) =>
  (await readPages(http, listRequest(filter), employeePages)).map(summaryOf);

const further = z
  .array(z.string().min(1))
  .optional()
  .meta({ title: 'Further fields' })
  .describe('Fields beside the usual ones, such as customField4340 or nationality.');

const sampleSummary = {
  ...{ id: '103', name: 'Jane Doe', firstName: 'Jane', lastName: 'Doe', workEmail: 'jane.doe@example.com' },
  ...{ status: 'Active', jobTitle: 'Senior Software Engineer', department: 'Engineering', division: null },
  ...{ location: 'Berlin', hireDate: '2022-03-01', managerId: '102', managerName: 'Marco Reyes' },
};

const sampleEmployee = {
  ...sampleSummary,
  ...{ preferredName: null, employmentStatus: 'Full-Time', terminationDate: null },
  ...{ managerEmail: 'marco.reyes@example.com', fields: {} },
};

const fieldValues = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .optional()
  .meta({ title: 'Other fields' })
  .describe('Values by the field’s name, as “List fields” names them.');

const newEmployee = z.strictObject({
  firstName: z.string().min(1).meta({ title: 'First name' }),
  lastName: z.string().min(1).meta({ title: 'Last name' }),
  workEmail: z.email().optional().meta({ title: 'Work e-mail' }),
  hireDate: day.optional().meta({ title: 'Hire date' }),
  jobTitle: z.string().optional().meta({ title: 'Job title' }),
  department: z.string().optional().meta({ title: 'Department' }),
  division: z.string().optional().meta({ title: 'Division' }),
  location: z.string().optional().meta({ title: 'Location' }),
  fields: fieldValues,
});

export const jobOptions = {
  '/jobTitle': 'listJobTitles',
  '/department': 'listDepartments',
  '/division': 'listDivisions',
  '/location': 'listLocations',
} as const;

export const employeeOperations = {
  getEmployee: operation({
    title: 'Get an employee',
    docs: `${reference}/get-employee`,
    summary: 'Name, job, department, location, dates and the manager’s e-mail of one employee.',
    input: z.strictObject({ employeeId, fields: further }),
    output: employee,
    options: { '/employeeId': 'listEmployees', '/fields/*': 'listFields' },
    effect: 'read',
    run: (input, host) => readEmployee(host, input.employeeId, input.fields),
    sample: { input: { employeeId: '103' }, output: sampleEmployee },
  }),

  findEmployee: operation({
    title: 'Find an employee',
    docs: `${reference}/list-employees`,
    summary:
      'The employee with a work e-mail, or none. BambooHR cannot search by e-mail: the list is read until it is found.',
    input: z.strictObject({ email: z.email().meta({ title: 'Work e-mail' }) }),
    output: z.object({ found: z.boolean(), employee: employee.nullable() }),
    effect: 'read',
    async run(input, host) {
      const wanted = input.email.toLowerCase();
      const found = (await listEmployees(host, {})).find(({ workEmail }) => workEmail?.toLowerCase() === wanted);
      return found ? { found: true, employee: await readEmployee(host, found.id) } : { found: false, employee: null };
    },
    sample: { input: { email: 'jane.doe@example.com' }, output: { found: true, employee: sampleEmployee } },
  }),

  listEmployees: operation({
    title: 'List employees',
    docs: `${reference}/list-employees`,
    summary: 'All employees, or those with a name, title or status.',
    input: z.strictObject({
      firstName: z.string().optional().meta({ title: 'First name contains' }),
      lastName: z.string().optional().meta({ title: 'Last name contains' }),
      jobTitle: z.string().optional().meta({ title: 'Job title contains' }),
      status: z.enum(['active', 'inactive']).optional().meta({ title: 'Status' }),
      limit,
    }),
    output: listOf(employeeSummary),
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: listRequest,
    paginate: employeePages,
    each: summaryOf,
    sample: { input: {}, output: { items: [sampleSummary] } },
  }),

  listChangedEmployees: operation({
    title: 'List changed employees',
    docs: `${reference}/get-changed-employee-ids`,
    summary: 'Whose record was added, changed or deleted since a time.',
    input: z.strictObject({
      since: z.iso.datetime({ offset: true }).meta({ title: 'Since' }),
      type: z.enum(['inserted', 'updated', 'deleted']).optional().meta({ title: 'Only' }),
    }),
    output: listOf(z.object({ id: z.string(), action: z.string(), lastChanged: z.string() })),
    effect: 'read',
    request: ({ since, type }) => changedRequest(since, type),
    response: ({ body }) => ({ items: changedOf(body) }),
    sample: {
      input: { since: '2026-01-01T00:00:00Z' },
      output: { items: [{ id: '110', action: 'Inserted', lastChanged: '2026-01-12T10:15:00+00:00' }] },
    },
  }),

  createEmployee: operation({
    title: 'Add an employee',
    docs: `${reference}/create-employee`,
    summary: 'Adds an employee record.',
    input: newEmployee,
    output: z.object({ employeeId: z.string() }),
    options: jobOptions,
    effect: 'write',
    // BambooHR knows no key of ours. After a lost answer, somebody of this name with the same work e-mail and hire date is ours.
    idempotency: 'lookup',
    changes: ({ firstName, lastName, workEmail }) => [
      {
        action: 'create',
        subject: { type: 'bamboohr_employee', id: 'new', ...(workEmail ? { email: workEmail } : {}) },
        object: { type: 'bamboohr_employee', id: 'new', title: `${firstName} ${lastName}` },
      },
    ],
    request: ({ fields, ...named }) => ({
      method: 'POST',
      path: path`/api/v1/employees`,
      body: { ...definedOnly(named), ...emptied(fields ?? {}) },
    }),
    response: ({ headers }) => ({ employeeId: /(\d+)\/?$/.exec(headers.location ?? '')?.[1] }),
    async lookup({ firstName, lastName, workEmail, hireDate }, host) {
      const found = (await listEmployees(host, { firstName, lastName })).find(
        (each) =>
          each.firstName === firstName &&
          each.lastName === lastName &&
          (workEmail === undefined || each.workEmail?.toLowerCase() === workEmail.toLowerCase()) &&
          (hireDate === undefined || each.hireDate === hireDate),
      );
      return found ? { employeeId: found.id } : null;
    },
    sample: {
      input: {
        ...{ firstName: 'Ravi', lastName: 'Menon', workEmail: 'ravi.menon@example.com', hireDate: '2026-03-02' },
        ...{ jobTitle: 'Software Engineer', department: 'Engineering', location: 'Berlin' },
      },
      output: { employeeId: '122' },
    },
  }),

  updateEmployee: operation({
    title: 'Update an employee',
    docs: `${reference}/update-employee`,
    summary: 'Sets fields of an employee. For a new role use “Change a role”, which keeps the history.',
    input: z.strictObject({
      employeeId,
      email,
      fields: z
        .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
        .meta({ title: 'Fields' })
        .describe(
          'New values by the field’s name, as “List fields” names them, such as mobilePhone; null empties one.',
        ),
    }),
    output: z.object({ employeeId: z.string(), fields: z.array(z.string()) }),
    options: { '/employeeId': 'listEmployees' },
    effect: 'write',
    idempotency: 'natural',
    check: ({ fields }) =>
      Object.keys(fields).length === 0 ? [{ pointer: '/fields', message: 'Name at least one field to set.' }] : [],
    changes: (input) => [{ action: 'update', subject: subjectOf(input) }],
    before: ({ employeeId: id, fields }, host) => readFields(host, id, Object.keys(fields)),
    request: ({ employeeId: id, fields }) => ({
      method: 'POST',
      path: path`/api/v1/employees/${id}`,
      body: emptied(fields),
    }),
    response: (_, { employeeId: id, fields }) => ({ employeeId: id, fields: Object.keys(fields) }),
    undo: ({ employeeId: id, email }, _, before) => ({
      operation: 'updateEmployee',
      input: { employeeId: id, ...(email ? { email } : {}), fields: before } as JsonValue,
    }),
    sample: {
      input: { employeeId: '103', email: 'jane.doe@example.com', fields: { mobilePhone: '+49 30 5550123' } },
      output: { employeeId: '103', fields: ['mobilePhone'] },
      before: { mobilePhone: null },
    },
  }),
};

/** BambooHR empties a field by an empty text. */
const emptied = (fields: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value ?? '']));

export const changedRequest = (since: string, type?: string): HttpRequest => ({
  method: 'GET',
  path: path`/api/v1/employees/changed`,
  query: { since: wholeSecond(since), type },
});

/** BambooHR's examples have no fractions of a second. */
export const wholeSecond = (instant: string): string => instant.replace(/\.\d+(?=Z|[+-])/, '');

const changes = z.object({
  // BambooHR's PHP writes an empty map as a list.
  employees: z.union([
    z.record(z.string(), z.object({ id: z.string(), action: z.string(), lastChanged: z.string() })),
    z.tuple([]),
  ]),
});

/** Changed employees, the one first that was changed first. */
export function changedOf(body: JsonValue) {
  const { employees } = parseAnswer(changes, body, `${reference}/get-changed-employee-ids`);
  return Object.values(employees).toSorted((a, b) => Date.parse(a.lastChanged) - Date.parse(b.lastChanged));
}
