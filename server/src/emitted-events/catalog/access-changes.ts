import { z } from 'zod';
import { isoInstant } from '../../platform/database/index.js';
import type { EventFacts } from './event-kind.js';
import { ConnectionPart, FlowPart, Instant, sampleFlow, sampleRun } from './parts.js';

/** What is told of one change of access that a system has confirmed. */
export const AccessChange = z.object({
  subject: z
    .object({ type: z.string(), id: z.string(), email: z.string().optional() })
    .nullable()
    .describe('Who has it, or has it no longer'),
  object: z
    .object({ type: z.string(), id: z.string(), title: z.string().optional() })
    .nullable()
    .describe('What it is access to'),
  connection: ConnectionPart.nullable(),
  operation: z.string(),
  runId: z.uuid(),
  flow: FlowPart,
  stepId: z.string(),
  iteration: z.string().describe('Within loops, such as 3 or 3.0'),
  mode: z.string().describe('live, or test for a trial of a draft, which changes access just the same'),
  changedAt: Instant,
});

/** `changed` are rows of the ledger; each change of an effect that is done is one event. */
export const accessFacts = (action: 'grant' | 'revoke'): EventFacts => ({
  joins: `cross join lateral jsonb_array_elements(changed.changes) as c (change)
    join runs r on r.id = changed.run_id join flows f on f.id = r.flow_id
    left join connections n on n.id = changed.connection_id`,
  when: `changed.state = 'done' and c.change ->> 'action' = '${action}'`,
  data: `jsonb_build_object('subject', c.change -> 'subject', 'object', c.change -> 'object',
    'connection', case when n.id is not null then
      jsonb_build_object('id', n.id, 'name', n.name, 'connector', n.connector, 'simulator', n.simulator) end,
    'operation', changed.operation, 'runId', changed.run_id,
    'flow', jsonb_build_object('id', f.id, 'name', f.name), 'stepId', changed.step_id,
    'iteration', changed.iteration, 'mode', r.mode, 'changedAt', ${isoInstant('changed.settled_at')})`,
  depth: 'r.depth + 1',
});

export const sampleChange: z.output<typeof AccessChange> = {
  subject: { type: 'user', id: '5f0c5ad1-1b9e-4c6b-9a59-6f1b0a7d2c11', email: 'jane.doe@example.com' },
  object: { type: 'resource', id: 'b7c1d0a2-4a7e-4f3d-8c2b-0e9f6d5a4b33', title: 'Production database' },
  connection: {
    id: '01981f2e-9c30-7e2a-8b5e-6d9e1f4a6b04',
    name: 'Opal',
    connector: 'opal',
    simulator: false,
  },
  operation: 'grantResource',
  runId: sampleRun,
  flow: sampleFlow,
  stepId: 'grant',
  iteration: '',
  mode: 'live',
  changedAt: '2026-05-04T09:00:01.250Z',
};
