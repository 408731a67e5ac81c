import { asObject, type Host, type HttpClient, operation, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import {
  instant,
  requestKey as issueKey,
  readAll,
  serviceDocs,
  servicePageSize,
  servicePaging,
} from './jira-service-shapes.js';
import { limit, person } from './jira-shapes.js';

const docs = `${serviceDocs}/api-group-request/#api-rest-servicedeskapi-request-issueidorkey-approval`;

export const approval = z.object({
  id: z.string(),
  name: z.string().nullish(),
  finalDecision: z.enum(['approved', 'declined', 'pending']),
  canAnswerApproval: z.boolean().nullish().describe('Whether the connection’s account is asked.'),
  approvers: z
    .array(z.object({ approver: person, approverDecision: z.enum(['approved', 'declined', 'pending']) }))
    .nullish(),
  createdDate: instant.nullish(),
  completedDate: instant.nullish(),
});
export type Approval = z.output<typeof approval>;

/** All approvals of a request, those that are decided too. */
export async function approvalsOf(http: HttpClient, key: string): Promise<Approval[]> {
  const found = await readAll(http, path`/rest/servicedeskapi/request/${key}/approval`);
  return parseAnswer(z.array(approval), found, docs);
}

interface Answer {
  issueKey: string;
  approvalId: string;
  decision: 'approve' | 'decline';
}

/** The approval if our account has given this answer to it. */
async function findAnswer({ issueKey, approvalId, decision }: Answer, { http }: Host): Promise<Approval | null> {
  const [mine, asked] = await Promise.all([
    http.send({ method: 'GET', path: path`/rest/api/3/myself` }),
    http.send({ method: 'GET', path: path`/rest/servicedeskapi/request/${issueKey}/approval/${approvalId}` }),
  ]);
  const found = parseAnswer(approval, asked.body, docs);
  const own = found.approvers?.find(({ approver }) => approver.accountId === asObject(mine.body).accountId);
  return own?.approverDecision === (decision === 'approve' ? 'approved' : 'declined') ? found : null;
}

const sampleInstant = { iso8601: '2026-03-01T12:00:00+0000', epochMillis: 1_772_366_400_000 };
export const sampleApproval = {
  id: '1',
  name: 'Approval by the manager',
  finalDecision: 'approved' as const,
  canAnswerApproval: false,
  approvers: [
    {
      approver: { accountId: '5b10a2844c20165700ede201', displayName: 'Ada Okafor' },
      approverDecision: 'approved' as const,
    },
  ],
  createdDate: sampleInstant,
  completedDate: sampleInstant,
};

export const jiraApprovals = {
  listApprovals: operation({
    title: 'List approvals of a service request',
    docs: `${docs}-get`,
    summary: 'Jira Service Management: who was asked to approve a request, and what they said.',
    input: z.strictObject({ issueKey, limit }),
    output: z.object({ items: z.array(approval) }),
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/rest/servicedeskapi/request/${input.issueKey}/approval`,
      query: { limit: servicePageSize },
    }),
    paginate: servicePaging,
    sample: { input: { issueKey: 'ITH-1' }, output: { items: [sampleApproval] } },
  }),

  answerApproval: operation({
    title: 'Answer an approval',
    docs: `${docs}-approvalid-post`,
    summary:
      'Jira Service Management: approves or declines in the name of the connection’s account. It cannot be taken back.',
    input: z.strictObject({
      issueKey,
      approvalId: z.string().regex(/^\d+$/).meta({ title: 'Approval' }).describe('Its id.'),
      decision: z.enum(['approve', 'decline']).meta({ title: 'Decision' }),
    }),
    output: approval,
    options: { '/approvalId': 'listApprovals' },
    effect: 'write',
    idempotency: 'lookup',
    changes: (input) => [
      { action: 'update', object: { type: 'jira_approval', id: `${input.issueKey}/${input.approvalId}` } },
    ],
    request: ({ issueKey, approvalId, decision }) => ({
      method: 'POST',
      path: path`/rest/servicedeskapi/request/${issueKey}/approval/${approvalId}`,
      body: { decision },
    }),
    lookup: findAnswer,
    sample: { input: { issueKey: 'ITH-1', approvalId: '1', decision: 'approve' }, output: sampleApproval },
  }),
};
