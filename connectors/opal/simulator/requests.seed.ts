import { seedId, simulatedPeople } from '../../simulated-company.js';
import type { OpalComment, OpalRequest, OpalReview } from './state.js';

const idOf = (key: string) => seedId(1, simulatedPeople.findIndex((person) => person.key === key) + 1);

const nameOf = (key: string) => {
  const { firstName, lastName } = simulatedPeople.find((person) => person.key === key)!;
  return `${firstName} ${lastName}`;
};

interface Asked {
  number: number;
  at: string;
  by: string;
  reason: string;
  minutes: number;
  thing: { resource_id: string } | { group_id: string };
  name: string;
  level: [name: string, remoteId: string];
  reviewer: string;
  status: 'PENDING' | 'APPROVED';
}

function requestOf({ number, at, by, reason, minutes, thing, name, level, reviewer, status }: Asked): OpalRequest {
  const [access_level_name, access_level_remote_id] = level;
  const item = { name, access_level_name, access_level_remote_id };
  return {
    id: seedId(4, number),
    created_at: at,
    updated_at: at,
    requester_id: idOf(by),
    target_user_id: idOf(by),
    status,
    reason,
    duration_minutes: minutes,
    requested_items_list: [{ ...thing, ...item }],
    reviewer_stages: [
      {
        item_name: name,
        item_id: Object.values(thing)[0] as string,
        access_level_name,
        access_level_remote_id,
        stages: [
          { stage: 1, operator: 'OR', reviewers: [{ id: idOf(reviewer), full_name: nameOf(reviewer), status }] },
        ],
      },
    ],
  };
}

/** Two requests wait for a decision, one was approved long ago. */
export const seededRequests: OpalRequest[] = [
  requestOf({
    number: 1,
    at: '2026-01-20T09:15:00.000Z',
    by: 'priya',
    reason: 'Debugging the payment time-outs of INC-77',
    minutes: 240,
    thing: { resource_id: seedId(2, 5) },
    name: 'orders-db',
    level: ['Full access', 'fullaccess'],
    reviewer: 'marco',
    status: 'PENDING',
  }),
  requestOf({
    number: 2,
    at: '2026-01-21T14:02:00.000Z',
    by: 'noah',
    reason: 'Quarterly sales figures',
    minutes: -1,
    thing: { group_id: seedId(3, 3) },
    name: 'Data',
    level: ['', ''],
    reviewer: 'ada',
    status: 'PENDING',
  }),
  requestOf({
    number: 3,
    at: '2026-01-08T08:30:00.000Z',
    by: 'tom',
    reason: 'Loading the warehouse',
    minutes: -1,
    thing: { resource_id: seedId(2, 5) },
    name: 'orders-db',
    level: ['Read', 'readonly'],
    reviewer: 'marco',
    status: 'APPROVED',
  }),
];

export const seededComments: OpalComment[] = [
  {
    created_at: '2026-01-20T09:20:00.000Z',
    request_id: seedId(4, 1),
    user_id: idOf('marco'),
    user_full_name: nameOf('marco'),
    user_email: 'marco.reyes@example.com',
    comment: 'Which tables do you need?',
  },
];

export const seededReviews: OpalReview[] = [
  {
    uar_id: seedId(5, 1),
    name: 'Production access, first quarter',
    reviewer_assignment_policy: 'BY_MANAGER',
    send_reviewer_assignment_notification: true,
    deadline: '2099-03-31T23:59:59.000Z',
    time_zone: 'Europe/Berlin',
    self_review_allowed: false,
    instantly_action_reviews: false,
    uar_scope: { filter_operator: 'ANY', entities: [seedId(2, 1)] },
  },
  {
    uar_id: seedId(5, 2),
    name: 'Finance systems, last year',
    reviewer_assignment_policy: 'MANUALLY',
    send_reviewer_assignment_notification: false,
    deadline: '2025-12-31T23:59:59.000Z',
    time_zone: 'UTC',
    self_review_allowed: false,
    instantly_action_reviews: true,
  },
];
