import { SimulatedRefusal } from '@castellan/sdk/simulator';
import { type Issue, issueTypes, type JiraState, statuses } from '../jira.seed.js';

type Matches = (issue: Issue, state: JiraState) => boolean;

const readers: [RegExp, (...found: string[]) => Matches][] = [
  [
    /^project = "?([A-Za-z0-9]+)"?$/,
    (wanted) =>
      (issue, { projects }) => {
        const project = projects.find(({ key }) => key === issue.projectKey)!;
        return project.key === wanted || project.id === wanted;
      },
  ],
  [
    /^projectType = "?(\w+)"?$/,
    (wanted) =>
      (issue, { projects }) =>
        projects.find(({ key }) => key === issue.projectKey)!.projectTypeKey === wanted,
  ],
  [
    /^(created|updated) (>=|<) (\d+)$/,
    (field, operator, time) => (issue) => {
      const at = Date.parse(field === 'created' ? issue.created : issue.updated);
      return operator === '<' ? at < Number(time) : at >= Number(time);
    },
  ],
  [
    /^statusCategory (!?=) "?([^"]+)"?$/,
    (operator, wanted) => (issue) => {
      const names = { new: 'To Do', indeterminate: 'In Progress', done: 'Done' };
      const { category } = statuses.find(({ id }) => id === issue.statusId)!;
      return (names[category] === wanted) === (operator === '=');
    },
  ],
  [/^status = "?([^"]+)"?$/, (wanted) => (issue) => statuses.find(({ id }) => id === issue.statusId)!.name === wanted],
  [
    /^issuetype = "?([^"]+)"?$/,
    (wanted) => (issue) => issueTypes.find(({ id }) => id === issue.typeId)!.name === wanted,
  ],
  [/^labels = "?([^"]+)"?$/, (wanted) => (issue) => (issue.fields.labels as string[]).includes(wanted!)],
  [
    /^text ~ "([^"]+)"$/,
    (wanted) => (issue) => JSON.stringify(issue.fields).toLowerCase().includes(wanted!.toLowerCase()),
  ],
];

/** The issues that a query finds: what stands here of JQL, joined by AND, in the order that it asks for. */
export function searchByJql(state: JiraState, jql: string): Issue[] {
  const [filter = '', order = ''] = jql.split(/\s*\bORDER BY\b\s*/i);
  const clauses = filter
    .split(/\s+AND\s+/i)
    .filter((clause) => clause !== '')
    .map(clauseOf);
  if (clauses.length === 0) {
    throw new SimulatedRefusal(
      400,
      'Unbounded JQL queries are not allowed here. Please add a search restriction to your query.',
    );
  }
  const found = state.issues.filter(
    (issue) => !state.notIndexed.includes(issue.key) && clauses.every((matches) => matches(issue, state)),
  );
  const [field = 'created', direction = 'ASC'] = order.split(/\s+/);
  const by = field === 'updated' ? 'updated' : 'created';
  const sorted = found.toSorted((a, b) => Date.parse(a[by]) - Date.parse(b[by]) || Number(a.id) - Number(b.id));
  return direction.toUpperCase() === 'DESC' ? sorted.reverse() : sorted;
}

function clauseOf(clause: string): Matches {
  for (const [pattern, matches] of readers) {
    const found = pattern.exec(clause.trim());
    if (found) return matches(...(found.slice(1) as string[]));
  }
  throw new SimulatedRefusal(400, `Error in the JQL Query: the simulator does not know “${clause}”.`);
}
