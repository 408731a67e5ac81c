import { asObject, type Host, type HttpRequest, type JsonObject, type JsonValue, path } from '@castellan/sdk';
import { nextSearchPage, searchRequest } from './jira-search.js';
import { listOf, nameOf } from './jira-shapes.js';

/** The property of an issue or comment that holds the key of the effect that made it. */
const effectProperty = 'castellan.effect';

export const effectPropertyOf = (idempotencyKey: string): JsonObject => ({
  key: effectProperty,
  value: { key: idempotencyKey },
});

const isOfEffect = (value: JsonValue | undefined, idempotencyKey: string): boolean =>
  asObject(value ?? null).key === idempotencyKey;

interface CreatedIssue {
  id: string;
  key: string;
  url: string | null;
}

/** Of the newest issues of a project: what a repeat within its time is found among. */
const mostPages = 10;

/** So many numbers in a row that nobody has: there is no newer issue. Numbers of deleted issues are not given again. */
const unusedInARow = 5;
const mostProbes = 50;

/**
 * The issue that an earlier attempt of this effect created, or null. Jira's search shows an issue some seconds, at times
 * minutes, after it was created (https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile/), while one
 * that is read by its key is there at once. So what is newer than all that the search shows is read by its number.
 */
export async function findCreatedIssue(host: Host, project: string): Promise<CreatedIssue | null> {
  const { newestKey, found } = await searchNewest(host, project);
  const issue = found ?? (await probeNewer(host, newestKey ?? `${project}-0`));
  // Checked with the operation's output.
  return issue === null ? null : (nameOf(issue) as CreatedIssue);
}

const isFromEffect = (issue: JsonValue, idempotencyKey: string): boolean =>
  isOfEffect(asObject(asObject(issue).properties ?? null)[effectProperty], idempotencyKey);

async function searchNewest({ http, idempotencyKey }: Host, project: string) {
  const jql = `project = ${quoted(project)} ORDER BY created DESC`;
  let request: HttpRequest | null = searchRequest({ jql, fields: ['summary'], properties: [effectProperty] });
  let newestKey: string | undefined;
  for (let page = 0; request !== null && page < mostPages; page += 1) {
    const response = await http.send(request);
    const issues = listOf(response, 'issues');
    newestKey ??= issues
      .map((issue) => String(asObject(issue).key))
      .toSorted(byNumber)
      .at(-1);
    const found = issues.find((issue) => isFromEffect(issue, idempotencyKey));
    if (found) return { newestKey, found };
    request = nextSearchPage(response.body, request);
  }
  return { newestKey, found: null };
}

async function probeNewer({ http, idempotencyKey }: Host, newestKey: string): Promise<JsonValue> {
  const [project, newest] = [newestKey.slice(0, newestKey.lastIndexOf('-')), numberOf(newestKey)];
  let unused = 0;
  for (let probe = 1; probe <= mostProbes && unused < unusedInARow; probe += 1) {
    const response = await http.send({
      method: 'GET',
      path: path`/rest/api/3/issue/${`${project}-${newest + probe}`}`,
      query: { fields: 'summary', properties: effectProperty },
      accept: [404],
    });
    if (response.status !== 404 && isFromEffect(response.body, idempotencyKey)) return response.body;
    unused = response.status === 404 ? unused + 1 : 0;
  }
  return null;
}

const numberOf = (key: string): number => Number(key.slice(key.lastIndexOf('-') + 1));
const byNumber = (a: string, b: string): number => numberOf(a) - numberOf(b);

/** The comment that an earlier attempt of this effect wrote, or null. Comments are read as they are, not searched. */
export async function findComment({ http, idempotencyKey }: Host, issueKey: string): Promise<JsonValue> {
  const pageSize = 100;
  for (let startAt = 0; ; startAt += pageSize) {
    const response = await http.send({
      method: 'GET',
      path: path`/rest/api/3/issue/${issueKey}/comment`,
      query: { startAt, maxResults: pageSize, orderBy: '-created', expand: 'properties' },
    });
    const comments = listOf(response, 'comments');
    const found = comments.find((comment) => {
      const { properties } = asObject(comment);
      return (Array.isArray(properties) ? properties : []).some(
        (property) => asObject(property).key === effectProperty && isOfEffect(asObject(property).value, idempotencyKey),
      );
    });
    if (found) return found;
    if (comments.length < pageSize) return null;
  }
}

/** A text of JQL in its quotes. */
export const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
