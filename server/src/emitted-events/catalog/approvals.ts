import { z } from 'zod';
import { isoInstant } from '../../platform/database/index.js';
import type { EventFacts } from './event-kind.js';
import { FlowPart, Instant, sampleFlow, sampleRun } from './parts.js';

/** What is told of an approval. What its approvers are shown stays on its page. */
export const ApprovalAsked = z.object({
  approvalId: z.uuid(),
  title: z.string(),
  subject: z.string().nullable().describe('Who it is about'),
  approvers: z.array(z.string()).describe('E-mail addresses, and roles as role:<name>'),
  needed: z.int().describe('How many of them have to approve'),
  runId: z.uuid(),
  flow: FlowPart,
  stepId: z.string(),
  createdAt: Instant,
  expiresAt: Instant.nullable(),
});

const asked = `'approvalId', changed.id, 'title', changed.title, 'subject', changed.subject,
    'approvers', to_jsonb(changed.approvers), 'needed', changed.needed, 'runId', changed.run_id,
    'flow', jsonb_build_object('id', f.id, 'name', f.name), 'stepId', changed.step_id,
    'createdAt', ${isoInstant('changed.created_at')}, 'expiresAt', ${isoInstant('changed.expires_at')}`;

/** `changed` are rows of `approvals`. Those of trials are not told. */
export const approvalFacts = (status: string, more = ''): EventFacts => ({
  joins: 'join flows f on f.id = changed.flow_id join runs r on r.id = changed.run_id',
  when: `r.mode = 'live' and changed.status ${status}`,
  data: `jsonb_build_object(${asked}${more})`,
  depth: 'r.depth + 1',
});

export const sampleApproval: z.output<typeof ApprovalAsked> = {
  approvalId: '01981f2e-8b20-7d1f-9a4d-5c8d0e3f5a03',
  title: 'Revoke 12 grants of Jane Doe',
  subject: 'jane.doe@example.com',
  approvers: ['maria.garcia@example.com', 'role:admin'],
  needed: 1,
  runId: sampleRun,
  flow: sampleFlow,
  stepId: 'approve',
  createdAt: '2026-05-04T09:00:00.000Z',
  expiresAt: '2026-05-05T09:00:00.000Z',
};
