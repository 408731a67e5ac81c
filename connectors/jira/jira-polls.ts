import {
  asObject,
  FatalError,
  type Host,
  type JsonObject,
  type JsonValue,
  type PolledEvent,
  type PollPage,
  path,
  type Sweep,
  trigger,
} from '@castellan/sdk';
import { z } from 'zod';
import { type Approval, approval, approvalsOf, sampleApproval } from './jira-approvals.js';
import { nextSearchPage, searchRequest } from './jira-search.js';
import { requestStatus, serviceDocs } from './jira-service-shapes.js';
import { docs, issue, issueOf, listOf } from './jira-shapes.js';

/**
 * A window of time whose changed issues are read page by page. It is closed at its later end before it is read, so that
 * what changes meanwhile moves no page and is read in the next one.
 */
interface Place {
  /** Nothing older is ever told. Milliseconds since 1970, as all times here; JQL takes them so, without a time zone. */
  start: number;
  from: number;
  /** Where the window before this one began: an issue may have left that one by changing once more. */
  since?: number | undefined;
  /** Of a window that is being read. */
  to?: number | undefined;
  page?: string | undefined;
}

/** Jira's search shows a change seconds to minutes after it was made; what is read twice is told by its id. */
const lateMs = 180_000;

interface Window {
  issues: JsonObject[];
  place: Place;
  to: number;
  next: Place;
  more: boolean;
}

/** Issues that changed, or were created, in a window of time, one page of them; null if no time has passed. */
async function readWindow(
  host: Host,
  cursor: JsonValue,
  { filter = '', by = 'updated', pageSize }: { filter?: string; by?: 'created' | 'updated'; pageSize: number },
): Promise<Window | null> {
  const place = cursor as unknown as Place;
  const to = place.to ?? host.now().getTime();
  if (to <= place.from) return null;
  const jql = `${filter}${by} >= ${place.from} AND ${by} < ${to} ORDER BY ${by} ASC`;
  const first = searchRequest({ jql, fields: ['*navigable'] });
  const body = { ...asObject(first.body ?? null), maxResults: pageSize };
  const asked = { ...first, body: { ...body, ...(place.page ? { nextPageToken: place.page } : {}) } };
  const response = await host.http.send(asked).catch((error: unknown) => {
    // A page that Jira has forgotten: the window is begun again.
    if (place.page !== undefined && error instanceof FatalError && error.status === 400) return null;
    throw error;
  });
  const { start, from, since } = place;
  if (response === null) return { issues: [], place, to, next: { start, from, since, to }, more: true };
  const issues = listOf(response, 'issues').map(asObject);
  const following = asObject(nextSearchPage(response.body, asked)?.body ?? null).nextPageToken;
  if (typeof following === 'string')
    return { issues, place, to, next: { start, from, since, to, page: following }, more: true };
  return { issues, place, to, next: { start, from: Math.max(start, to - lateMs), since: from }, more: false };
}

const begin = (from: Date): JsonValue => ({ start: from.getTime(), from: from.getTime() });

const cursorOf = (place: Place): JsonValue => JSON.parse(JSON.stringify(place)) as JsonValue;

async function readIssues(host: Host, cursor: JsonValue): Promise<PollPage> {
  const window = await readWindow(host, cursor, { pageSize: 100 });
  if (window === null) return { events: [], cursor };
  const events = window.issues.map((each): PolledEvent => {
    const updated = String(asObject(each.fields ?? null).updated);
    return { id: `${String(each.id)} ${updated}`, payload: issueOf(each), occurredAt: updated };
  });
  return { events, cursor: cursorOf(window.next), more: window.more };
}

/**
 * An issue is created once, so that its own id names that event in a delivery and in the list. A change has no id that
 * both tell: a webhook comes also for what the change log does not hold.
 */
export const createdId = (issueId: string): string => `jira:issue_created ${issueId}`;

/** Who created the issue is the `user` of the webhook's event; the issue is shown as it is now. */
async function readCreated(host: Host, cursor: JsonValue): Promise<PollPage> {
  const window = await readWindow(host, cursor, { by: 'created', pageSize: 100 });
  if (window === null) return { events: [], cursor };
  const events = window.issues.map((each): PolledEvent => {
    const { url: _, description, fields, ...issue } = issueOf(each);
    const { created = null, creator = null } = asObject(fields ?? null);
    const occurredAt = new Date(Date.parse(String(created)));
    const payload = {
      ...{ timestamp: occurredAt.getTime(), webhookEvent: 'jira:issue_created', user: creator },
      issue: { ...issue, fields: { ...asObject(fields ?? null), description: description ?? '' } },
    };
    return { id: createdId(String(each.id)), payload, occurredAt: occurredAt.toISOString() };
  });
  return { events, cursor: cursorOf(window.next), more: window.more };
}

