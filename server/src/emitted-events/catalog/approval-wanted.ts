import { ApprovalAsked, approvalFacts, sampleApproval } from './approvals.js';
import { defineEvent } from './event-kind.js';

export const approvalWanted = defineEvent({
  type: 'approval.wanted',
  title: 'Approval wanted',
  description: 'A live run waits for people to decide.',
  data: ApprovalAsked,
  sample: sampleApproval,
  page: ({ approvalId }) => `approvals/${approvalId}`,
  facts: approvalFacts(`= 'open'`),
});
