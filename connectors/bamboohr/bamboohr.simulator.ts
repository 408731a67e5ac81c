import {
  defineSimulator,
  type SimulatedAnswer,
  SimulatedRefusal,
  type SimulatedRequest,
  type SimulatorView,
} from '@castellan/sdk/simulator';
import { type BambooEmployee, type BambooRow, type BambooState, fieldRows, seedBamboo } from './bamboohr.seed.js';
import description from './fixtures/bamboohr.openapi.json' with { type: 'json' };

/** Fields whose value is a row of a table, today's. */
const tableFields: Record<string, string> = {
  ...{ jobTitle: 'jobInfo', department: 'jobInfo', division: 'jobInfo', location: 'jobInfo', reportsTo: 'jobInfo' },
  employmentStatus: 'employmentStatus',
};

export const bamboohrSimulator = defineSimulator<BambooState>({
  connector: 'bamboohr',
  title: 'BambooHR',
  apis: [
    {
      description,
      authorize: ({ headers }) =>
        /^Basic \S+/.test(headers.authorization ?? '') ? null : { status: 401, headers: said('Invalid API key') },
      error: (_, message) => ({ errors: [{ error: message }] }),
      rules: {
        'list-employees': listEmployees,
        'create-employee': createEmployee,
        'get-employee': getEmployee,
        'get-employees-directory': directory,
        'update-employee': updateEmployee,
        'get-changed-employee-ids': changedEmployees,
        'get-changed-employee-table-data': changedTable,
        'get-employee-table-data': (state, { params }) => ({
          body: rowsOf(state, params.table!).filter((row) => params.id === 'all' || row.employeeId === params.id),
        }),
        'create-table-row-v1-1': createRow,
        'delete-employee-table-row': deleteRow,
        'list-fields': () => ({
          body: fieldRows.map(([alias, name, type], index) => ({ id: index + 1, name, type, alias })),
        }),
        'list-list-fields': ({ lists }) => ({ body: lists.map(listAnswer) }),
        'list-monitor-fields': () => ({
          body: { fields: fieldRows.map(([alias, name], index) => ({ id: String(index + 1), name, alias })) },
        }),
        'list-webhooks': ({ webhooks }) => ({
          body: {
            webhooks: webhooks.map(({ id, name, url, created }) => ({ id, name, url, created, lastSent: null })),
          },
        }),
        'create-webhook': createWebhook,
        'delete-webhook': (state, { params }) => {
          const { id } = the(state.webhooks, params.id!);
          state.webhooks = state.webhooks.filter((webhook) => webhook.id !== id);
          return { body: 'Web hook has been deleted.' };
        },
      },
    },
  ],
  seed: seedBamboo,
  view,
});

const said = (message: string) => ({ 'x-bamboohr-error-message': message });

const present = ({ employees }: BambooState) => employees.filter(({ action }) => action !== 'Deleted');

function the<T extends { id: string }>(list: T[], id: string): T {
  const found = list.find((item) => item.id === id);
  if (!found) throw new SimulatedRefusal(404, 'not found', said('Not found'));
  return found;
}

const day = (now: Date) => now.toISOString().slice(0, 10);

/** Rows of a table, as it answers them. */
const rowsOf = (state: BambooState, table: string) =>
  state.rows.filter((row) => row.table === table).map(({ id, employeeId, fields }) => ({ id, employeeId, ...fields }));

/** The row in effect. */
function currentRow(state: BambooState, employeeId: string, table: string, now: Date): BambooRow | undefined {
  return state.rows
    .filter((row) => row.employeeId === employeeId && row.table === table && String(row.fields.date) <= day(now))
    .toSorted((a, b) => String(a.fields.date).localeCompare(String(b.fields.date)) || Number(a.id) - Number(b.id))
    .at(-1);
}

/** The value of a field today, under each of the names that BambooHR has for it. */
function fieldValue(state: BambooState, employee: BambooEmployee, name: string, now: Date): unknown {
  const field = name.replace(/^(jobTitle|department|division|location|employmentStatus)Name$/, '$1');
  const table = tableFields[field];
  if (table) return currentRow(state, employee.id, table, now)?.fields[field] ?? null;
  const status = currentRow(state, employee.id, 'employmentStatus', now)?.fields;
  if (field === 'status') return status?.employmentStatus === 'Terminated' ? 'Inactive' : 'Active';
  if (field === 'terminationDate') return status?.employmentStatus === 'Terminated' ? status.date : '0000-00-00';
  if (field !== 'reportsToName' && field !== 'reportsToId') return employee.fields[field] ?? null;
  const manager = currentRow(state, employee.id, 'jobInfo', now)?.fields.reportsTo || null;
  if (field === 'reportsToName') return manager;
  return present(state).find((other) => `${other.fields.firstName} ${other.fields.lastName}` === manager)?.id ?? null;
}

