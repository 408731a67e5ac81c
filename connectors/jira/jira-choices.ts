import { FatalError, type JsonValue, operation, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { docs, limit, person, startAtPaging } from './jira-shapes.js';

const named = z.object({ id: z.string(), name: z.string() });
const user = person.extend({ accountType: z.string().nullish(), active: z.boolean().nullish() });

const pageSize = 100;

const project = z.string().min(1).meta({ title: 'Project' }).describe('Its key, such as OPS.');

/** Lists that fields are chosen from. */
export const jiraChoices = {
  listProjects: operation({
    title: 'List projects',
    docs: `${docs}/api-group-projects/#api-rest-api-3-project-search-get`,
    summary: 'Projects that the account sees.',
    input: z.strictObject({ query: z.string().optional().meta({ title: 'Name or key contains' }), limit }),
    output: z.object({
      items: z.array(named.extend({ key: z.string(), projectTypeKey: z.string().nullish() })),
    }),
    choice: { value: 'key', label: 'name' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/rest/api/3/project/search`,
      query: { query: input.query, orderBy: 'name', maxResults: pageSize },
    }),
    paginate: startAtPaging('values'),
    sample: {
      input: {},
      output: { items: [{ id: '10000', key: 'OPS', name: 'Operations', projectTypeKey: 'software' }] },
    },
  }),

  listIssueTypes: operation({
    title: 'List issue types of a project',
    docs: `${docs}/api-group-issues/#api-rest-api-3-issue-createmeta-projectidorkey-issuetypes-get`,
    summary: 'What can be created in a project.',
    input: z.strictObject({ project }),
    output: z.object({ items: z.array(named.extend({ subtask: z.boolean().nullish() })) }),
    options: { '/project': 'listProjects' },
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/rest/api/3/issue/createmeta/${input.project}/issuetypes`,
      query: { maxResults: pageSize },
    }),
    paginate: startAtPaging('issueTypes'),
    sample: {
      input: { project: 'OPS' },
      output: { items: [{ id: '10001', name: 'Task', subtask: false }] },
    },
  }),

  listCreateFields: operation({
    title: 'List fields of an issue type',
    docs: `${docs}/api-group-issues/#api-rest-api-3-issue-createmeta-projectidorkey-issuetypes-issuetypeid-get`,
    summary: 'Which fields a new issue has, which of them it needs, and what they may be.',
    input: z.strictObject({
      project,
      issueType: z.string().min(1).meta({ title: 'Issue type' }).describe('Its id.'),
    }),
    output: z.object({
      items: z.array(
        z.object({
          fieldId: z.string(),
          name: z.string(),
          required: z.boolean(),
          allowedValues: z.array(z.unknown()).nullish(),
        }),
      ),
    }),
    options: { '/project': 'listProjects', '/issueType': 'listIssueTypes' },
    choice: { value: 'fieldId', label: 'name' },
    effect: 'read',
    request: (input) => ({
      method: 'GET',
      path: path`/rest/api/3/issue/createmeta/${input.project}/issuetypes/${input.issueType}`,
      query: { maxResults: pageSize },
    }),
    paginate: startAtPaging('fields'),
    sample: {
      input: { project: 'OPS', issueType: '10001' },
      output: { items: [{ fieldId: 'summary', name: 'Summary', required: true }] },
    },
  }),

  listFields: operation({
    title: 'List all fields',
    docs: `${docs}/api-group-issue-fields/#api-rest-api-3-field-get`,
    summary: 'Fields of issues, the site’s own among them.',
    input: z.strictObject({}),
    output: z.object({ items: z.array(named.extend({ custom: z.boolean().nullish() })) }),
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: () => ({ method: 'GET', path: path`/rest/api/3/field` }),
    response: ({ body }) => ({ items: body }),
    sample: { input: {}, output: { items: [{ id: 'summary', name: 'Summary', custom: false }] } },
  }),

  listPriorities: operation({
    title: 'List priorities',
    docs: `${docs}/api-group-issue-priorities/#api-rest-api-3-priority-search-get`,
    summary: 'Priorities that issues can have.',
    input: z.strictObject({}),
    output: z.object({ items: z.array(named) }),
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: () => ({ method: 'GET', path: path`/rest/api/3/priority/search`, query: { maxResults: pageSize } }),
    paginate: startAtPaging('values'),
    sample: { input: {}, output: { items: [{ id: '2', name: 'High' }] } },
  }),

  listUsers: operation({
    title: 'List people',
    docs: `${docs}/api-group-users/#api-rest-api-3-users-search-get`,
    summary: 'Active people of the site.',
    input: z.strictObject({ limit }),
    output: z.object({ items: z.array(user) }),
    choice: { value: 'accountId', label: 'displayName' },
    effect: 'read',
    async run(input, { http }) {
      const items: z.output<typeof user>[] = [];
      for (let startAt = 0; items.length < (input.limit ?? Infinity); startAt += pageSize) {
        const query = { startAt, maxResults: pageSize };
        const { body } = await http.send({ method: 'GET', path: path`/rest/api/3/users/search`, query });
        const page = parseAnswer(z.array(user), body, docs);
        items.push(...page.filter(({ active, accountType }) => active !== false && accountType === 'atlassian'));
        if (page.length < pageSize) break;
      }
      return { items: items.slice(0, input.limit) };
    },
    sample: {
      input: {},
      output: {
        items: [
          {
            accountId: '5b10a2844c20165700ede203',
            displayName: 'Jane Doe',
            emailAddress: 'jane.doe@example.com',
            accountType: 'atlassian',
            active: true,
          },
        ],
      },
    },
  }),

  findUser: operation({
    title: 'Find a person',
    docs: `${docs}/api-group-user-search/#api-rest-api-3-user-search-get`,
    summary: 'The one account with an e-mail address. Jira finds hidden addresses too, but only whole ones.',
    input: z.strictObject({ email: z.email().meta({ title: 'E-mail' }) }),
    output: z.object({ user }),
    effect: 'read',
    async run(input, { http }) {
      const query = { query: input.email, maxResults: pageSize };
      const { body } = await http.send({ method: 'GET', path: path`/rest/api/3/user/search`, query });
      return { user: theOne(input.email, body) };
    },
    sample: {
      input: { email: 'jane.doe@example.com' },
      output: { user: { accountId: '5b10a2844c20165700ede203', displayName: 'Jane Doe' } },
    },
  }),
};

/** Jira’s search also finds by the beginnings of names: an address that is shown must be the one that was asked for. */
function theOne(email: string, found: JsonValue): z.output<typeof user> {
  const people = parseAnswer(z.array(user), found, docs).filter(
    ({ emailAddress }) => !emailAddress || emailAddress.toLowerCase() === email.toLowerCase(),
  );
  const [person] = people;
  if (people.length === 1 && person) return person;
  const said = people.length === 0 ? 'no account' : `${people.length} accounts`;
  throw new FatalError(`Jira knows ${said} with the address ${email}.`, { status: 404 });
}

/** The account that a connection acts as. */
export const myself = z.object({ displayName: z.string(), emailAddress: z.string().nullish() });