/** New issues are listed as well. */
export const createdSweep: Sweep = {
  everySeconds: 600,
  graceSeconds: 900,
  caution:
    'A webhook of Jira may be narrowed by JQL. The list holds every new issue that the account sees, so switch this on only where the webhook is for all of them, or the trigger’s filter says which.',
  begin,
  read: readCreated,
};

/** Requests take a further call each, so their pages are small. */
const requestsAPage = 20;

/** What happened to the service requests that changed in a window, as one call for each tells. */
async function readRequests(
  host: Host,
  cursor: JsonValue,
  happened: (key: string) => Promise<PolledEvent[]>,
): Promise<PollPage> {
  const window = await readWindow(host, cursor, { filter: 'projectType = service_desk AND ', pageSize: requestsAPage });
  if (window === null) return { events: [], cursor };
  const all: PolledEvent[] = [];
  for (const { key } of window.issues) all.push(...(await happened(String(key))));
  // What is older was told in its own window; what is later will be told in its own.
  const { from, since = from } = window.place;
  const events = all.filter(({ occurredAt }) => {
    const at = Date.parse(occurredAt as string);
    return at >= since && at < window.to;
  });
  return { events, cursor: cursorOf(window.next), more: window.more };
}

async function statusesOf({ http }: Host, key: string): Promise<PolledEvent[]> {
  const found: PolledEvent[] = [];
  for (let start = 0; ; start += 50) {
    const response = await http.send({
      method: 'GET',
      path: path`/rest/servicedeskapi/request/${key}/status`,
      query: { start, limit: 50 },
    });
    for (const each of listOf(response, 'values').map(asObject)) {
      const at = instantOf(each.statusDate);
      found.push({ id: `${key} ${String(each.status)} ${at}`, payload: { issueKey: key, ...each }, occurredAt: at });
    }
    if (asObject(response.body).isLastPage !== false) return found;
  }
}

async function decisionsOf({ http }: Host, key: string): Promise<PolledEvent[]> {
  const decided = (await approvalsOf(http, key)).filter(({ finalDecision }) => finalDecision !== 'pending');
  return decided.map((each: Approval) => {
    const at = instantOf(each.completedDate as JsonValue);
    return { id: `${key} ${each.id}`, payload: { issueKey: key, ...each } as JsonValue, occurredAt: at };
  });
}

/** By its milliseconds, since Service Management's ISO times have their zone without a colon. */
function instantOf(date: JsonValue | undefined): string {
  const { epochMillis, iso8601 } = asObject(date ?? null);
  return new Date(typeof epochMillis === 'number' ? epochMillis : String(iso8601)).toISOString();
}

const sampleIssue = {
  id: '10001',
  key: 'OPS-1',
  url: 'https://simulated-company.atlassian.net/browse/OPS-1',
  description: '',
  fields: { summary: 'Review standing access', updated: '2026-03-01T12:00:00.000+0000' },
};

export const jiraPolls = {
  issueChanged: trigger({
    title: 'Issue created or changed, by asking',
    docs: `${docs}/api-group-issue-search/#api-rest-api-3-search-jql-post`,
    summary: 'Any change of an issue that the account sees, where Jira cannot reach this server with a webhook.',
    payload: issue,
    poll: { everySeconds: 60, begin, read: readIssues },
    sample: sampleIssue,
  }),

  requestStatusChanged: trigger({
    title: 'Service request changed its status',
    docs: `${serviceDocs}/api-group-request/#api-rest-servicedeskapi-request-issueidorkey-status-get`,
    summary: 'Jira Service Management: a request reached another status, as its customer sees it.',
    payload: requestStatus.extend({ issueKey: z.string() }),
    poll: {
      everySeconds: 60,
      begin,
      read: (host, cursor) => readRequests(host, cursor, (key) => statusesOf(host, key)),
    },
    sample: {
      issueKey: 'ITH-1',
      status: 'In progress',
      statusCategory: 'INDETERMINATE',
      statusDate: { iso8601: '2026-03-01T12:00:00+0000', epochMillis: 1_772_366_400_000 },
    },
  }),

  approvalDecided: trigger({
    title: 'Service request approved or declined',
    docs: `${serviceDocs}/api-group-request/#api-rest-servicedeskapi-request-issueidorkey-approval-get`,
    summary: 'Jira Service Management: an approval of a request has its final decision.',
    payload: approval.extend({ issueKey: z.string() }),
    poll: {
      everySeconds: 60,
      begin,
      read: (host, cursor) => readRequests(host, cursor, (key) => decisionsOf(host, key)),
    },
    sample: { issueKey: 'ITH-1', ...sampleApproval },
  }),
};
