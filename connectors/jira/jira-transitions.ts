import {
  asObject,
  FatalError,
  type Host,
  type HttpClient,
  type JsonObject,
  type JsonValue,
  operation,
  path,
} from '@castellan/sdk';
import { z } from 'zod';
import { readFields } from './jira-issues.js';
import { docs, issueKey, listOf } from './jira-shapes.js';
import { documentOf } from './jira-text.js';

const status = z.object({ id: z.string(), name: z.string() });

interface Transition {
  id: string;
  name: string;
  to: { id: string; name: string };
}

interface Move {
  issueKey: string;
  status: string;
  resolution?: string | undefined;
  comment?: string | undefined;
}

function statusOf(given: JsonValue): { id: string; name: string } {
  const { id, name } = asObject(given);
  return { id: String(id), name: String(name) };
}

async function transitionsOf(http: HttpClient, key: string): Promise<Transition[]> {
  const response = await http.send({ method: 'GET', path: path`/rest/api/3/issue/${key}/transitions` });
  return listOf(response, 'transitions').map((given) => {
    const { id, name, to = null } = asObject(given);
    return { id: String(id), name: String(name), to: statusOf(to) };
  });
}

const currentStatus = async (host: Pick<Host, 'http'>, key: string) =>
  statusOf((await readFields(host, key, ['status'])).status ?? null);

/** By id or by name, whatever its capitals. */
const isMeant = ({ id, name }: { id: string; name: string }, wanted: string): boolean =>
  id === wanted || name.toLowerCase() === wanted.trim().toLowerCase();

/** Moves an issue to a status by the transition that leads there, unless it is there already. */
async function move({ issueKey, status, resolution, comment }: Move, host: Host) {
  const from = await currentStatus(host, issueKey);
  if (isMeant(from, status)) return { moved: false, from, to: from };
  const transitions = await transitionsOf(host.http, issueKey);
  const found = transitions.find(({ to }) => isMeant(to, status));
  if (!found) {
    const reachable = transitions.map(({ to }) => to.name).join(', ') || 'none';
    throw new FatalError(
      `No transition leads ${issueKey} from “${from.name}” to “${status}”. The account can move it to: ${reachable}.`,
      { code: 'E_INPUT' },
    );
  }
  const body: JsonObject = {
    transition: { id: found.id },
    ...(resolution ? { fields: { resolution: { name: resolution } } } : {}),
    ...(comment ? { update: { comment: [{ add: { body: documentOf(comment) } }] } } : {}),
  };
  await host.http.send({ method: 'POST', path: path`/rest/api/3/issue/${issueKey}/transitions`, body });
  return { moved: true, from, to: found.to };
}

export const jiraTransitions = {
  moveIssue: operation({
    title: 'Move an issue to a status',
    docs: `${docs}/api-group-issues/#api-rest-api-3-issue-issueidorkey-transitions-post`,
    summary: 'Does the transition that leads to the status; an issue that is there already is left alone.',
    input: z.strictObject({
      issueKey,
      status: z.string().min(1).meta({ title: 'Status' }).describe('Its name or id, such as Done.'),
      resolution: z
        .string()
        .optional()
        .meta({ title: 'Resolution' })
        .describe('Its name, where the transition asks for one.'),
      comment: z.string().optional().meta({ title: 'Comment', multiline: true }),
    }),
    output: z.object({ moved: z.boolean(), from: status, to: status }),
    options: { '/status': 'listTransitions' },
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'update', object: { type: 'jira_issue', id: input.issueKey, title: input.status } }],
    before: async (input, host) => ({ status: await currentStatus(host, input.issueKey) }),
    run: move,
    undo: ({ issueKey }, { moved, from }) =>
      moved ? { operation: 'moveIssue', input: { issueKey, status: from.id } } : null,
    sample: {
      input: { issueKey: 'OPS-1', status: 'In Progress' },
      output: { moved: true, from: { id: '10000', name: 'To Do' }, to: { id: '10001', name: 'In Progress' } },
      before: { status: { id: '10000', name: 'To Do' } },
    },
  }),

  listTransitions: operation({
    title: 'List transitions of an issue',
    docs: `${docs}/api-group-issues/#api-rest-api-3-issue-issueidorkey-transitions-get`,
    summary: 'Where an issue can go from its present status.',
    input: z.strictObject({ issueKey }),
    output: z.object({
      items: z.array(z.object({ id: z.string(), name: z.string(), status: z.string(), to: status })),
    }),
    choice: { value: 'status', label: 'status' },
    effect: 'read',
    run: async (input, { http }) => ({
      items: (await transitionsOf(http, input.issueKey)).map((each) => ({ ...each, status: each.to.name })),
    }),
    sample: {
      input: { issueKey: 'OPS-1' },
      output: {
        items: [{ id: '11', name: 'Start', status: 'In Progress', to: { id: '10001', name: 'In Progress' } }],
      },
    },
  }),
};
