import { definedOnly, type Host, type JsonObject, type JsonValue, operation, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { instantAt, reference, searchFields, searchPages, searchQuery, timeProblems } from './datadog-shapes.js';

const docs = `${reference}/security-monitoring`;

const state = z.enum(['open', 'under_review', 'archived']);

const signal = z.object({
  id: z.string(),
  timestamp: z.string().nullable(),
  message: z.string().nullable(),
  state: z.string().nullable().describe('open, under_review or archived.'),
  tags: z.array(z.string()),
  custom: z.record(z.string(), z.json()).describe('What the signal is about, such as usr.email.'),
});

/** Where a signal's triage stands: `@workflow.triage.state` of Datadog's search. */
const triage = z.object({ workflow: z.object({ triage: z.object({ state: z.string() }) }) });

function signalOf(item: unknown): z.output<typeof signal> {
  const { id, attributes = {} } = item as { id: string; attributes?: JsonObject };
  const { timestamp = null, message = null, tags = [], custom = {} } = attributes;
  return {
    id,
    timestamp: timestamp as string | null,
    message: message as string | null,
    state: triage.safeParse(custom).data?.workflow.triage.state ?? null,
    tags: tags as string[],
    custom: custom as JsonObject,
  };
}

async function read({ http }: Pick<Host, 'http'>, signalId: string) {
  const { body } = await http.send({ method: 'GET', path: path`/api/v2/security_monitoring/signals/${signalId}` });
  return parseAnswer(signal, signalOf((body as { data?: JsonValue }).data ?? {}), docs);
}

const signalId = z.string().min(1).meta({ title: 'Signal' });

const sampleSignal = {
  id: 'AAAAAYvF0000000001',
  timestamp: '2026-01-12T08:25:00.000Z',
  message: 'Impossible travel of jane.doe@example.com',
  state: 'open',
  tags: ['source:okta', 'team:security'],
  custom: { usr: { email: 'jane.doe@example.com' }, workflow: { triage: { state: 'open' } } },
};

export const datadogSignals = {
  searchSignals: operation({
    title: 'Search security signals',
    docs: `${docs}/#get-a-quick-list-of-security-signals`,
    summary: 'Signals that a query finds, such as @workflow.triage.state:open. Needs the application key.',
    input: z.strictObject(searchFields),
    output: z.object({ items: z.array(signal) }),
    choice: { value: 'id', label: 'message' },
    effect: 'read',
    check: timeProblems,
    request: (input, { now }) => ({
      method: 'GET',
      path: path`/api/v2/security_monitoring/signals`,
      query: searchQuery(input, instantAt(now())),
    }),
    paginate: searchPages,
    each: signalOf,
    sample: {
      input: {
        query: 'team:security',
        from: '2026-01-12T00:00:00Z',
        to: '2099-12-31T00:00:00Z',
        order: 'newest',
        limit: 1_000,
      },
      output: { items: [sampleSignal] },
    },
  }),

  getSignal: operation({
    title: 'Get a security signal',
    docs: `${docs}/#get-a-signals-details`,
    summary: 'What a signal says, and its state of triage. Needs the application key.',
    input: z.strictObject({ signalId }),
    output: signal,
    effect: 'read',
    run: (input, host) => read(host, input.signalId),
    sample: { input: { signalId: sampleSignal.id }, output: sampleSignal },
  }),

  setSignalState: operation({
    title: 'Change a signal’s state of triage',
    docs: `${docs}/#change-the-triage-state-of-a-security-signal`,
    summary: 'Opens a signal, takes it under review or archives it with a reason. Needs the application key.',
    input: z.strictObject({
      signalId,
      state: state.meta({ title: 'State' }),
      archiveReason: z
        .enum([
          'none',
          'false_positive',
          'testing_or_maintenance',
          'remediated',
          'investigated_case_opened',
          'true_positive_benign',
          'true_positive_malicious',
          'other',
        ])
        .optional()
        .meta({ title: 'Why it is archived' }),
      archiveComment: z.string().max(1_000).optional().meta({ title: 'Comment', multiline: true }),
    }),
    output: z.object({ signalId: z.string(), state: z.string() }),
    effect: 'write',
    idempotency: 'natural',
    check: ({ state, archiveReason, archiveComment }) =>
      state !== 'archived' && (archiveReason !== undefined || archiveComment !== undefined)
        ? [{ pointer: '/state', message: 'A reason and a comment belong to an archived signal.' }]
        : [],
    changes: ({ signalId, state }) => [
      { action: 'update', object: { type: 'datadog_signal', id: signalId, title: state } },
    ],
    before: async (input, host) => ({ state: (await read(host, input.signalId)).state }),
    request: ({ signalId, state, archiveReason, archiveComment }) => ({
      method: 'PATCH',
      path: path`/api/v2/security_monitoring/signals/${signalId}/state`,
      body: {
        data: {
          attributes: definedOnly({ state, archive_reason: archiveReason, archive_comment: archiveComment }),
        },
      },
    }),
    response: ({ body }, { signalId }) => ({
      signalId,
      state: (body as { data?: { attributes?: { state?: string } } }).data?.attributes?.state,
    }),
    undo: (input, _, before) => {
      const earlier = state.safeParse((before as { state?: string | null }).state).data;
      if (earlier === undefined || earlier === input.state) return null;
      return { operation: 'setSignalState', input: { signalId: input.signalId, state: earlier } };
    },
    sample: {
      input: { signalId: sampleSignal.id, state: 'archived', archiveReason: 'remediated' },
      output: { signalId: sampleSignal.id, state: 'archived' },
      before: { state: 'open' },
    },
  }),
};
