import { createHmac } from 'node:crypto';
import type { Delivery } from '@castellan/api';
import { connectors } from '@castellan/connectors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endOf, publishFlow, stepsOf, wires } from '../harness/flows.js';
import { type Stack, startStack } from '../harness/stack.js';
import { post, sendersSecret as secret, senders, vendors } from '../senders.js';

/**
 * What comes to the address of a connection, true and false, by each kind of trigger that listens there and has no test
 * of its own. The schemes of plain webhooks are in hooks.test.ts, the rest in slack, sailpoint and opal-apps.
 */
interface TriggerKind {
  connector: string;
  auth: string;
  fields: Record<string, unknown>;
  event: string;
  /** A delivery of which no other has the number. */
  body: (number: number) => object;
  /** What flows see of it. */
  heard: (number: number) => object;
  /** Headers for a body at a time, in Unix seconds. */
  headers: (body: string, at: number) => Record<string, string>;
  /** What is added to the address. */
  query?: string;
  /** What is signed, as in SignatureScheme.freshness. */
  freshness: 'signedTime' | 'signedContent' | 'none';
  /** What a body that was cut off is answered. */
  malformed: 200 | 400;
}

const digest = (text: string) => createHmac('sha256', secret).update(text).digest('hex');
const sampleOf = (connector: string, event: string) =>
  connectors.find(({ id }) => id === connector)?.triggers[event]?.sample as object;

const { Opal, GitHub } = vendors;

const kinds: Record<string, TriggerKind> = {
  'Opal’s webhook': {
    ...Opal!,
    body: (number) => Opal!.body(`person-${number}`, number),
    heard: (number) => ({ user_id: `person-${number}`, event_ts: number }),
    // Its body may be of any form, as Opal tries an address with an empty one.
    ...{ freshness: 'signedTime', malformed: 200 },
  },
  'Opal’s event stream': {
    ...{ connector: 'opal', auth: 'apiToken', event: 'eventStreamed' },
    fields: { token: 'opal-token', streamSecret: secret },
    body: (number) => ({ event_id: `e${number}`, event_type: 'USERS_CREATED', created_at: '2026-03-01T10:00:00Z' }),
    heard: (number) => ({ eventId: `e${number}`, eventType: 'USERS_CREATED' }),
    headers: Opal!.headers,
    ...{ freshness: 'signedTime', malformed: 200 },
  },
  GitHub: {
    ...GitHub!,
    body: (number) => GitHub!.body('jdoe', number),
    heard: (number) => ({ membership: { user: { id: number } } }),
    ...{ freshness: 'signedContent', malformed: 400 },
  },
  PagerDuty: {
    ...{ connector: 'pagerduty', auth: 'apiKey', event: 'incidentTriggered' },
    fields: { token: 'pagerduty-token', from: 'sam@example.com', webhookSecret: secret },
    body: (number) => ({
      event: {
        ...sampleOf('pagerduty', 'incidentTriggered'),
        ...{ id: `event-${number}`, data: { id: `P${number}`, type: 'incident', title: 'Impossible travel' } },
      },
    }),
    heard: (number) => ({ id: `event-${number}`, event_type: 'incident.triggered', data: { id: `P${number}` } }),
    headers: (body) => ({ 'x-pagerduty-signature': `v1=${digest(body)}` }),
    ...{ freshness: 'signedContent', malformed: 400 },
  },
  Jira: {
    ...{ connector: 'jira', auth: 'apiToken', event: 'issueUpdated' },
    fields: {
      site: 'https://example.atlassian.net',
      email: 'bot@example.com',
      token: 'jira-token',
      webhookSecret: secret,
    },
    body: (number) => ({ ...sampleOf('jira', 'issueUpdated'), timestamp: number }),
    heard: (number) => ({ timestamp: number, issue: { key: 'OPS-1' } }),
    headers: (body) => ({
      'x-hub-signature': `sha256=${digest(body)}`,
      'x-atlassian-webhook-identifier': digest(`identifier of ${body}`),
    }),
    ...{ freshness: 'signedContent', malformed: 400 },
  },
  BambooHR: {
    ...{ connector: 'bamboohr', auth: 'apiKey', event: 'employeeUpdated' },
    fields: { companyDomain: 'example', apiKey: 'bamboo-key', webhookKey: secret },
    body: (number) => ({
      ...{ type: 'employee.updated', timestamp: '2026-03-01T10:00:00Z' },
      data: { companyId: '1', employeeId: String(number), changedFields: ['jobTitle'] },
    }),
    heard: (number) => ({ employeeId: String(number), changedFields: ['jobTitle'] }),
    headers: senders.bamboohr!.headers,
    ...{ freshness: 'signedTime', malformed: 400 },
  },
  Okta: {
    ...{ connector: 'okta', auth: 'apiToken', event: 'userSuspended' },
    fields: { domain: 'example.okta.com', token: 'okta-token', webhookToken: secret },
    body: (number) => ({
      ...{ eventType: 'com.okta.event_hook', eventId: `okta-${number}` },
      data: { events: [{ ...sampleOf('okta', 'userSuspended'), uuid: `entry-${number}` }] },
    }),
    heard: (number) => ({ uuid: `entry-${number}`, eventType: 'user.lifecycle.suspend' }),
    headers: () => ({ authorization: secret }),
    ...{ freshness: 'none', malformed: 400 },
  },
  Datadog: {
    ...{ connector: 'datadog', auth: 'webhook', event: 'monitorAlert', fields: { webhookToken: secret } },
    body: (number) => ({ ...sampleOf('datadog', 'monitorAlert'), id: `datadog-${number}` }),
    heard: (number) => ({ id: `datadog-${number}`, transition: 'Triggered' }),
    headers: () => ({ 'x-castellan-token': secret }),
    ...{ freshness: 'none', malformed: 400 },
  },
  Splunk: {
    ...{ connector: 'splunk', auth: 'webhook', event: 'alert', fields: { webhookToken: secret } },
    body: (number) => ({ ...sampleOf('splunk', 'alert'), result: { count: String(number) } }),
    heard: (number) => ({ result: { count: String(number) } }),
    headers: () => ({}),
    query: `?token=${secret}`,
    ...{ freshness: 'none', malformed: 400 },
  },
};

