import { z } from 'zod';
import { isoInstant } from '../../platform/database/index.js';
import type { EventFacts } from './event-kind.js';
import { FlowPart, Instant, sampleFlow, sampleRun } from './parts.js';

/** What is told of a run that has ended. */
export const RunEnd = z.object({
  runId: z.uuid(),
  flow: FlowPart,
  version: z.int(),
  status: z.enum(['succeeded', 'failed', 'cancelled']),
  reason: z.string().nullable().describe('Of a cancelled run: cancelled, terminated or superseded'),
  outcome: z.string().nullable().describe('What the flow said at its end'),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  trigger: z.object({ id: z.string(), kind: z.string() }),
  businessKey: z.string().nullable(),
  retryOf: z.uuid().nullable().describe('The first run of the chain, if this one is a retry'),
  simulated: z.boolean().describe('The flow used simulators'),
  createdAt: Instant,
  endedAt: Instant,
});

/** `changed` are the run's own rows. Trials, plans and shadows are nobody else's business. */
export const runFacts: EventFacts = {
  joins: 'join flows f on f.id = changed.flow_id',
  when: `changed.mode = 'live' and changed.ended_at is not null`,
  data: `jsonb_build_object('runId', changed.id, 'flow', jsonb_build_object('id', f.id, 'name', f.name),
    'version', changed.version, 'status', changed.status, 'reason', changed.reason, 'outcome', changed.outcome,
    'error', case when changed.error is not null and jsonb_typeof(changed.error) = 'object' then
      jsonb_build_object('code', changed.error -> 'code', 'message', changed.error -> 'message') end,
    'trigger', jsonb_build_object('id', changed.trigger_id, 'kind', changed.trigger_kind),
    'businessKey', changed.business_key,
    'retryOf', case when changed.root_id <> changed.id then changed.root_id end,
    'simulated', changed.simulated,
    'createdAt', ${isoInstant('changed.created_at')}, 'endedAt', ${isoInstant('changed.ended_at')})`,
  depth: 'changed.depth + 1',
};

export const sampleRunEnd: z.output<typeof RunEnd> = {
  runId: sampleRun,
  flow: sampleFlow,
  version: 4,
  status: 'succeeded',
  reason: null,
  outcome: 'All access of jane.doe@example.com was revoked.',
  error: null,
  trigger: { id: 'terminated', kind: 'connector' },
  businessKey: 'jane.doe@example.com',
  retryOf: null,
  simulated: false,
  createdAt: '2026-05-04T09:00:00.000Z',
  endedAt: '2026-05-04T09:00:02.500Z',
};
