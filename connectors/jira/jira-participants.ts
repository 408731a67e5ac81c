import { asObject, type Host, type JsonValue, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { requestKey as issueKey, readAll, serviceDocs, servicePageSize, servicePaging } from './jira-service-shapes.js';
import { limit, person } from './jira-shapes.js';

const docs = `${serviceDocs}/api-group-request/#api-rest-servicedeskapi-request-issueidorkey-participant`;

const accountIds = z.array(z.string().min(1)).min(1).meta({ title: 'People' }).describe('Their account ids.');

const heldBefore = (before: JsonValue): string[] => {
  const { accountIds: held } = asObject(before);
  return Array.isArray(held) ? held.map(String) : [];
};

interface Participants {
  issueKey: string;
  accountIds: string[];
}

const participation = ({ issueKey: id, accountIds: people }: Participants) =>
  people.map((accountId) => ({
    action: 'update' as const,
    subject: { type: 'jira_user', id: accountId },
    object: { type: 'jira_request', id },
  }));

const participantsBefore = async ({ issueKey: id }: Participants, { http }: Pick<Host, 'http'>) => {
  const people = await readAll(http, path`/rest/servicedeskapi/request/${id}/participant`);
  return { accountIds: people.map((each) => String(asObject(each).accountId)).toSorted() };
};

export const jiraParticipants = {
  addParticipants: operation({
    title: 'Add participants to a service request',
    docs: `${docs}-post`,
    summary: 'Jira Service Management: lets more people follow a request.',
    input: z.strictObject({ issueKey, accountIds }),
    output: z.object({ added: z.literal(true) }),
    options: { '/accountIds/*': 'listUsers' },
    effect: 'write',
    idempotency: 'natural',
    changes: participation,
    before: participantsBefore,
    request: (input) => ({
      method: 'POST',
      path: path`/rest/servicedeskapi/request/${input.issueKey}/participant`,
      body: { accountIds: input.accountIds },
    }),
    response: () => ({ added: true }),
    undo: ({ issueKey, accountIds }, _, before) => {
      const added = accountIds.filter((each) => !heldBefore(before).includes(each));
      return added.length > 0 ? { operation: 'removeParticipants', input: { issueKey, accountIds: added } } : null;
    },
    sample: {
      input: { issueKey: 'ITH-1', accountIds: ['5b10a2844c20165700ede206'] },
      output: { added: true },
      before: { accountIds: [] },
    },
  }),

  removeParticipants: operation({
    title: 'Remove participants of a service request',
    docs: `${docs}-delete`,
    summary: 'Jira Service Management: ends that people follow a request.',
    input: z.strictObject({ issueKey, accountIds }),
    output: z.object({ removed: z.literal(true) }),
    options: { '/accountIds/*': 'listUsers' },
    effect: 'write',
    idempotency: 'natural',
    changes: participation,
    before: participantsBefore,
    request: (input) => ({
      method: 'DELETE',
      path: path`/rest/servicedeskapi/request/${input.issueKey}/participant`,
      body: { accountIds: input.accountIds },
    }),
    response: () => ({ removed: true }),
    undo: ({ issueKey, accountIds }, _, before) => {
      const removed = accountIds.filter((each) => heldBefore(before).includes(each));
      return removed.length > 0 ? { operation: 'addParticipants', input: { issueKey, accountIds: removed } } : null;
    },
    sample: {
      input: { issueKey: 'ITH-1', accountIds: ['5b10a2844c20165700ede202'] },
      output: { removed: true },
      before: { accountIds: ['5b10a2844c20165700ede202'] },
    },
  }),

  listParticipants: operation({
    title: 'List participants of a service request',
    docs: `${docs}-get`,
    summary: 'Jira Service Management: who follows a request.',
    input: z.strictObject({ issueKey, limit }),
    output: z.object({ items: z.array(person) }),
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/rest/servicedeskapi/request/${input.issueKey}/participant`,
      query: { limit: servicePageSize },
    }),
    paginate: servicePaging,
    sample: {
      input: { issueKey: 'ITH-1' },
      output: { items: [{ accountId: '5b10a2844c20165700ede202', displayName: 'Marco Reyes' }] },
    },
  }),
};
