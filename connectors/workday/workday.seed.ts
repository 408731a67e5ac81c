import { type SimulatedEmployee, simulatedLocations, simulatedStaff, staffMember } from '../simulated-staff.js';

export interface WorkdayWorker {
  /** The Workday ID. */
  id: string;
  employeeId: string;
  name: string;
  email: string;
  title: string;
  department: string;
  location: string;
  managerId: string | null;
  hireDate: string;
  lastDay: string | null;
  jobSince: string;
}

export interface WorkdayOrganization {
  id: string;
  name: string;
  code: string;
  managerIds: string[];
  superiorId: string | null;
}

export interface WorkdayState {
  workers: WorkdayWorker[];
  organizations: WorkdayOrganization[];
}

const idOf = ({ number }: SimulatedEmployee) => `0e44c92412d34b01ace61e80a47aaf${Number(number).toString(16)}`;

const organizationRows: [name: string, manager: string, superior: string | null][] = [
  ['Security', 'ada', null],
  ['Engineering', 'marco', 'Security'],
  ['Data', 'tom', 'Engineering'],
  ['Finance', 'yuki', 'Security'],
  ['Sales', 'yuki', 'Security'],
];

const organizationId = (name: string) =>
  `0e44c92412d34b01ace61e80a47a000${organizationRows.findIndex(([other]) => other === name) + 1}`;

export const countries: Record<string, string> = {
  Berlin: 'Germany',
  Boston: 'United States of America',
  Lisbon: 'Portugal',
};

export const zoneOf = (location: string): string | undefined => simulatedLocations[location];

/** The staff of the simulated company, each in the organisation of their department. */
export function seedWorkday(): WorkdayState {
  return {
    workers: simulatedStaff.map((employee) => {
      const job = employee.jobs.at(-1)!;
      return {
        id: idOf(employee),
        employeeId: employee.number,
        name: `${employee.firstName} ${employee.lastName}`,
        email: employee.email,
        title: job.title,
        department: job.department,
        location: job.location,
        managerId: job.manager === null ? null : idOf(staffMember(job.manager)),
        hireDate: employee.hireDate,
        lastDay: employee.lastDay,
        jobSince: job.since,
      };
    }),
    organizations: organizationRows.map(([name, manager, superior]) => ({
      id: organizationId(name),
      name,
      code: name.slice(0, 3).toUpperCase(),
      managerIds: [idOf(staffMember(manager))],
      superiorId: superior === null ? null : organizationId(superior),
    })),
  };
}
