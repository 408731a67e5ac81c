import { createHmac } from 'node:crypto';
import {
  asObject,
  type ConnectionAddress,
  type JsonValue,
  jsonOnly,
  matchesAny,
  refused,
  type SignatureScheme,
  secret,
  trigger,
} from '@castellan/sdk';
import { z } from 'zod';
import { createdId, createdSweep } from './jira-polls.js';
import { person } from './jira-shapes.js';

const docs = 'https://developer.atlassian.com/cloud/jira/platform/webhooks/';

/** The field of a connection that its webhook needs. */
export const webhookFields = {
  webhookSecret: secret('Webhook secret').describe('As entered with the webhook in Jira.').optional(),
};

/**
 * Hexadecimal HMAC-SHA256 of the body in `X-Hub-Signature: sha256=…`. Jira signs no time: a delivery that is played again
 * is told by its identifier.
 */
export const jiraSignature: SignatureScheme = {
  id: 'jira',
  title: 'Jira webhook secret',
  help: 'Enter a secret with the webhook in Jira, and the same in the connection.',
  fields: z.object(webhookFields),
  carries: {},
  freshness: 'signedContent',
  verify({ headers, rawBody, fields }) {
    if (typeof fields.webhookSecret !== 'string')
      return refused('The connection has no webhook secret. Enter it on the Connections page.');
    const signature = headers['x-hub-signature'];
    if (!signature) return refused('The header X-Hub-Signature is missing: the webhook in Jira has no secret.');
    const digest = createHmac('sha256', fields.webhookSecret).update(rawBody).digest('hex');
    return matchesAny([signature], [`sha256=${digest}`]);
  },
};

const issue = z.looseObject({
  id: z.string(),
  key: z.string(),
  fields: z.looseObject({ summary: z.string().nullish() }),
});

const change = z.looseObject({
  field: z.string().describe('The name of the field, such as status or assignee.'),
  fieldId: z.string().nullish(),
  from: z.string().nullish(),
  fromString: z.string().nullish(),
  to: z.string().nullish(),
});

const event = z.looseObject({
  timestamp: z.number().describe('Milliseconds since 1970.'),
  webhookEvent: z.string(),
  user: person.nullish().describe('Who did it.'),
  issue,
});

const commentEvent = z.looseObject({
  timestamp: z.number().describe('Milliseconds since 1970.'),
  webhookEvent: z.string(),
  issue,
  comment: z.looseObject({
    id: z.string(),
    body: z.string().nullish().describe('The comment as text.'),
    author: person.nullish(),
    jsdPublic: z.boolean().nullish().describe('Of a service request: whether the customer sees it.'),
  }),
});

/** Jira's names of events, and the triggers that they are. */
const triggerOf: Record<string, string> = {
  'jira:issue_created': 'issueCreated',
  'jira:issue_updated': 'issueUpdated',
  'jira:issue_deleted': 'issueDeleted',
  comment_created: 'commentCreated',
  comment_updated: 'commentUpdated',
};

const sampleUser = { accountId: '5b10a2844c20165700ede203', displayName: 'Jane Doe' };
const sampleIssue = {
  id: '10001',
  key: 'OPS-1',
  fields: {
    summary: 'Review standing access',
    status: { id: '10001', name: 'In Progress' },
    issuetype: { id: '10001', name: 'Task' },
    project: { id: '10000', key: 'OPS', name: 'Operations' },
    labels: ['access-review'],
  },
};
const sampleEvent = (webhookEvent: string) => ({
  timestamp: 1_772_366_400_000,
  webhookEvent,
  user: sampleUser,
  issue: sampleIssue,
});

const sampleComment = (webhookEvent: string) => ({
  timestamp: 1_772_366_400_000,
  webhookEvent,
  issue: sampleIssue,
  comment: {
    id: '10000',
    body: 'Please revoke my access.',
    author: sampleUser,
    created: '2026-03-01T12:00:00.000+0000',
  },
});

export const jiraTriggers = {
  issueCreated: trigger({
    title: 'Issue created',
    docs,
    summary: 'An issue or a service request was created.',
    payload: event,
    sample: sampleEvent('jira:issue_created'),
    sweep: createdSweep,
  }),
  issueUpdated: trigger({
    title: 'Issue changed',
    docs,
    summary: 'Fields of an issue changed, its status among them; the change log says which.',
    payload: event.extend({ changelog: z.looseObject({ items: z.array(change) }).nullish() }),
    sample: {
      ...sampleEvent('jira:issue_updated'),
      issue_event_type_name: 'issue_generic',
      changelog: {
        id: '10124',
        items: [
          {
            field: 'status',
            fieldtype: 'jira',
            fieldId: 'status',
            from: '10000',
            fromString: 'To Do',
            to: '10001',
            toString: 'In Progress',
          },
        ],
      },
    },
  }),
  issueDeleted: trigger({
    title: 'Issue deleted',
    docs,
    summary: 'An issue was deleted.',
    payload: event,
    sample: sampleEvent('jira:issue_deleted'),
  }),
  commentCreated: trigger({
    title: 'Comment written',
    docs,
    summary: 'Somebody commented on an issue or a service request.',
    payload: commentEvent,
    sample: sampleComment('comment_created'),
  }),
  commentUpdated: trigger({
    title: 'Comment changed',
    docs,
    summary: 'A comment was changed.',
    payload: commentEvent,
    sample: sampleComment('comment_updated'),
  }),
};

/** Jira sends one event a delivery, and the same identifier when it delivers again. */
export const jiraAddress: ConnectionAddress = {
  docs,
  setup: [
    'In Jira, open **Settings → System → WebHooks** and create a webhook with this address.',
    'Enter a **secret** there and the same in this connection.',
    'Choose the events of issues and comments that are to be told; a JQL filter narrows them.',
  ].join(' '),
  signature: jiraSignature,
  malformed: jsonOnly('In Jira’s webhook leave “Exclude body” off.'),
  deliveryId: ({ headers }) => headers['x-atlassian-webhook-identifier'] ?? null,
  events: ({ body }) => {
    const { webhookEvent, issue } = asObject(body as JsonValue);
    const trigger = triggerOf[String(webhookEvent)];
    if (trigger === undefined) return [];
    const { id } = asObject(issue ?? null);
    const named = trigger === 'issueCreated' && typeof id === 'string' ? { id: createdId(id) } : {};
    return [{ trigger, payload: body, key: '0', ...named }];
  },
};
