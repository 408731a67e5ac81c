import { camelKeys, FatalError, type Host, offsetPaging, operation, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { fieldOf, limit, pageSize, reference } from './pagerduty-incidents.js';

const query = z.string().optional().meta({ title: 'Name contains' });
const named = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) });
const person = z.object({ id: z.string(), name: z.string(), email: z.string() });
type Person = z.output<typeof person>;

const referred = z.object({ id: z.string(), summary: z.string().nullish() });

/** PagerDuty’s user with an address, whatever its capitals; null if there is none. */
export async function userByEmail({ http }: Pick<Host, 'http'>, email: string): Promise<Person | null> {
  const response = await http.send({ method: 'GET', path: path`/users`, query: { query: email } });
  const users = parseAnswer(z.array(person), fieldOf(response, 'users'), `${reference}/c96e889522dd6-list-users`);
  return users.find((user) => user.email.toLowerCase() === email.toLowerCase()) ?? null;
}

/** Who is on call, and the lists that fields are chosen from. */
export const onCallOperations = {
  listOnCalls: operation({
    title: 'Who is on call',
    docs: `${reference}/3a6b910f11050-list-all-of-the-on-calls`,
    summary: 'The people on call for an escalation policy or a schedule, now or at another time, with their addresses.',
    input: z.strictObject({
      escalationPolicyId: z.string().min(1).optional().meta({ title: 'Escalation policy' }),
      scheduleId: z.string().min(1).optional().meta({ title: 'Schedule' }),
      at: z.iso.datetime({ offset: true }).optional().meta({ title: 'At' }).describe('Default: now.'),
      limit,
    }),
    output: z.object({
      items: z.array(
        z.object({
          user: referred.extend({ email: z.string().nullish() }),
          escalationPolicy: referred,
          escalationLevel: z.number().describe('1 is paged first.'),
          schedule: referred.nullish(),
          start: z.string().nullish(),
          end: z.string().nullish(),
        }),
      ),
    }),
    options: { '/escalationPolicyId': 'listEscalationPolicies', '/scheduleId': 'listSchedules' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/oncalls`,
      query: {
        'escalation_policy_ids[]': input.escalationPolicyId,
        'schedule_ids[]': input.scheduleId,
        'include[]': 'users',
        since: input.at,
        until: input.at,
        limit: pageSize,
      },
    }),
    paginate: offsetPaging({ items: 'oncalls', more: 'more', param: 'offset' }),
    each: camelKeys,
    sample: {
      input: {},
      output: {
        items: [
          {
            user: { id: 'PU00007', summary: 'Sam Whitaker', email: 'sam.whitaker@example.com' },
            escalationPolicy: { id: 'PSECONC', summary: 'Security on call' },
            escalationLevel: 1,
            schedule: { id: 'PSCHSEC', summary: 'Security week' },
          },
        ],
      },
    },
  }),

  listSchedules: operation({
    title: 'List schedules',
    docs: `${reference}/846ecf84402bb-list-schedules`,
    summary: 'Rotations of people on call.',
    input: z.strictObject({ query, limit }),
    output: named,
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: (input) => ({ method: 'GET', path: path`/schedules`, query: { query: input.query, limit: pageSize } }),
    paginate: offsetPaging({ items: 'schedules', more: 'more', param: 'offset' }),
    sample: { input: {}, output: { items: [{ id: 'PSCHSEC', name: 'Security week' }] } },
  }),

  listPriorities: operation({
    title: 'List priorities',
    docs: `${reference}/0fa9ad52bf2d2-list-priorities`,
    summary: 'Priorities of incidents, if the account has them.',
    input: z.strictObject({ limit }),
    output: named,
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: () => ({ method: 'GET', path: path`/priorities`, query: { limit: pageSize } }),
    paginate: offsetPaging({ items: 'priorities', more: 'more', param: 'offset' }),
    sample: { input: {}, output: { items: [{ id: 'PP00001', name: 'P1' }] } },
  }),

  findUser: operation({
    title: 'Find a user',
    docs: `${reference}/c96e889522dd6-list-users`,
    summary: 'The user with an e-mail address.',
    input: z.strictObject({ email: z.email().meta({ title: 'E-mail' }) }),
    output: z.object({ user: person }),
    effect: 'read',
    async run({ email }, host) {
      const user = await userByEmail(host, email);
      if (user) return { user };
      throw new FatalError(`PagerDuty has no user ${email}.`, { status: 404 });
    },
    sample: {
      input: { email: 'sam.whitaker@example.com' },
      output: { user: { id: 'PU00007', name: 'Sam Whitaker', email: 'sam.whitaker@example.com' } },
    },
  }),

  listServices: operation({
    title: 'List services',
    docs: `${reference}/e960cca205c0f-list-services`,
    summary: 'Services on which incidents can be opened.',
    input: z.strictObject({ query, limit }),
    output: named,
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: (input) => ({ method: 'GET', path: path`/services`, query: { query: input.query, limit: pageSize } }),
    paginate: offsetPaging({ items: 'services', more: 'more', param: 'offset' }),
    sample: { input: {}, output: { items: [{ id: 'PSECOPS', name: 'Security Operations' }] } },
  }),

  listEscalationPolicies: operation({
    title: 'List escalation policies',
    docs: `${reference}/51b21014a4f5a-list-escalation-policies`,
    summary: 'Who is paged in which order.',
    input: z.strictObject({ query, limit }),
    output: named,
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/escalation_policies`,
      query: { query: input.query, limit: pageSize },
    }),
    paginate: offsetPaging({ items: 'escalation_policies', more: 'more', param: 'offset' }),
    sample: { input: {}, output: { items: [{ id: 'PSECONC', name: 'Security on call' }] } },
  }),

  listUsers: operation({
    title: 'List users',
    docs: `${reference}/c96e889522dd6-list-users`,
    summary: 'PagerDuty’s users, by name or e-mail.',
    input: z.strictObject({ query, limit }),
    output: z.object({ items: z.array(person) }),
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: (input) => ({ method: 'GET', path: path`/users`, query: { query: input.query, limit: pageSize } }),
    paginate: offsetPaging({ items: 'users', more: 'more', param: 'offset' }),
    sample: {
      input: {},
      output: { items: [{ id: 'PU00007', name: 'Sam Whitaker', email: 'sam.whitaker@example.com' }] },
    },
  }),
};
