import { affectedPerson, seedId } from '../simulated-company.js';
import type { DatadogLog, DatadogState } from './simulator/state.js';

const { email } = affectedPerson;

/** Searches look at the last minutes unless they are told otherwise, so what is there has just happened. */
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

const signIn = (number: number, timestamp: string, from: string): DatadogLog => ({
  id: `AQAAAYvF000000000${number}`,
  timestamp,
  message: `Sign-in of ${email} from ${from}`,
  tags: ['env:prod'],
  attributes: { usr: { email }, network: { client: { ip: from } } },
  service: 'okta',
  host: null,
  status: 'info',
});

/** The monitors of the security team, and somebody who has just signed in from two places. */
export function seedDatadog(): DatadogState {
  return {
    monitors: [
      {
        id: 118023945,
        name: 'Impossible travel',
        type: 'log alert',
        query: 'logs("@evt.name:impossible_travel").index("*").rollup("count").by("@usr.email").last("5m") > 0',
        message: 'Two sign-ins from places that nobody can travel between in that time. @webhook-castellan',
        tags: ['team:security'],
        priority: 1,
        overall_state: 'Alert',
      },
      {
        id: 118023946,
        name: 'Many failed sign-ins',
        type: 'log alert',
        query: 'logs("@evt.outcome:failure").index("*").rollup("count").by("@usr.email").last("5m") > 20',
        message: 'Somebody may be guessing a password. @webhook-castellan',
        tags: ['team:security'],
        priority: 3,
        overall_state: 'OK',
      },
    ],
    downtimes: [
      {
        id: seedId(1, 1),
        monitorId: 118023946,
        scope: '*',
        message: 'Load test of the sign-in page.',
        status: 'active',
        created: '2026-01-12T07:00:00.000Z',
        end: null,
      },
      {
        id: seedId(1, 9),
        monitorId: 118023945,
        scope: 'env:staging',
        message: 'Staging is rebuilt.',
        status: 'active',
        created: '2026-01-12T07:10:00.000Z',
        end: null,
      },
    ],
    events: [
      {
        id: 'AwAAAYvF0000000001',
        timestamp: minutesAgo(6),
        message: email,
        tags: ['team:security', 'env:prod'],
        attributes: {},
        title: 'Access suspended',
        alertType: 'warning',
        aggregationKey: 'case-1',
        host: null,
      },
      {
        id: 'AwAAAYvF0000000002',
        timestamp: minutesAgo(3),
        message: 'Deployed by the pipeline.',
        tags: ['service:payments-api', 'env:prod'],
        attributes: {},
        title: 'payments-api 4.12 deployed',
        alertType: 'info',
        aggregationKey: null,
        host: null,
      },
    ],
    logs: [signIn(1, minutesAgo(9), '203.0.113.24'), signIn(2, minutesAgo(8), '198.51.100.7')],
    signals: [
      {
        id: 'AAAAAYvF0000000001',
        timestamp: minutesAgo(7),
        message: `Impossible travel of ${email}`,
        tags: ['source:okta', 'team:security'],
        attributes: { usr: { email }, workflow: { triage: { state: 'open' } } },
      },
      {
        id: 'AAAAAYvF0000000002',
        timestamp: minutesAgo(5),
        message: 'New administrator in AWS',
        tags: ['source:cloudtrail', 'team:security'],
        attributes: { usr: { email: 'priya.raman@example.com' }, workflow: { triage: { state: 'under_review' } } },
      },
    ],
  };
}
