import { setTimeout as wait } from 'node:timers/promises';
import { type Host, type HttpRequest, type JsonObject, type JsonValue, path } from '@castellan/sdk';
import { nextSearchPage, searchRequest } from './jira-search.js';
import { asObject, listOf, nameOf } from './jira-shapes.js';

/** The property of an issue or comment that holds the key of the effect that made it. */
export const effectProperty = 'castellan.effect';

export const effectPropertyOf = (idempotencyKey: string): JsonObject => ({
  key: effectProperty,
  value: { key: idempotencyKey },
});

const isOfEffect = (value: JsonValue | undefined, idempotencyKey: string): boolean =>
  asObject(value ?? null).key === idempotencyKey;

/**
 * Jira's search may show an issue only some seconds after it was created, so one that is not found is looked for again:
 * https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile/. One that takes longer is not found.
 */
const looks = 5;
const betweenLooksMs = 4_000;

/** Of one look: the newest issues that our account created in the project. */
const mostPages = 10;

interface CreatedIssue {
  id: string;
  key: string;
  url: string | null;
}

/** The issue that an earlier attempt of this effect created, or null. */
export async function findCreatedIssue(
  host: Host,
  project: string,
  pauseMs = betweenLooksMs,
): Promise<CreatedIssue | null> {
  for (let look = 1; ; look += 1) {
    const found = await lookForIssue(host, project);
    // Checked with the operation's output.
    if (found !== null) return nameOf(found) as CreatedIssue;
    if (look === looks) return null;
    await wait(pauseMs);
  }
}

async function lookForIssue({ http, idempotencyKey }: Host, project: string): Promise<JsonValue> {
  const jql = `project = ${quoted(project)} AND creator = currentUser() AND created >= -14d ORDER BY created DESC`;
  let request: HttpRequest | null = searchRequest({ jql, fields: ['summary'], properties: [effectProperty] });
  for (let page = 0; request !== null && page < mostPages; page += 1) {
    const response = await http.send(request);
    const found = listOf(response, 'issues').find((issue) =>
      isOfEffect(asObject(asObject(issue).properties ?? null)[effectProperty], idempotencyKey),
    );
    if (found) return found;
    request = nextSearchPage(response.body, request);
  }
  return null;
}

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