const baseFields = ['firstName', 'lastName', 'preferredName', 'photoUrl', 'jobTitleName', 'status'];

function listEmployees(state: BambooState, { query, now }: SimulatedRequest): SimulatedAnswer {
  const names = [...baseFields, ...(query.fields?.split(',') ?? [])];
  const filters = [...Object.entries(query)].flatMap(([name, value]) => {
    const field = /^filter\[(\w+)\]$/.exec(name)?.[1];
    return field ? [{ field, value: value.toLowerCase() }] : [];
  });
  const fits = (employee: BambooEmployee) =>
    filters.every(({ field, value }) => {
      const own = String(fieldValue(state, employee, field, now) ?? '').toLowerCase();
      return field === 'status' ? own === value : own.includes(value);
    });
  const found = present(state).filter(fits);
  const limit = Number(query['page[limit]'] ?? 50);
  const start = Number(query['page[after]'] ?? 0);
  const nextCursor = start + limit < found.length ? String(start + limit) : null;
  return {
    body: {
      data: found.slice(start, start + limit).map((employee) => ({
        employeeId: employee.id,
        ...Object.fromEntries(names.map((name) => [name, fieldValue(state, employee, name, now)])),
        _restrictedFields: [],
      })),
      meta: { total: found.length, page: { limit, nextCursor, prevCursor: null } },
      _links: {},
    },
  };
}

/** What the company shows of each active employee to everybody. */
const directoryFields = [
  ...['firstName', 'lastName', 'preferredName', 'jobTitle', 'workPhone', 'workEmail', 'department', 'location'],
  'division',
];

function directory(state: BambooState, { query, now }: SimulatedRequest): SimulatedAnswer {
  const value = (employee: BambooEmployee, name: string) => fieldValue(state, employee, name, now);
  const shown = present(state).filter(
    (employee) =>
      value(employee, 'status') === 'Active' &&
      (query.onlyCurrent === 'false' || String(value(employee, 'hireDate')) <= day(now)),
  );
  if (shown.length === 0) throw new SimulatedRefusal(404, 'the directory is empty');
  const fields = fieldRows.filter(([alias]) => directoryFields.includes(alias));
  return {
    body: {
      fields: [
        { id: 'displayName', type: 'text', name: 'Display name' },
        ...fields.map(([id, name, type]) => ({ id, type, name })),
        { id: 'supervisor', type: 'employee', name: 'Manager' },
      ],
      employees: shown.map((employee) => ({
        id: employee.id,
        displayName: `${value(employee, 'firstName')} ${value(employee, 'lastName')}`,
        ...Object.fromEntries(fields.map(([id]) => [id, value(employee, id)])),
        supervisor: value(employee, 'reportsToName'),
      })),
    },
  };
}

function getEmployee(state: BambooState, { params, query, now }: SimulatedRequest): SimulatedAnswer {
  const employee = the(present(state), params.id!);
  const names = (query.fields ?? 'firstName,lastName').split(',');
  return {
    body: {
      id: employee.id,
      ...Object.fromEntries(names.map((name) => [name, fieldValue(state, employee, name, now)])),
    },
  };
}

function createEmployee(state: BambooState, { body, now }: SimulatedRequest): SimulatedAnswer {
  const { jobTitle = '', department = '', division = '', location = '', ...fields } = body as Record<string, unknown>;
  state.lastIds.employee += 1;
  const id = String(state.lastIds.employee);
  state.employees.push({ id, fields, action: 'Inserted', lastChanged: now.toISOString() });
  const date = fields.hireDate ?? day(now);
  addRow(state, id, 'employmentStatus', { date, employmentStatus: 'Full-Time', comment: '' });
  addRow(state, id, 'jobInfo', { date, jobTitle, department, division, location, reportsTo: '' });
  return { status: 201, headers: { location: `https://example.bamboohr.com/api/v1/employees/${id}` } };
}

function updateEmployee(state: BambooState, { params, body, now }: SimulatedRequest): SimulatedAnswer {
  const employee = the(present(state), params.id!);
  Object.assign(employee.fields, body);
  touch(employee, now);
  return {};
}

function touch(employee: BambooEmployee, now: Date): void {
  Object.assign(employee, { action: 'Updated', lastChanged: now.toISOString() });
}

function changedSince(state: BambooState, since: string): BambooEmployee[] {
  if (Number.isNaN(Date.parse(since))) throw new SimulatedRefusal(400, 'since is no time', said('Invalid since'));
  return state.employees.filter(({ lastChanged }) => Date.parse(lastChanged) >= Date.parse(since));
}

