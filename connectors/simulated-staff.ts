import { type SimulatedPerson, simulatedPeople } from './simulated-company.js';

/** What a person did in the company since a day, up to the next such entry. */
export interface SimulatedJob {
  since: string;
  title: string;
  department: string;
  location: string;
  /** Key of the manager; null at the top. */
  manager: string | null;
}

/** A person as the systems of human resources know them, those who left included. */
export interface SimulatedEmployee {
  key: string;
  /** The number of an employee, the same in every such system. */
  number: string;
  email: string;
  firstName: string;
  lastName: string;
  hireDate: string;
  /** Oldest first; the last one is today's. */
  jobs: SimulatedJob[];
  /** The last day of somebody who left. */
  lastDay: string | null;
  /** When anything of the person was last changed. */
  changedAt: string;
  /** When the person was entered. */
  enteredAt: string;
}

/** Where teams work, and by which clock. */
export const simulatedLocations: Record<string, string> = {
  Berlin: 'Europe/Berlin',
  Boston: 'America/New_York',
  Lisbon: 'Europe/Lisbon',
};

const locationOf: Record<string, string> = {
  Security: 'Boston',
  Engineering: 'Berlin',
  Data: 'Berlin',
  Finance: 'Lisbon',
  Sales: 'Lisbon',
};

/** Those whom everybody else knows, but for the account that is nobody’s. */
const present = simulatedPeople.filter(({ key }) => key !== 'breakglass');
const keyOf = (email: string | null) => simulatedPeople.find((person) => person.email === email)?.key ?? null;

const jobOf = (person: SimulatedPerson, since: string): SimulatedJob => ({
  ...{ since, title: person.title, department: person.team, location: locationOf[person.team]! },
  manager: keyOf(person.managerEmail),
});

const hireDates: Record<string, string> = { tom: '2023-05-02', mia: '2026-02-02' };

const longAgo = '2025-11-03T09:00:00Z';

/** Tom came from finance to data in January 2026: the change of role of the samples. */
const earlierJobs: Record<string, SimulatedJob[]> = {
  tom: [
    { since: '2023-05-02', title: 'Financial Analyst', department: 'Finance', location: 'Lisbon', manager: 'yuki' },
  ],
};
const latestSince: Record<string, string> = { tom: '2026-01-15' };
const changedAt: Record<string, string> = { tom: '2026-01-15T08:30:00Z', mia: '2026-01-12T10:15:00Z' };
const enteredAt: Record<string, string> = { mia: '2026-01-12T10:15:00Z' };

const employees: SimulatedEmployee[] = present.map((person, index) => {
  const { key, email, firstName, lastName } = person;
  const hireDate = hireDates[key] ?? `202${index % 5}-03-01`;
  return {
    ...{ key, email, firstName, lastName, hireDate },
    number: String(101 + index),
    jobs: [...(earlierJobs[key] ?? []), jobOf(person, latestSince[key] ?? hireDate)],
    lastDay: null,
    enteredAt: enteredAt[key] ?? `${hireDate}T09:00:00Z`,
    changedAt: changedAt[key] ?? longAgo,
  };
});

/** The leaver of the samples: known to human resources, and as a suspended account to Google Workspace. */
const oscar: SimulatedEmployee = {
  ...{ key: 'oscar', number: '121', email: 'oscar.lind@example.com', firstName: 'Oscar', lastName: 'Lind' },
  hireDate: '2021-09-01',
  jobs: [{ since: '2021-09-01', title: 'Account Manager', department: 'Sales', location: 'Lisbon', manager: 'yuki' }],
  lastDay: '2026-01-30',
  enteredAt: '2021-09-01T09:00:00Z',
  changedAt: '2026-01-19T16:45:00Z',
};

/** The staff of the simulated company. Systems of human resources seed their records from these. */
export const simulatedStaff: SimulatedEmployee[] = [...employees, oscar];

/** Somebody of the staff by key. */
export function staffMember(key: string): SimulatedEmployee {
  const found = simulatedStaff.find((employee) => employee.key === key);
  if (!found) throw new Error(`Nobody of the simulated company has the key “${key}”.`);
  return found;
}
