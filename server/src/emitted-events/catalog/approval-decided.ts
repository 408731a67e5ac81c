import { z } from 'zod';
import { isoInstant } from '../../platform/database/index.js';
import { ApprovalAsked, approvalFacts, sampleApproval } from './approvals.js';
import { defineEvent } from './event-kind.js';
import { Instant } from './parts.js';

export const approvalDecided = defineEvent({
  type: 'approval.decided',
  title: 'Approval decided',
  description:
    'An approval of a live run is open no longer: it was approved or rejected, nobody decided in time, or the run needs it no more.',
  data: ApprovalAsked.extend({
    outcome: z.enum(['approved', 'rejected', 'timeout', 'closed']),
    decisions: z.array(
      z.object({
        by: z.string(),
        decision: z.enum(['approve', 'reject']),
        comment: z.string().nullable(),
        at: Instant,
        for: z.string().optional().describe('Of a deputy: who was asked'),
      }),
    ),
    decidedAt: Instant,
  }),
  sample: {
    ...sampleApproval,
    outcome: 'approved',
    decisions: [
      { by: 'maria.garcia@example.com', decision: 'approve', comment: 'Agreed.', at: '2026-05-04T09:12:00.000Z' },
    ],
    decidedAt: '2026-05-04T09:12:00.000Z',
  },
  page: ({ approvalId }) => `approvals/${approvalId}`,
  facts: approvalFacts(
    `<> 'open'`,
    `, 'outcome', changed.status, 'decisions', changed.decisions,
    'decidedAt', ${isoInstant('changed.decided_at')}`,
  ),
});