let stack: Stack;
let numbers = 0;

beforeAll(async () => {
  stack = await startStack({ servers: 'one' });
});

afterAll(() => stack?.stop());

/** A flow that keeps what it hears of a kind, and how deliveries are sent to it. */
async function listening({ connector, auth, fields, event, query = '', ...kind }: TriggerKind) {
  const { admin } = stack;
  const made = await admin.inWorkspace<{ id: string; hookUrl: string }>('POST', '/connections', {
    ...{ name: `${connector} ${event}`, connector, auth, fields },
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const flow = await publishFlow(admin, {
    connections: { vendor: { connector, title: 'Vendor', id: made.body.id } },
    triggers: { heard: { kind: 'connector', connection: 'vendor', event } },
    steps: { keep: { kind: 'shape', output: { jsonata: 'trigger.body' } } },
    wires: wires('heard -> keep'),
  });
  const bare = made.body.hookUrl;
  const logged = async (filter: string) =>
    (await admin.inWorkspace<{ items: Delivery[] }>('GET', `/deliveries?${filter}`)).body.items;
  const log = () => logged(`q=${bare.split('/').at(-1)}`);
  return {
    bare,
    url: `${bare}${query}`,
    fresh: () => {
      numbers += 1;
      return { number: numbers, text: JSON.stringify(kind.body(numbers)) };
    },
    send: (text: string, at = now()) => post(`${bare}${query}`, text, kind.headers(text, at)),
    runs: async () =>
      (await admin.inWorkspace<{ items: { id: string }[] }>('GET', `/runs?flowId=${flow.id}`)).body.items,
    log,
    /** What the log shows of the flow. */
    flowLog: () => logged(`flowId=${flow.id}`),
    lastLogged: async () => (await log())[0],
  };
}

const now = () => Math.floor(Date.now() / 1_000);

const kindsWith = (...wanted: TriggerKind['freshness'][]) =>
  Object.entries(kinds).filter(([, { freshness }]) => wanted.includes(freshness));

describe.each(Object.entries(kinds))('a delivery of %s', (_, kind) => {
  let on: Awaited<ReturnType<typeof listening>>;
  beforeAll(async () => {
    on = await listening(kind);
  });

  test('makes one run when it is true, which has what was delivered', async () => {
    const { number, text } = on.fresh();
    const answer = await on.send(text);
    expect(answer).toMatchObject({ status: 200, body: { runId: expect.any(String), duplicate: false } });
    const runId = answer.body.runId as string;
    expect(await endOf(stack.admin, runId)).toMatchObject({ status: 'succeeded' });
    expect((await stepsOf(stack.admin, runId)).keep?.output).toMatchObject(kind.heard(number));
    expect(await on.lastLogged()).toMatchObject({ status: 'accepted', runs: [{ runId }] });
  });

  test('is refused without a run when it is forged, altered or unsigned, and the log says why', async () => {
    const before = await on.runs();
    const { text } = on.fresh();
    const right = kind.headers(text, now());
    const changed = (change: (value: string) => string) =>
      Object.fromEntries(Object.entries(right).map(([name, value]) => [name, change(value)]));
    const forged: [string, string, Record<string, string>][] = [
      [on.bare, text, {}],
      [`${on.bare}?token=guessed`, text, changed((value) => `${value.slice(0, -2)}zz`)],
    ];
    if (kind.freshness !== 'none') forged.push([on.url, on.fresh().text, right]);
    for (const [url, body, headers] of forged) {
      expect((await post(url, body, headers)).status, JSON.stringify(headers)).toBe(404);
      expect(await on.lastLogged()).toMatchObject({
        status: 'refused',
        reason: expect.stringMatching(/\w{4}/),
        size: 0,
      });
    }
    expect(await on.runs()).toEqual(before);
    expect((await on.flowLog())[0]).toMatchObject({ status: 'refused' });
    expect(JSON.stringify(await on.log())).not.toContain(secret);
  });

  test('makes no run when it is malformed, and the log says so', async () => {
    const before = await on.runs();
    const malformed = on.fresh().text.slice(0, -5);
    expect((await on.send(malformed)).status).toBe(kind.malformed);
    expect(await on.lastLogged()).toMatchObject(
      kind.malformed === 400
        ? { status: 'refused', reason: expect.stringContaining('no JSON object') }
        : { status: 'filtered', runs: [] },
    );
    expect(await on.runs()).toEqual(before);
  });

  test('makes no second run when it is sent again, at once or many times', async () => {
    const before = (await on.runs()).length;
    const { text } = on.fresh();
    const at = now();
    const first = await on.send(text, at);
    const again = await Promise.all(Array.from({ length: 5 }, () => on.send(text, at)));
    for (const answer of again) {
      expect(answer).toMatchObject({ status: 200, body: { runId: first.body.runId, duplicate: true } });
    }
    expect(await on.runs()).toHaveLength(before + 1);
  });
});

describe.each(kindsWith('signedTime'))('a delivery of %s, whose time is signed', (_, kind) => {
  test('is refused without a run when it is stale, or of a time to come', async () => {
    const on = await listening(kind);
    for (const at of [now() - 330, now() + 330]) {
      expect((await on.send(on.fresh().text, at)).status).toBe(404);
      expect(await on.lastLogged()).toMatchObject({ status: 'refused', reason: expect.stringContaining('300 s') });
    }
    expect(await on.runs()).toEqual([]);
  });
});

describe.each(kindsWith('signedContent', 'none'))(
  'a delivery of %s, which signs no time, so that it is never stale',
  (_, kind) => {
    test('counts once all the same, whatever its unsigned headers say when it is sent again', async () => {
      const on = await listening(kind);
      const { text } = on.fresh();
      const headers = kind.headers(text, now());
      await post(on.url, text, headers);
      const others = {
        'x-github-delivery': 'another',
        'x-atlassian-webhook-identifier': 'another',
        date: new Date(0).toUTCString(),
      };
      expect(await post(on.url, text, { ...headers, ...others })).toMatchObject({ body: { duplicate: true } });
      expect(await on.runs()).toHaveLength(1);
    });
  },
);
