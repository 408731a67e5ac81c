import { createHmac } from 'node:crypto';
import {
  callOperation,
  FatalError,
  type HttpRequest,
  type HttpResponse,
  type JsonObject,
  type JsonValue,
  pollOf,
  readPoll,
  readSweep,
  sweepOf,
} from '@castellan/sdk';
import { hostOf, type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { jira } from './jira.connector.js';
import { jiraSimulator } from './jira.simulator.js';
import { jiraAddress, jiraSignature } from './jira-webhook.js';

const delivery = (body: JsonValue, headers: Record<string, string> = {}) => ({
  ...{ method: 'POST', headers, query: {}, body },
  rawBody: Buffer.from(JSON.stringify(body)),
});
const updated = jira.triggers.issueUpdated!.sample;

describe('Jira’s signature', () => {
  const rawBody = Buffer.from(JSON.stringify(updated));
  const sign = (secret: string) => `sha256=${createHmac('sha256', secret).update(rawBody).digest('hex')}`;
  const verify = (headers: Record<string, string>, fields: object = { webhookSecret: 's3cret' }, body = rawBody) =>
    jiraSignature.verify({ headers, query: {}, rawBody: body, fields: { ...fields }, now: new Date() });

  it('is the hexadecimal HMAC of the body', () => {
    expect(verify({ 'x-hub-signature': sign('s3cret') })).toMatchObject({ ok: true });
  });

  it('is refused when it is forged, missing, over another body, or when no secret is known', () => {
    expect(verify({ 'x-hub-signature': sign('guessed') }).ok).toBe(false);
    expect(verify({ 'x-hub-signature': sign('s3cret').replace('sha256=', 'sha1=') }).ok).toBe(false);
    expect(verify({})).toMatchObject({ reason: expect.stringContaining('has no secret') });
    expect(verify({ 'x-hub-signature': sign('s3cret') }, undefined, Buffer.from('{}')).ok).toBe(false);
    expect(verify({ 'x-hub-signature': sign('undefined') }, {}).ok).toBe(false);
  });
});

describe('A delivery of Jira', () => {
  it('is known by its identifier, which is the same when it comes again', () => {
    expect(jiraAddress.deliveryId(delivery(updated, { 'x-atlassian-webhook-identifier': 'abc' }))).toBe('abc');
    expect(jiraAddress.deliveryId(delivery(updated))).toBeNull();
  });

  it.each([
    ['jira:issue_created', 'issueCreated'],
    ['jira:issue_updated', 'issueUpdated'],
    ['jira:issue_deleted', 'issueDeleted'],
    ['comment_created', 'commentCreated'],
    ['comment_updated', 'commentUpdated'],
  ])('of %s is the event %s, as it came', (webhookEvent, trigger) => {
    const body = { ...(updated as object), webhookEvent };
    expect(jiraAddress.events(delivery(body))).toMatchObject([{ trigger, payload: body, key: '0' }]);
  });

  it('names a new issue as the list does, and what happens again and again not at all', async () => {
    const site = await simulate(jira, jiraSimulator);
    const { events } = await readSweep(
      jira,
      'issueCreated',
      sweepOf(jira, 'issueCreated').begin(new Date(0)),
      site.host({ now: new Date('2028-01-01T00:00:00Z') }),
    );
    await site.close();
    for (const { id, payload } of events) {
      expect(jiraAddress.events(delivery(payload))).toMatchObject([{ trigger: 'issueCreated', id }]);
    }
    expect(events.length).toBeGreaterThan(0);
    expect(jiraAddress.events(delivery(updated))[0]).not.toHaveProperty('id');
  });

  it.each([{ webhookEvent: 'sprint_started' }, {}, [], null, 'text'])('is no event when it is %j', (body) => {
    expect(jiraAddress.events(delivery(body as JsonValue))).toEqual([]);
  });
});

describe('Asking a Jira site', () => {
  let site: Simulation;
  beforeAll(async () => {
    site = await simulate(jira, jiraSimulator);
  });
  beforeEach(() => site.reset());
  afterAll(() => site.close());

  const call = (operation: string, input: object) => callOperation(jira, operation, input, site.host());
  const later = () => site.host({ now: new Date(Date.now() + 1_000) });
  const begin = (event: string, from = new Date()) => pollOf(jira, event).begin(from);

  it('tells that a request was approved, and the status that came of it', async () => {
    const [approvals, statuses] = [begin('approvalDecided'), begin('requestStatusChanged')];
    await call('answerApproval', { issueKey: 'ITH-1', approvalId: '1', decision: 'approve' });
    const decided = await readPoll(jira, 'approvalDecided', approvals, later());
    expect(decided.events.map(({ payload }) => payload)).toMatchObject([
      { issueKey: 'ITH-1', id: '1', finalDecision: 'approved' },
    ]);
    const changed = await readPoll(jira, 'requestStatusChanged', statuses, later());
    expect(changed.events.map(({ payload }) => payload)).toMatchObject([
      { issueKey: 'ITH-1', status: 'Waiting for support', statusCategory: 'NEW' },
    ]);
  });

  it('tells each change of an issue once, under an id of its own', async () => {
    const issues = (await site.state()).issues as JsonObject[];
    const updated = new Date(Date.now() - 60_000).toISOString();
    await site.seed({ issues: issues.map((issue) => (issue.key === 'OPS-1' ? { ...issue, updated } : issue)) });
    const cursor = begin('issueChanged', new Date(Date.now() - 3_600_000));
    const first = await readPoll(jira, 'issueChanged', cursor, later());
    await call('updateIssue', { issueKey: 'OPS-1', labels: ['two'] });
    const second = await readPoll(jira, 'issueChanged', first.cursor, site.host({ now: new Date(Date.now() + 2_000) }));
    const ids = new Set([...first.events, ...second.events].map(({ id }) => id));
    expect([first.events.length, ids.size]).toEqual([1, 2]);
  });
});

describe('A window of time', () => {
  const status = (at: string) => ({
    status: `at ${at}`,
    statusCategory: 'NEW',
    statusDate: { iso8601: at, epochMillis: Date.parse(at) },
  });

  /** Jira with one request, whose history is given. */
  function vendor(history: string[], refused: (asked: HttpRequest) => boolean = () => false) {
    const asked: JsonValue[] = [];
    const http = {
      send: async (request: HttpRequest): Promise<HttpResponse> => {
        if (request.path?.includes('/status')) {
          return { status: 200, headers: {}, body: { values: history.map(status), isLastPage: true } };
        }
        if (refused(request)) throw new FatalError('expired', { status: 400 });
        asked.push(request.body ?? null);
        const issue = { id: '1', key: 'ITH-1', fields: { updated: '2026-03-01T10:00:00.000+0000' } };
        return { status: 200, headers: {}, body: { issues: [issue], nextPageToken: 'next', isLast: asked.length > 1 } };
      },
    };
    const read = (cursor: JsonValue, now: string) =>
      readPoll(jira, 'requestStatusChanged', cursor, hostOf(http, { now: new Date(now) }));
    return { asked, read };
  }

  const begin = pollOf(jira, 'requestStatusChanged').begin(new Date('2026-03-01T10:00:00Z'));

  it('is closed before its first page, so that what changes meanwhile is read in the next', async () => {
    const { asked, read } = vendor(['2026-03-01T10:30:00Z']);
    const first = await read(begin, '2026-03-01T11:00:00Z');
    await read(first.cursor, '2026-03-01T11:00:07Z');
    const end = Date.parse('2026-03-01T11:00:00Z');
    expect(asked).toMatchObject([
      { jql: expect.stringContaining(`updated < ${end} `) },
      { jql: expect.stringContaining(`updated < ${end} `), nextPageToken: 'next' },
    ]);
  });

  it('tells what happened in the window before, since a later change may have moved the request out of it', async () => {
    const { read } = vendor(['2026-03-01T09:59:00Z', '2026-03-01T10:05:00Z', '2026-03-01T11:00:20Z']);
    const first = await read(begin, '2026-03-01T11:00:00Z');
    const rest = await read(first.cursor, '2026-03-01T11:00:01Z');
    const second = await read(rest.cursor, '2026-03-01T11:01:00Z');
    expect(second.events.map(({ occurredAt }) => occurredAt)).toEqual([
      '2026-03-01T10:05:00.000Z',
      '2026-03-01T11:00:20.000Z',
    ]);
  });

  it('is begun again when Jira has forgotten a page of it', async () => {
    const { read } = vendor([], ({ body }) => JSON.stringify(body).includes('nextPageToken'));
    const first = await read(begin, '2026-03-01T11:00:00Z');
    const again = await read(first.cursor, '2026-03-01T11:00:05Z');
    expect(again).toMatchObject({ events: [], more: true });
    expect(JSON.stringify(again.cursor)).not.toContain('next');
  });
});
