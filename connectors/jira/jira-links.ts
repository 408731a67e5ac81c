import { asObject, type HttpClient, type JsonObject, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { readFields } from './jira-issues.js';
import { docs, listOf } from './jira-shapes.js';

const linkDocs = `${docs}/api-group-issue-links/#api-rest-api-3-issuelink`;

const link = z.strictObject({
  type: z.string().min(1).meta({ title: 'Type' }).describe('The name of the link type, such as Blocks.'),
  from: z.string().min(1).meta({ title: 'From' }).describe('The key of the issue that blocks, causes or duplicates.'),
  to: z.string().min(1).meta({ title: 'To' }).describe('The key of the other issue.'),
});
type Link = z.output<typeof link>;

/** The id of a link, seen from its first issue, or null. Issues are meant by their keys. */
async function findLink(http: HttpClient, { type, from, to }: Link): Promise<string | null> {
  const { issuelinks: links = [] } = await readFields({ http }, from, ['issuelinks']);
  const found = (Array.isArray(links) ? links : []).map(asObject).find((each) => {
    const isOfType = String(asObject(each.type ?? null).name).toLowerCase() === type.toLowerCase();
    return isOfType && asObject(each.outwardIssue ?? null).key === to;
  });
  return found ? String(found.id) : null;
}

const changes = ({ type, from, to }: Link) => [
  { action: 'update' as const, object: { type: 'jira_issue', id: from, title: `${type} ${to}` } },
];

const sample = { type: 'Blocks', from: 'OPS-1', to: 'OPS-2' };

export const jiraLinks = {
  linkIssues: operation({
    title: 'Link two issues',
    docs: `${linkDocs}-post`,
    summary: 'Says how two issues belong together. A link that is there already is left as it is.',
    input: link,
    output: z.object({ linked: z.literal(true) }),
    options: { '/type': 'listLinkTypes' },
    effect: 'write',
    idempotency: 'natural',
    changes,
    before: async (input, { http }) => ({ linked: (await findLink(http, input)) !== null }),
    // The outward issue is the one that the type's outward description says something of: “A blocks B” is seen from A.
    request: ({ type, from, to }) => ({
      method: 'POST',
      path: path`/rest/api/3/issueLink`,
      body: { type: { name: type }, inwardIssue: { key: from }, outwardIssue: { key: to } },
    }),
    response: () => ({ linked: true }),
    undo: (input, _, before) =>
      asObject(before).linked === true ? null : { operation: 'unlinkIssues', input: { ...input } },
    sample: { input: sample, output: { linked: true }, before: { linked: false } },
  }),

  unlinkIssues: operation({
    title: 'Unlink two issues',
    docs: `${linkDocs}-linkid-delete`,
    summary: 'Takes a link between two issues away.',
    input: link,
    output: z.object({ linked: z.literal(false), alreadyGone: z.boolean() }),
    options: { '/type': 'listLinkTypes' },
    effect: 'write',
    idempotency: 'natural',
    changes,
    before: async (input, { http }) => ({ linked: (await findLink(http, input)) !== null }),
    async run(input, { http }): Promise<{ linked: false; alreadyGone: boolean }> {
      const id = await findLink(http, input);
      if (id === null) return { linked: false, alreadyGone: true };
      const { status } = await http.send({
        method: 'DELETE',
        path: path`/rest/api/3/issueLink/${id}`,
        accept: [404],
      });
      return { linked: false, alreadyGone: status === 404 };
    },
    undo: (input, _, before) =>
      asObject(before).linked === true ? { operation: 'linkIssues', input: { ...input } } : null,
    sample: {
      input: { type: 'Relates', from: 'OPS-1', to: 'OPS-2' },
      output: { linked: false, alreadyGone: false },
      before: { linked: true },
    },
  }),

  listLinkTypes: operation({
    title: 'List link types',
    docs: `${docs}/api-group-issue-link-types/#api-rest-api-3-issuelinktype-get`,
    summary: 'How issues can belong together.',
    input: z.strictObject({}),
    output: z.object({
      items: z.array(z.object({ id: z.string(), name: z.string(), inward: z.string(), outward: z.string() })),
    }),
    choice: { value: 'name', label: 'name' },
    effect: 'read',
    request: () => ({ method: 'GET', path: path`/rest/api/3/issueLinkType` }),
    response: (response): JsonObject => ({ items: listOf(response, 'issueLinkTypes') }),
    sample: {
      input: {},
      output: { items: [{ id: '10000', name: 'Blocks', inward: 'is blocked by', outward: 'blocks' }] },
    },
  }),
};
