import { asObject, type Change, type Host, type JsonValue, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { docs, issueKey, listOf, person } from './jira-shapes.js';

const watcherDocs = `${docs}/api-group-issue-watchers/#api-rest-api-3-issue-issueidorkey-watchers`;

const accountId = z.string().min(1).meta({ title: 'Person' }).describe('The account id.');
const watching = z.strictObject({ issueKey, accountId });
type Watching = z.output<typeof watching>;
const options = { '/accountId': 'listUsers' } as const;

async function watchersOf({ http }: Pick<Host, 'http'>, key: string): Promise<JsonValue[]> {
  return listOf(await http.send({ method: 'GET', path: path`/rest/api/3/issue/${key}/watchers` }), 'watchers');
}

const isWatched = async (input: Watching, host: Pick<Host, 'http'>) => ({
  watching: (await watchersOf(host, input.issueKey)).some((each) => asObject(each).accountId === input.accountId),
});

const changes = (input: Watching): Change[] => [
  {
    action: 'update',
    subject: { type: 'jira_user', id: input.accountId },
    object: { type: 'jira_issue', id: input.issueKey },
  },
];

const watched = (before: JsonValue): boolean => asObject(before).watching === true;

export const jiraWatchers = {
  addWatcher: operation({
    title: 'Add a watcher',
    docs: `${watcherDocs}-post`,
    summary: 'Has Jira tell a person of what happens to an issue.',
    input: watching,
    output: z.object({ watching: z.literal(true) }),
    options,
    effect: 'write',
    idempotency: 'natural',
    changes,
    before: isWatched,
    request: (input) => ({
      method: 'POST',
      path: path`/rest/api/3/issue/${input.issueKey}/watchers`,
      body: input.accountId,
    }),
    response: () => ({ watching: true }),
    undo: (input, _, before) => (watched(before) ? null : { operation: 'removeWatcher', input: { ...input } }),
    sample: {
      input: { issueKey: 'OPS-1', accountId: '5b10a2844c20165700ede203' },
      output: { watching: true },
      before: { watching: false },
    },
  }),

  removeWatcher: operation({
    title: 'Remove a watcher',
    docs: `${watcherDocs}-delete`,
    summary: 'Has Jira no longer tell a person of an issue.',
    input: watching,
    output: z.object({ watching: z.literal(false) }),
    options,
    effect: 'write',
    idempotency: 'natural',
    changes,
    before: isWatched,
    request: (input) => ({
      method: 'DELETE',
      path: path`/rest/api/3/issue/${input.issueKey}/watchers`,
      query: { accountId: input.accountId },
    }),
    response: () => ({ watching: false }),
    undo: (input, _, before) => (watched(before) ? { operation: 'addWatcher', input: { ...input } } : null),
    sample: {
      input: { issueKey: 'OPS-1', accountId: '5b10a2844c20165700ede201' },
      output: { watching: false },
      before: { watching: true },
    },
  }),

  listWatchers: operation({
    title: 'List watchers',
    docs: `${watcherDocs}-get`,
    summary: 'Who is told of what happens to an issue.',
    input: z.strictObject({ issueKey }),
    output: z.object({ items: z.array(person) }),
    effect: 'read',
    // Checked with the output.
    run: async (input, host) => ({ items: (await watchersOf(host, input.issueKey)) as z.output<typeof person>[] }),
    sample: {
      input: { issueKey: 'OPS-1' },
      output: { items: [{ accountId: '5b10a2844c20165700ede201', displayName: 'Ada Okafor' }] },
    },
  }),
};
