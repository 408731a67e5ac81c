import { z } from 'zod';
import { Id, Instant, Page, PageQuery } from './page.js';
import { route } from './route.js';

export const Approval = z
  .object({
    id: Id,
    runId: Id,
    flowId: Id,
    flowName: z.string(),
    /** A step of the flow asks, or the workspace holds calls back: of protected people, or past a budget. */
    kind: z.enum(['step', 'protected', 'budget']),
    /** Empty unless a step asks. */
    stepId: z.string(),
    iteration: z.string(),
    title: z.string(),
    status: z.enum(['open', 'approved', 'rejected', 'timeout', 'closed']),
    subject: z.string().nullable(),
    show: z.unknown(),
    approvers: z.array(z.string()),
    /** Who started the run, where none of them decides: of what changes something, unless the flow lets them. */
    startedBy: z.array(z.string()),
    needed: z.number().int(),
    /** Who is asked as well while nobody has decided, and from when; `added` says that it has happened. */
    escalations: z.array(z.object({ at: Instant, approvers: z.array(z.string()), added: z.boolean() })),
    /** Which decisions have to say why. */
    commentOn: z.enum(['none', 'reject', 'both']),
    decisions: z.array(
      z.object({
        by: z.string(),
        decision: z.enum(['approve', 'reject']),
        comment: z.string().nullable(),
        at: Instant,
        /** The system from which it came; left out: from this page. */
        via: z.string().optional(),
        /** Of a deputy: who was asked. */
        for: z.string().optional(),
      }),
    ),
    /** Hash over what is shown: a decision names it, so that nobody approves what he did not see. */
    hash: z.string(),
    mayDecide: z.boolean(),
    /** For whom this person decides it, where only somebody for whom they stand in was asked. */
    decidesFor: z.string().nullable(),
    /** Of an approval that names the steps that it covers: it allows only what it shows, once that is worked out. */
    bound: z
      .discriminatedUnion('state', [
        z.object({ state: z.literal('making') }),
        z.object({ state: z.literal('ready'), planId: Id }),
        z.object({ state: z.literal('failed'), problem: z.string() }),
      ])
      .nullable(),
    /** Where the approvers were asked beside this page, and how that went; with one approval only. */
    asked: z
      .object({
        /** The name of the connection. */
        connection: z.string(),
        messages: z.array(
          z.object({
            /** An e-mail address, or a channel. */
            recipient: z.string(),
            state: z.enum(['waiting', 'sent', 'failed']),
            problem: z.string().nullable(),
          }),
        ),
        /** How many reminders were sent of how many, and when the next is due. */
        reminders: z.object({ sent: z.number().int(), of: z.number().int(), next: Instant.nullable() }).nullable(),
      })
      .nullable()
      .optional(),
    createdAt: Instant,
    expiresAt: Instant.nullable(),
    decidedAt: Instant.nullable(),
  })
  .meta({ id: 'Approval' });
export type Approval = z.infer<typeof Approval>;

/** Where a link out of an e-mail leads. */
export const ApprovalLink = z.object({ workspaceId: Id, approvalId: Id }).meta({ id: 'ApprovalLink' });
export type ApprovalLink = z.infer<typeof ApprovalLink>;

export const approvalRoutes = {
  list: route({
    method: 'GET',
    path: '/workspaces/:ws/approvals',
    access: 'approval:read',
    summary: 'Approvals',
    query: PageQuery.extend({
      status: z.enum(['open', 'decided']).default('open'),
      mine: z.coerce.boolean().default(false),
    }),
    answer: Page(Approval),
  }),
  get: route({
    method: 'GET',
    path: '/workspaces/:ws/approvals/:id',
    access: 'approval:read',
    summary: 'One approval',
    answer: Approval,
  }),
  followLink: route({
    method: 'GET',
    path: '/approval-links',
    access: 'signed-in',
    summary: 'Where a link out of an e-mail leads whoever is signed in; it decides nothing',
    query: z.object({ link: z.string().min(1).max(2000) }),
    answer: ApprovalLink,
  }),
  decide: route({
    method: 'POST',
    path: '/workspaces/:ws/approvals/:id/decide',
    access: 'approval:decide',
    summary: 'Approve or reject',
    body: z.object({
      decision: z.enum(['approve', 'reject']),
      comment: z.string().max(2000).optional(),
      hash: z.string(),
    }),
    answer: Approval,
  }),
};