function changedEmployees(state: BambooState, { query }: SimulatedRequest): SimulatedAnswer {
  const { since, type = 'all' } = query;
  const found = changedSince(state, since!).filter(
    ({ action }) => type === 'all' || action.toLowerCase() === type.toLowerCase(),
  );
  const latest =
    found
      .map(({ lastChanged }) => lastChanged)
      .toSorted()
      .at(-1) ?? since;
  const employees = Object.fromEntries(found.map(({ id, action, lastChanged }) => [id, { id, action, lastChanged }]));
  return { body: { latest, employees } };
}

function changedTable(state: BambooState, { params, query }: SimulatedRequest): SimulatedAnswer {
  const table = params.table!;
  const employees = changedSince(state, query.since!).filter(({ action }) => action !== 'Deleted');
  return {
    body: {
      table,
      employees: Object.fromEntries(
        employees.map(({ id, lastChanged }) => [
          id,
          { lastChanged, rows: rowsOf(state, table).filter((row) => row.employeeId === id) },
        ]),
      ),
    },
  };
}

function addRow(state: BambooState, employeeId: string, table: string, fields: Record<string, unknown>): void {
  state.lastIds.row += 1;
  state.rows.push({ id: String(state.lastIds.row), employeeId, table, fields });
}

function createRow(state: BambooState, { params, body, now }: SimulatedRequest): SimulatedAnswer {
  const employee = the(present(state), params.id!);
  addRow(state, employee.id, params.table!, body as Record<string, unknown>);
  touch(employee, now);
  return {};
}

function deleteRow(state: BambooState, { params, now }: SimulatedRequest): SimulatedAnswer {
  const index = state.rows.findIndex(
    ({ id, employeeId, table }) => id === params.rowId && employeeId === params.id && table === params.table,
  );
  if (index < 0) return { body: { success: false, error: 'Row not found' } };
  state.rows.splice(index, 1);
  touch(the(state.employees, params.id!), now);
  return { body: { success: true } };
}

function listAnswer({ alias, name, options }: BambooState['lists'][number], index: number) {
  return {
    ...{ fieldId: String(index + 1), alias, name, manageable: 'yes', multiple: 'no' },
    options: options.map((option, number) => ({ id: number + 1, name: option, archived: 'no' })),
  };
}

function createWebhook(state: BambooState, { body, now }: SimulatedRequest): SimulatedAnswer {
  const {
    name,
    url,
    events,
    monitorFields = [],
  } = body as { name: string; url: string; events: string[]; monitorFields?: string[] };
  if (events.includes('employee.updated') && monitorFields.length === 0) {
    throw new SimulatedRefusal(400, 'monitorFields is required', said('monitorFields is required'));
  }
  state.lastIds.webhook += 1;
  const id = String(state.lastIds.webhook);
  const created = now.toISOString().slice(0, 19).replace('T', ' ');
  state.webhooks.push({ id, name, url, created, events, monitorFields });
  const shown = { id, name, url, created, lastSent: null, events, monitorFields, format: 'json' };
  return { status: 201, body: { ...shown, privateKey: `simulated-private-key-of-webhook-${id}` } };
}

function view(state: BambooState): SimulatorView {
  const now = new Date();
  const value = (employee: BambooEmployee, name: string) => String(fieldValue(state, employee, name, now) ?? '');
  const nameOf = (employee: BambooEmployee) => `${value(employee, 'firstName')} ${value(employee, 'lastName')}`;
  const employeeColumns = ['name', 'title', 'department', 'location', 'manager', 'hired', 'status'];
  return {
    tables: [
      {
        title: 'Employees',
        columns: columns(...employeeColumns),
        rows: present(state).map((employee) => ({
          name: nameOf(employee),
          title: value(employee, 'jobTitle'),
          department: value(employee, 'department'),
          location: value(employee, 'location'),
          manager: value(employee, 'reportsToName'),
          hired: value(employee, 'hireDate'),
          status: value(employee, 'status'),
        })),
      },
      {
        title: 'History',
        columns: columns('employee', 'since', 'entry'),
        rows: state.rows.map(({ employeeId, table, fields }) => ({
          employee: nameOf(the(state.employees, employeeId)),
          since: String(fields.date),
          entry: String(table === 'jobInfo' ? `${fields.jobTitle}, ${fields.department}` : fields.employmentStatus),
        })),
      },
      {
        title: 'Webhooks',
        columns: columns('name', 'url'),
        rows: state.webhooks.map(({ name, url }) => ({ name, url })),
      },
    ],
  };
}

function columns(...keys: string[]) {
  return keys.map((key) => ({ key, title: `${key[0]!.toUpperCase()}${key.slice(1)}` }));
}
