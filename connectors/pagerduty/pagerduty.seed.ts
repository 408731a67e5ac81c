import { simulatedPeople } from '../simulated-company.js';

export interface Named {
  id: string;
  name: string;
}

export interface Incident {
  id: string;
  number: number;
  title: string;
  details: string;
  status: 'triggered' | 'acknowledged' | 'resolved';
  urgency: 'high' | 'low';
  key: string;
  serviceId: string;
  escalationPolicyId: string;
  assigneeIds: string[];
  priorityId: string | null;
  createdAt: string;
}

export interface Subscription {
  id: string;
  url: string;
  events: string[];
  filter: { type: string; id?: string };
  description: string;
}

export interface PagerDutyState {
  users: (Named & { email: string })[];
  /** One level for each user: who is on call first is the first of them. */
  escalationPolicies: (Named & { userIds: string[]; scheduleId: string })[];
  schedules: Named[];
  priorities: Named[];
  subscriptions: Subscription[];
  services: (Named & { escalationPolicyId: string })[];
  incidents: Incident[];
  notes: { id: string; incidentId: string; userId: string; content: string; createdAt: string }[];
  alerts: { key: string; status: string; summary: string; severity: string; source: string }[];
}

/** Ids of PagerDuty are P and six letters or digits. */
export const idOf = (kind: string, number: number) => `P${kind}${number.toString(36).toUpperCase().padStart(5, '0')}`;

/** Three incidents are there from the start, one in each status, so that there is something to read and to change. */
export function seedPagerDuty(): PagerDutyState {
  const users = simulatedPeople.map(({ firstName, lastName, email }, index) => ({
    id: idOf('U', index + 1),
    name: `${firstName} ${lastName}`,
    email,
  }));
  const userIds = ['sam', 'lena'].map((key) => users[simulatedPeople.findIndex((person) => person.key === key)]!.id);
  const drill: Incident = {
    id: idOf('I', 1),
    number: 1,
    title: 'Quarterly paging drill',
    details: 'Acknowledge to pass.',
    status: 'acknowledged',
    urgency: 'low',
    key: 'drill',
    serviceId: 'PITSERV',
    escalationPolicyId: 'PITONCL',
    assigneeIds: userIds.slice(1),
    priorityId: null,
    createdAt: '2026-10-05T08:00:00.000Z',
  };
  return {
    users,
    escalationPolicies: [
      { id: 'PSECONC', name: 'Security on call', userIds, scheduleId: 'PSCHSEC' },
      { id: 'PITONCL', name: 'IT on call', userIds: [...userIds].reverse(), scheduleId: 'PSCHITS' },
    ],
    services: [
      { id: 'PSECOPS', name: 'Security Operations', escalationPolicyId: 'PSECONC' },
      { id: 'PITSERV', name: 'IT Service Desk', escalationPolicyId: 'PITONCL' },
    ],
    schedules: [
      { id: 'PSCHSEC', name: 'Security week' },
      { id: 'PSCHITS', name: 'IT week' },
    ],
    priorities: ['P1', 'P2', 'P3'].map((name, index) => ({ id: idOf('P', index + 1), name })),
    subscriptions: ['triggered', 'resolved'].map((event, index) => ({
      id: idOf('W', index + 1),
      url: 'https://alerts.example.com/pagerduty',
      events: [`incident.${event}`],
      filter: { type: 'account_reference' },
      description: `Incidents ${event}`,
    })),
    incidents: [
      drill,
      { ...drill, id: idOf('I', 2), number: 2, key: 'drill-2', title: 'Disk is almost full', status: 'triggered' },
      { ...drill, id: idOf('I', 3), number: 3, key: 'drill-3', title: 'Sign-ins fail', status: 'resolved' },
    ],
    notes: [],
    alerts: [],
  };
}
