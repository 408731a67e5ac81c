import { randomUUID } from 'node:crypto';
import {
  defineSimulator,
  type SimulatedAnswer,
  SimulatedRefusal,
  type SimulatedRequest,
  type SimulatorView,
} from '@castellan/sdk/simulator';
import reports from './fixtures/workday-reports.openapi.json' with { type: 'json' };
import staffing from './fixtures/workday-staffing.openapi.json' with { type: 'json' };
import {
  countries,
  seedWorkday,
  type WorkdayOrganization,
  type WorkdayState,
  type WorkdayWorker,
  zoneOf,
} from './workday.seed.js';

const errorBody = (_: number, message: string) => ({ error: message, errors: [] });

/** A token is good for whoever asked for one; an integration system user may read reports. */
const refused = { status: 401, body: errorBody(401, 'invalid_client') };
const isSignedIn = (headers: Record<string, string>, schemes: RegExp) => schemes.test(headers.authorization ?? '');

export const workdaySimulator = defineSimulator<WorkdayState>({
  connector: 'workday',
  title: 'Workday',
  apis: [
    {
      description: staffing,
      root: '/ccx/api/staffing/v6/example',
      error: errorBody,
      authorize: ({ headers }) => (isSignedIn(headers, /^Bearer \S+/) ? null : refused),
      rules: {
        Workers_getCollectionStaffing: listWorkers,
        Workers_getStaffingInformation: (state, { params }) => ({ body: staffed(state, theWorker(state, params.ID!)) }),
        SupervisoryOrganizations_getById: (state, request) =>
          pageOf(
            state.organizations.map((each) => organized(state, each)),
            request,
          ),
        SupervisoryOrganizations_getInstance: (state, { params }) => ({
          body: organized(state, theOrganization(state, params.ID!)),
        }),
        SupervisoryOrganizations_getMembers: (state, request) => {
          const { name } = theOrganization(state, request.params.ID!);
          const members = employed(state).filter(({ department }) => department === name);
          return pageOf(members.map(membership), request);
        },
        SupervisoryOrganizations_getOrgChart: orgChart,
      },
    },
    {
      description: reports,
      root: '/ccx',
      error: errorBody,
      authorize: ({ headers }) => (isSignedIn(headers, /^(?:Bearer|Basic) \S+/) ? null : refused),
      rules: {
        runReport: ({ workers }) => ({ body: { Report_Entry: workers.map((worker) => reported(workers, worker)) } }),
        token: (_, { body }) => ({
          body: {
            access_token: `simulated-${randomUUID()}`,
            token_type: 'Bearer',
            refresh_token: (body as { refresh_token: string }).refresh_token,
          },
        }),
      },
    },
  ],
  seed: seedWorkday,
  view,
});

const employed = ({ workers }: WorkdayState) => workers.filter(({ lastDay }) => lastDay === null);

function theWorker({ workers }: WorkdayState, id: string): WorkdayWorker {
  const found = workers.find((worker) => id === worker.id || id === `Employee_ID=${worker.employeeId}`);
  if (!found) throw new SimulatedRefusal(404, `No worker has the ID ${id}.`);
  return found;
}

function theOrganization({ organizations }: WorkdayState, id: string): WorkdayOrganization {
  const found = organizations.find((organization) => organization.id === id);
  if (!found) throw new SimulatedRefusal(404, `No organization has the ID ${id}.`);
  return found;
}

function listWorkers(state: WorkdayState, request: SimulatedRequest): SimulatedAnswer {
  const { search = '', includeTerminatedWorkers } = request.query;
  const words = search.toLowerCase().split(' ').filter(Boolean);
  const fits = ({ name, employeeId }: WorkdayWorker) =>
    words.length === 0 || words.some((word) => name.toLowerCase().includes(word) || employeeId === word);
  const workers = includeTerminatedWorkers === 'true' ? state.workers : employed(state);
  return pageOf(
    workers.filter(fits).map((worker) => staffed(state, worker)),
    request,
  );
}

function pageOf(rows: object[], { query }: SimulatedRequest): SimulatedAnswer {
  const limit = Number(query.limit ?? 20);
  if (limit > 100) throw new SimulatedRefusal(400, 'The maximum limit is 100.');
  const offset = Number(query.offset ?? 0);
  return { body: { data: rows.slice(offset, offset + limit), total: rows.length } };
}

function staffed({ organizations }: WorkdayState, worker: WorkdayWorker) {
  const organization = organizations.find(({ name }) => name === worker.department);
  return {
    id: worker.id,
    descriptor: worker.name,
    workerId: worker.employeeId,
    workerType: { id: 'Worker_Type_ID=Employee', descriptor: 'Employee' },
    person: { id: worker.id, email: worker.email },
    primaryJob: {
      id: worker.id,
      businessTitle: worker.title,
      jobProfile: { id: worker.id, descriptor: worker.title },
      ...(organization ? { supervisoryOrganization: { id: organization.id, descriptor: organization.name } } : {}),
      location: {
        id: worker.location,
        descriptor: worker.location,
        country: { descriptor: countries[worker.location] },
      },
    },
  };
}

function organized(state: WorkdayState, { id, name, code, managerIds }: WorkdayOrganization) {
  const managers = managerIds.map((manager) => ({ id: manager, descriptor: theWorker(state, manager).name }));
  return { id, descriptor: name, name, code, inactive: false, managers };
}

const membership = (worker: WorkdayWorker) => ({
  id: worker.id,
  businessTitle: worker.title,
  worker: { id: worker.id, descriptor: worker.name },
});

function orgChart(state: WorkdayState, request: SimulatedRequest): SimulatedAnswer {
  const { id, name, superiorId } = theOrganization(state, request.params.ID!);
  const superior = superiorId === null ? {} : { superior: organized(state, theOrganization(state, superiorId)) };
  const below = state.organizations.filter((other) => other.superiorId === id).map((other) => organized(state, other));
  return pageOf([{ id, descriptor: name, ...superior, subordinates: below }], request);
}

/** A row as the report of the docs has it; columns without a value are left out. */
function reported(workers: WorkdayWorker[], worker: WorkdayWorker) {
  const manager = workers.find(({ id }) => id === worker.managerId);
  return {
    Employee_ID: worker.employeeId,
    Worker: worker.name,
    Work_Email: worker.email,
    Business_Title: worker.title,
    Department: worker.department,
    Location: worker.location,
    Time_Zone: zoneOf(worker.location),
    Manager: manager?.name,
    Manager_Email: manager?.email,
    Hire_Date: worker.hireDate,
    Last_Day_of_Work: worker.lastDay ?? undefined,
    Job_Effective_Date: worker.jobSince,
  };
}

function view(state: WorkdayState): SimulatorView {
  const keys = ['name', 'title', 'department', 'location', 'manager', 'hired', 'lastDay'];
  const titles: Record<string, string> = { lastDay: 'Last day' };
  return {
    tables: [
      {
        title: 'Workers',
        columns: keys.map((key) => ({ key, title: titles[key] ?? `${key[0]!.toUpperCase()}${key.slice(1)}` })),
        rows: state.workers.map(({ name, title, department, location, managerId, hireDate, lastDay }) => ({
          ...{ name, title, department, location, lastDay },
          manager: state.workers.find(({ id }) => id === managerId)?.name ?? null,
          hired: hireDate,
        })),
      },
    ],
  };
}
