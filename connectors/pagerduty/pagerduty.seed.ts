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
  createdAt: string;
}

export interface PagerDutyState {
  users: (Named & { email: string })[];
  /** Who is on call for a policy is its first user. */
  escalationPolicies: (Named & { userIds: string[] })[];
  services: (Named & { escalationPolicyId: string })[];
  incidents: Incident[];
  notes: { id: string; incidentId: string; userId: string; content: string; createdAt: string }[];
  alerts: { key: string; status: string; summary: string; severity: string; source: string }[];
}

/** Ids of PagerDuty are P and six letters or digits. */
export const idOf = (kind: string, number: number) => `P${kind}${number.toString(36).toUpperCase().padStart(5, '0')}`;

/** One incident is open from the start, so that notes and reads have something to be about. */
export function seedPagerDuty(): PagerDutyState {
  const users = simulatedPeople.map(({ firstName, lastName, email }, index) => ({
    id: idOf('U', index + 1),
    name: `${firstName} ${lastName}`,
    email,
  }));
  const userIds = ['sam', 'lena'].map((key) => users[simulatedPeople.findIndex((person) => person.key === key)]!.id);
  return {
    users,
    escalationPolicies: [
      { id: 'PSECONC', name: 'Security on call', userIds },
      { id: 'PITONCL', name: 'IT on call', userIds: [...userIds].reverse() },
    ],
    services: [
      { id: 'PSECOPS', name: 'Security Operations', escalationPolicyId: 'PSECONC' },
      { id: 'PITSERV', name: 'IT Service Desk', escalationPolicyId: 'PITONCL' },
    ],
    incidents: [
      {
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
        createdAt: '2026-10-05T08:00:00.000Z',
      },
    ],
    notes: [],
    alerts: [],
  };
}
