import { simulatedPeople } from '../simulated-company.js';
import { type SimulatedEmployee, simulatedLocations, simulatedStaff, staffMember } from '../simulated-staff.js';

/** A row of one of BambooHR's tables. */
export interface BambooRow {
  id: string;
  employeeId: string;
  table: string;
  fields: Record<string, unknown>;
}

export interface BambooEmployee {
  id: string;
  fields: Record<string, unknown>;
  action: 'Inserted' | 'Updated' | 'Deleted';
  lastChanged: string;
}

export interface BambooWebhook {
  id: string;
  name: string;
  url: string;
  created: string;
  events: string[];
  monitorFields: string[];
}

export interface BambooState {
  employees: BambooEmployee[];
  rows: BambooRow[];
  lists: { alias: string; name: string; options: string[] }[];
  webhooks: BambooWebhook[];
  /** The last id that was given away. */
  lastIds: { employee: number; row: number; webhook: number };
}

export const fieldRows: [alias: string, name: string, type: string][] = [
  ['firstName', 'First Name', 'text'],
  ['lastName', 'Last Name', 'text'],
  ['preferredName', 'Preferred Name', 'text'],
  ['workEmail', 'Work Email', 'email'],
  ['workPhone', 'Work Phone', 'phone'],
  ['mobilePhone', 'Mobile Phone', 'phone'],
  ['hireDate', 'Hire Date', 'date'],
  ['jobTitle', 'Job Title', 'list'],
  ['department', 'Department', 'list'],
  ['division', 'Division', 'list'],
  ['location', 'Location', 'list'],
  ['employmentHistoryStatus', 'Employment Status', 'list'],
];

const fullName = ({ firstName, lastName }: SimulatedEmployee) => `${firstName} ${lastName}`;

const employees: BambooEmployee[] = simulatedStaff.map((employee) => ({
  id: employee.number,
  fields: {
    firstName: employee.firstName,
    lastName: employee.lastName,
    workEmail: employee.email,
    hireDate: employee.hireDate,
  },
  action: employee.enteredAt === employee.changedAt ? 'Inserted' : 'Updated',
  lastChanged: employee.changedAt,
}));

/** A record that was entered twice and removed again. */
const removed: BambooEmployee = { id: '120', fields: {}, action: 'Deleted', lastChanged: '2026-01-13T11:00:00Z' };

const tableRows: Omit<BambooRow, 'id'>[] = simulatedStaff.flatMap((employee) => [
  ...employee.jobs.map(({ since, title, department, location, manager }) => ({
    ...{ employeeId: employee.number, table: 'jobInfo' },
    fields: {
      ...{ date: since, jobTitle: title, department, division: '', location },
      reportsTo: manager === null ? '' : fullName(staffMember(manager)),
    },
  })),
  {
    ...{ employeeId: employee.number, table: 'employmentStatus' },
    fields: { date: employee.hireDate, employmentStatus: 'Full-Time', comment: '' },
  },
  ...(employee.lastDay === null
    ? []
    : [
        {
          ...{ employeeId: employee.number, table: 'employmentStatus' },
          fields: { date: employee.lastDay, employmentStatus: 'Terminated', comment: 'Resigned' },
        },
      ]),
]);

/** Yuki had worked here before, and came back. */
const earlierEmployment: Omit<BambooRow, 'id'>[] = [
  { date: '2018-04-01', employmentStatus: 'Full-Time', comment: '' },
  { date: '2020-06-30', employmentStatus: 'Terminated', comment: 'Resigned' },
].map((fields) => ({ employeeId: staffMember('yuki').number, table: 'employmentStatus', fields }));

const distinct = (values: string[]) => [...new Set(values)];

/** The staff of the simulated company with their history: a hire, a role change and a termination in January 2026. */
export function seedBamboo(): BambooState {
  return structuredClone({
    employees: [...employees, removed],
    rows: [...tableRows, ...earlierEmployment].map((row, index) => ({ id: String(index + 1), ...row })),
    lists: [
      { alias: 'department', name: 'Department', options: distinct(simulatedPeople.map(({ team }) => team)) },
      { alias: 'division', name: 'Division', options: ['Europe', 'North America'] },
      { alias: 'location', name: 'Location', options: Object.keys(simulatedLocations) },
      { alias: 'jobTitle', name: 'Job Title', options: distinct(simulatedPeople.map(({ title }) => title)) },
      {
        ...{ alias: 'employmentHistoryStatus', name: 'Employment Status' },
        options: ['Full-Time', 'Part-Time', 'Contractor', 'Terminated'],
      },
    ],
    webhooks: [
      {
        ...{ id: '1', name: 'Castellan', url: 'https://flows.example.com/hooks/Vm8YbT3kQ0' },
        ...{ created: '2026-01-05 09:00:00', events: ['employee.created'], monitorFields: [] },
      },
    ],
    lastIds: { employee: 121, row: tableRows.length, webhook: 1 },
  });
}
