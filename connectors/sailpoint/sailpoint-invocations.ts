import { type Host, type JsonObject, operation, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { noah, sailpointId } from './sailpoint-company.js';
import { allOf, condition, limit, listOf, listRequest, offsetPages } from './sailpoint-lists.js';
import { docs } from './sailpoint-references.js';
import { subscriptionId, triggerId } from './sailpoint-subscription-shapes.js';

const values = z.record(z.string(), z.unknown());

const status = z.object({
  id: z.string(),
  triggerId: z.string(),
  subscriptionId: z.string(),
  subscriptionName: z.string(),
  type: z.enum(['TEST', 'REAL_TIME']),
  created: z.string(),
  completed: z.string().nullish().describe('Nothing: an answer is still waited for.'),
  startInvocationInput: z.object({ triggerId: z.string().optional(), input: values.nullish() }),
  completeInvocationInput: z
    .object({
      output: values.nullish().describe('The answer.'),
      localizedError: z.object({ locale: z.string(), message: z.string() }).nullish().describe('Why there is none.'),
    })
    .nullish(),
});
type Status = z.output<typeof status>;

/** SailPoint keeps some 2,000, for a day or two: this many of the latest are looked through. */
const lookedThrough = 1_000;

/** The latest invocation of an id, or null where it is not among them. */
async function findStatus({ http }: Host, id: string): Promise<Status | null> {
  for (let offset = 0; offset < lookedThrough; offset += 250) {
    const query = { sorters: '-created', limit: 250, offset };
    const { body } = await http.send({ method: 'GET', path: path`/trigger-invocations/status`, query });
    const page = parseAnswer(z.array(status), body, `${docs}/list-trigger-invocation-status`);
    const found = page.find((each) => each.id === id);
    if (found) return found;
    if (page.length < 250) return null;
  }
  return null;
}

const sampleInput = {
  identity: noah,
  attributes: { firstname: 'Noah', lastname: 'Silva', email: 'noah.silva@example.com' },
};

const invocationId = z.string().min(1).meta({ title: 'Invocation' }).describe('Its id, as the delivery says it.');

const completed = z.object({ invocationId: z.string(), completed: z.literal(true) });

export const invocationOperations = {
  testInvocation: operation({
    title: 'Send a test event',
    docs: `${docs}/start-test-trigger-invocation`,
    summary: 'Has SailPoint tell a made-up event to subscriptions of a trigger, also to those that are off.',
    input: z.strictObject({
      triggerId,
      input: values.optional().meta({ title: 'Event' }).describe('Left out: SailPoint’s own example.'),
      subscriptionIds: z
        .array(z.string().min(1))
        .optional()
        .meta({ title: 'Subscriptions' })
        .describe('Left out: all of the trigger.'),
    }),
    output: z
      .object({ invocations: z.array(z.object({ id: z.string(), triggerId: z.string() })) })
      .describe('Empty where nobody subscribes to the trigger.'),
    options: { '/triggerId': 'listTriggers', '/subscriptionIds/*': 'listSubscriptions' },
    effect: 'write',
    idempotency: 'none',
    changes: ({ triggerId }) => [{ action: 'notify', object: { type: 'sailpoint_trigger', id: triggerId } }],
    request: ({ triggerId, input, subscriptionIds }) => ({
      method: 'POST',
      path: path`/trigger-invocations/test`,
      body: {
        ...{ triggerId, contentJson: {} },
        ...(input ? { input: input as JsonObject } : {}),
        ...(subscriptionIds ? { subscriptionIds } : {}),
      },
    }),
    // What proves an answer stays out of it.
    response: ({ body }) => ({ invocations: (body ?? []) as { id: string; triggerId: string }[] }),
    sample: {
      input: {
        triggerId: 'idn:identity-attributes-changed',
        input: {
          identity: noah,
          changes: [{ attribute: 'cloudLifecycleState', oldValue: 'active', newValue: 'terminated' }],
        },
      },
      output: {
        invocations: [{ id: sailpointId('invocation', 1), triggerId: 'idn:identity-attributes-changed' }],
      },
    },
  }),

  listInvocations: operation({
    title: 'List invocations of triggers',
    docs: `${docs}/list-trigger-invocation-status`,
    summary: 'What SailPoint has told lately, and what it was answered: a day of what went well, two of what failed.',
    input: z.strictObject({ triggerId: triggerId.optional(), subscriptionId: subscriptionId.optional(), limit }),
    output: listOf(status),
    options: { '/triggerId': 'listTriggers', '/subscriptionId': 'listSubscriptions' },
    effect: 'read',
    request: ({ triggerId, subscriptionId }) =>
      listRequest(path`/trigger-invocations/status`, {
        filters: allOf(condition('triggerId', 'eq', triggerId), condition('subscriptionId', 'eq', subscriptionId)),
        sorters: '-created',
      }),
    paginate: offsetPages,
    sample: {
      input: {},
      output: {
        items: [
          {
            id: sailpointId('invocation', 1),
            triggerId: 'idn:identity-created',
            subscriptionId: sailpointId('subscription', 1),
            subscriptionName: 'Castellan: joiners',
            type: 'REAL_TIME',
            created: '2026-01-12T09:00:00.000Z',
            completed: '2026-01-12T09:00:01.000Z',
            startInvocationInput: { triggerId: 'idn:identity-created', input: sampleInput },
          },
        ],
      },
    },
  }),

  completeInvocation: operation({
    title: 'Answer an invocation',
    docs: `${docs}/complete-trigger-invocation`,
    summary: 'Gives SailPoint the answer that it waits for, where a subscription is answered later.',
    input: z.strictObject({
      invocationId,
      secret: z
        .string()
        .min(1)
        .meta({ title: 'Secret', secret: true })
        .describe('Of this invocation, as the delivery says it.'),
      output: values.meta({ title: 'Answer' }).describe('As the trigger wants it.'),
      error: z.string().min(1).optional().meta({ title: 'Error' }).describe('Why there is no answer.'),
    }),
    output: completed,
    effect: 'write',
    idempotency: 'lookup',
    changes: ({ invocationId }) => [
      { action: 'update', object: { type: 'sailpoint_trigger_invocation', id: invocationId } },
    ],
    request: ({ invocationId, output, ...rest }) => ({
      method: 'POST',
      path: path`/trigger-invocations/${invocationId}/complete`,
      body: { ...rest, output: output as JsonObject },
    }),
    response: (_, { invocationId }) => ({ invocationId, completed: true }),
    lookup: async ({ invocationId, output, error }, host) => {
      const given = (await findStatus(host, invocationId))?.completeInvocationInput;
      const same = error ? given?.localizedError?.message === error : isSame(given?.output, output);
      return given && same ? { invocationId, completed: true as const } : null;
    },
    sample: {
      input: {
        invocationId: sailpointId('invocation', 2),
        secret: 'secret-of-the-waiting-invocation',
        output: { approved: true, comment: 'On call this week.', approver: 'marco.reyes' },
      },
      output: { invocationId: sailpointId('invocation', 2), completed: true },
    },
  }),
};

/** Whether an answer that is there says all that ours says, whatever the order. */
function isSame(there: Record<string, unknown> | null | undefined, ours: Record<string, unknown>): boolean {
  return Object.entries(ours).every(([name, value]) => JSON.stringify(there?.[name]) === JSON.stringify(value));
}
