import type { Delivery, TriggerListener } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver, endOf, type PublishedFlow, publishFlow, until, wires } from './harness/flows.js';
import {
  adminSession,
  type Session,
  startPostgres,
  startServer,
  startTemporal,
  type TestServer,
} from './harness/index.js';
import { post, type Sender, senders, sendersSecret, vendors } from './senders.js';

/** What comes to the addresses of a server from outside, true and false. */
let server: TestServer;
let admin: Session;

beforeAll(async () => {
  const [database, temporal] = await Promise.all([startPostgres(), startTemporal()]);
  server = await startServer({ database, temporal, mode: 'all' });
  admin = await adminSession(server);
});

afterAll(() => server?.stop());

const shape = { kind: 'shape', output: { jsonata: '{ "got": trigger.body }' } };
const now = () => Math.floor(Date.now() / 1_000);
let count = 0;
function next(): number {
  count += 1;
  return count;
}
/** A body that no other test sends. */
const fresh = (over: object = {}) => JSON.stringify({ number: next(), ...over });

const flowOn = (trigger: object, more: { connections?: object; steps?: object; wires?: string[] } = {}) =>
  publishFlow(admin, {
    triggers: { hook: { kind: 'webhook', ...trigger } },
    steps: { keep: shape, ...more.steps },
    wires: wires('hook -> keep', ...(more.wires ?? [])),
    ...(more.connections ? { connections: more.connections as Record<string, unknown> } : {}),
  });

async function connectionFor({ connector, auth, fields }: Pick<Sender, 'connector' | 'auth' | 'fields'>) {
  const made = await admin.inWorkspace<{ id: string; hookUrl: string }>('POST', '/connections', {
    ...{ name: `${auth} ${next()}`, connector, auth, fields },
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
}

async function signedFlow(sender: Sender, trigger: object = {}): Promise<{ flow: PublishedFlow; url: string }> {
  const { id } = await connectionFor(sender);
  const flow = await flowOn(
    { signature: { scheme: sender.scheme, connection: 'sender' }, ...trigger },
    { connections: { sender: { connector: sender.connector, title: 'Sender', id } } },
  );
  return { flow, url: `${flow.hooks.hook}${sender.query ?? ''}` };
}

const runsOf = async (flowId: string) =>
  (await admin.inWorkspace<{ items: { id: string; status: string }[] }>('GET', `/runs?flowId=${flowId}`)).body.items;
const deliveriesOf = async (flowId: string) =>
  (await admin.inWorkspace<{ items: Delivery[] }>('GET', `/deliveries?flowId=${flowId}`)).body.items;

describe.each(Object.entries(senders))('a webhook that is signed by %s', (_, sender) => {
  let flow: PublishedFlow;
  let url: string;
  let bare: string;
  beforeAll(async () => {
    ({ flow, url } = await signedFlow(sender));
    bare = flow.hooks.hook as string;
  });

  test('takes a true delivery, and makes one run of it', async () => {
    const body = fresh({ who: 'Jané' });
    const answer = await post(url, body, sender.headers(body, now()));
    expect(answer).toMatchObject({ status: 202, body: { runId: expect.any(String), duplicate: false } });
    expect(await endOf(admin, answer.body.runId as string)).toMatchObject({ status: 'succeeded' });
    expect(await runsOf(flow.id)).toHaveLength(1);
  });

  test('refuses what is forged, altered or malformed, without a run, and logs why', async () => {
    const before = await runsOf(flow.id);
    const body = fresh();
    const right = sender.headers(body, now());
    const changed = (change: (value: string) => string) =>
      Object.fromEntries(Object.entries(right).map(([name, value]) => [name, change(value)]));
    const attempts: [string, string, Record<string, string>][] = [
      [bare, body, {}],
      [`${bare}?token=guess`, body, changed((value) => `${value.slice(0, -2)}zz`)],
      [`${bare}?token=`, body, changed(() => 'x')],
      [bare, body, changed(() => 'v1=,v0=,sha256= Bearer')],
    ];
    if (sender.freshness !== 'none') attempts.push([url, `${body} `, right]);
    for (const [to, text, headers] of attempts) {
      const answer = await post(to, text, headers);
      expect(answer.status, JSON.stringify(headers)).toBe(404);
      const [logged] = await deliveriesOf(flow.id);
      expect(logged).toMatchObject({ status: 'refused', reason: expect.stringMatching(/\w{4}/), size: 0 });
    }
    expect(await runsOf(flow.id)).toEqual(before);
  });

  test('keeps its secret to itself', async () => {
    const pages = await Promise.all(
      [`/deliveries?flowId=${flow.id}`, `/runs?flowId=${flow.id}`, '/connections', '/audit'].map((path) =>
        admin.inWorkspace('GET', path),
      ),
    );
    expect(JSON.stringify(pages.map(({ body }) => body))).not.toContain(sendersSecret);
  });
});

const sendersWith = (...kinds: Sender['freshness'][]) =>
  Object.entries(senders).filter(([, { freshness }]) => kinds.includes(freshness));

describe.each(sendersWith('signedTime'))('a signature with its time, by %s', (_, sender) => {
  test('refuses a true signature of long ago, or of later', async () => {
    const { flow, url } = await signedFlow(sender);
    const before = await runsOf(flow.id);
    const body = fresh();
    for (const at of [now() - 330, now() + 330]) {
      expect((await post(url, body, sender.headers(body, at))).status).toBe(404);
      const [logged] = await deliveriesOf(flow.id);
      expect(logged).toMatchObject({ status: 'refused', reason: expect.stringContaining('300 s') });
    }
    expect(await runsOf(flow.id)).toEqual(before);
  });
});

describe.each(sendersWith('signedTime', 'signedContent'))('a signature by %s', (_, sender) => {
  test('starts nothing when the same is sent again, whoever sends it', async () => {
    const { flow, url } = await signedFlow(sender);
    const body = fresh();
    const headers = sender.headers(body, now());
    const first = await post(url, body, headers);
    const { length } = await runsOf(flow.id);
    // What is not signed can be altered by whoever sends it again.
    const again = await Promise.all(
      ['a', 'b'].map((id) => post(url, body, { 'x-github-delivery': id, 'x-request-id': id, ...headers })),
    );
    for (const answer of again) {
      expect(answer).toMatchObject({ status: 202, body: { runId: first.body.runId, duplicate: true } });
    }
    expect(await runsOf(flow.id)).toHaveLength(length);
    const [logged] = await deliveriesOf(flow.id);
    expect(logged).toMatchObject({ status: 'duplicate', runs: [{ runId: first.body.runId }] });
  });
});

describe.each(sendersWith('none'))('a secret that is sent along, by %s', (_, sender) => {
  test('cannot tell a copy, which is a run of its own', async () => {
    const { url } = await signedFlow(sender);
    const body = fresh();
    const [first, second] = [
      await post(url, body, sender.headers(body, now())),
      await post(url, body, sender.headers(body, now())),
    ];
    expect(second).toMatchObject({ status: 202, body: { duplicate: false } });
    expect(second.body.runId).not.toBe(first.body.runId);
  });
});

test('a signed delivery that is sent 20 times at once is one run', async () => {
  const sender = senders.github as Sender;
  const { flow, url } = await signedFlow(sender);
  const body = fresh();
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(url, body, sender.headers(body, now()))));
  expect(new Set(answers.map((answer) => answer.body.runId)).size).toBe(1);
  expect(await runsOf(flow.id)).toHaveLength(1);
});

test('what a filter let through once does not use up the signature of what it kept out', async () => {
  const sender = senders.slack as Sender;
  const { id } = await connectionFor(sender);
  const sketch = (filter: string) => ({
    name: 'Filtered',
    triggers: {
      hook: { kind: 'webhook', signature: { scheme: 'slack', connection: 'sender' }, filter: { cel: filter } },
    },
    steps: { keep: shape },
    wires: wires('hook -> keep'),
    connections: { sender: { connector: 'webhook', title: 'Sender', id } },
  });
  const flow = await publishFlow(admin, sketch('delivery.body.severity == "high"'));
  const url = flow.hooks.hook as string;
  const body = fresh({ severity: 'low' });
  const headers = sender.headers(body, now());
  expect((await post(url, body, headers)).body).toMatchObject({ filtered: true });
  await publishAgain(flow, sketch('delivery.body.severity != ""'));
  expect((await post(url, body, headers)).body).toMatchObject({ runId: expect.any(String), duplicate: false });
  expect((await post(url, body, headers)).body).toMatchObject({ duplicate: true });
});

test('Slack’s and Okta’s questions are answered, and make no run', async () => {
  const slack = await signedFlow(senders.slack as Sender);
  const question = JSON.stringify({ type: 'url_verification', challenge: 'abc', token: 'x' });
  const asked = await post(slack.url, question, (senders.slack as Sender).headers(question, now()));
  expect(asked).toMatchObject({ status: 200, body: { challenge: 'abc' } });
  expect((await post(slack.url, question, {})).status).toBe(404);
  const okta = await signedFlow(senders.okta as Sender);
  const header = { 'x-okta-verification-challenge': 'def' };
  expect(await post(okta.url, '', header, 'GET')).toMatchObject({ status: 200, body: { verification: 'def' } });
  expect((await post(okta.url, '{}', header)).status).toBe(404);
  expect([...(await runsOf(slack.flow.id)), ...(await runsOf(okta.flow.id))]).toEqual([]);
});

describe('an address', () => {
  test('looks the same to a stranger whether it is unknown, switched off, or wants a signature or another method', async () => {
    const signed = await signedFlow(senders.github as Sender);
    const off = await flowOn({});
    await admin.inWorkspace('POST', `/flows/${off.id}/disable`);
    const onlyPut = await flowOn({ methods: ['PUT'] });
    const unknown = new URL('/hooks/not-there-not-there-not-there', signed.url).href;
    const answers = await Promise.all(
      [signed.url, off.hooks.hook as string, onlyPut.hooks.hook as string, unknown].map((url) =>
        post(url, '{}', { 'x-http-method-override': 'PUT' }),
      ),
    );
    for (const { status, body } of answers) expect({ status, body }).toEqual({ status: 404, body: answers[3]?.body });
    expect(
      new Set(answers.map(({ headers }) => [...headers.keys()].filter((name) => name !== 'date').join())),
    ).toHaveProperty('size', 1);
  });

  test('takes any method that it says, and a body as JSON, a form or text', async () => {
    const flow = await flowOn(
      { methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], respond: 'end' },
      {
        steps: {
          say: {
            kind: 'respond',
            status: 200,
            body: { jsonata: '{ "method": trigger.method, "query": trigger.query, "body": trigger.body }' },
          },
        },
        wires: ['hook -> say'],
      },
    );
    const url = flow.hooks.hook as string;
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect((await post(`${url}?a=b`, '{"x":[1]}', {}, method)).body).toEqual({
        method,
        query: { a: 'b' },
        body: { x: [1] },
      });
    }
    expect((await post(url, '', {}, 'GET')).body).toEqual({ method: 'GET', query: {}, body: null });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post(url, 'payload=%7B%7D&a=1&a=2', form)).body).toMatchObject({
      body: { payload: '{}', a: ['1', '2'] },
    });
    expect((await post(url, 'disk full', { 'content-type': 'text/plain' })).body).toMatchObject({ body: 'disk full' });
    const xml = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>';
    expect((await post(url, xml, { 'content-type': 'application/xml' })).body).toMatchObject({ body: xml });
  });

  test('says that it reads no body in parts, and logs that one came', async () => {
    const flow = await flowOn({});
    const form = new FormData();
    form.set('file', new Blob(['x']), 'x.txt');
    const answer = await fetch(flow.hooks.hook as string, { method: 'POST', body: form });
    expect(answer.status).toBe(415);
    expect(await deliveriesOf(flow.id)).toMatchObject([
      { status: 'refused', reason: expect.stringContaining('multipart') },
    ]);
    expect(await runsOf(flow.id)).toEqual([]);
  });

  test('takes what looks like files, functions or prototypes as plain data', async () => {
    const flow = await flowOn(
      { respond: 'step' },
      {
        steps: { say: { kind: 'respond', status: 200, body: { jsonata: '$string(trigger.body)' } } },
        wires: ['hook -> say'],
      },
    );
    const hostile =
      '{"files":{"f":{"filepath":"/etc/passwd"}},"__proto__":{"admin":true},"user":{"_jsonata_function":true,"email":"a@b.c"}}';
    const answer = await post(flow.hooks.hook as string, hostile, {});
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.body)).toContain('a@b.c');
    expect(JSON.stringify(answer.body)).not.toContain('root:');
  });

  test('refuses a body of more than a mebibyte before anything reads it', async () => {
    const flow = await flowOn({});
    const answer = await post(flow.hooks.hook as string, JSON.stringify('x'.repeat(1024 * 1024)), {});
    expect(answer.status).toBe(413);
    expect(await deliveriesOf(flow.id)).toEqual([]);
  });

  test('lets in only the networks that it names, whatever a header says of itself', async () => {
    const elsewhere = await flowOn({ allowFrom: ['203.0.113.0/24'] });
    const spoofed = { 'x-forwarded-for': '203.0.113.7', 'x-real-ip': '203.0.113.7', forwarded: 'for=203.0.113.7' };
    expect((await post(elsewhere.hooks.hook as string, '{}', spoofed)).status).toBe(404);
    expect(await deliveriesOf(elsewhere.id)).toMatchObject([
      { status: 'refused', reason: expect.stringContaining('TRUST_PROXY'), source: '127.0.0.1' },
    ]);
    const here = await flowOn({ allowFrom: ['127.0.0.0/8', '::1'] });
    expect((await post(here.hooks.hook as string, '{}', {})).status).toBe(202);
  });

  test('is closed to pages of other origins, until the trigger names them', async () => {
    const asks = { origin: 'https://app.example.com', 'access-control-request-method': 'POST' };
    const closed = await flowOn({});
    const refusedPage = await post(closed.hooks.hook as string, '', asks, 'OPTIONS');
    expect(refusedPage.status).toBe(404);
    expect(refusedPage.headers.get('access-control-allow-origin')).toBeNull();
    expect((await post(closed.hooks.hook as string, '{}', asks)).headers.get('access-control-allow-origin')).toBeNull();
    const open = await flowOn({ cors: ['https://app.example.com'] });
    const letIn = await post(open.hooks.hook as string, '', asks, 'OPTIONS');
    expect(letIn.status).toBe(204);
    expect(letIn.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(letIn.headers.get('access-control-allow-credentials')).toBeNull();
    const called = await post(open.hooks.hook as string, '{}', asks);
    expect([called.status, called.headers.get('access-control-allow-origin')]).toEqual([
      202,
      'https://app.example.com',
    ]);
    const evil = await post(
      open.hooks.hook as string,
      '',
      { ...asks, origin: 'https://app.example.com.evil.com' },
      'OPTIONS',
    );
    expect(evil.status).toBe(404);
  });
});

describe('the caller is answered', () => {
  const respond = {
    kind: 'respond',
    status: 201,
    headers: { 'x-made-by': 'flow' },
    body: { jsonata: '{ "ok": true }' },
  };

  test('by a respond step, or at the end; with the run when that takes longer than the trigger waits', async () => {
    const slow = { kind: 'wait', seconds: 3_600 };
    const bySteps = await flowOn(
      { respond: 'step' },
      { steps: { say: respond, slow }, wires: ['hook -> say', 'say -> slow'] },
    );
    const answered = await deliver(bySteps.hooks.hook as string, {});
    expect(answered).toMatchObject({ status: 201, body: { ok: true } });
    const atEnd = await flowOn({ respond: 'end', answerSeconds: 1 }, { steps: { slow }, wires: ['hook -> slow'] });
    const late = await deliver(atEnd.hooks.hook as string, {});
    expect(late).toMatchObject({
      status: 202,
      body: { runId: expect.any(String), status: expect.stringMatching(/running|waiting/) },
    });
    const quick = await flowOn({ respond: 'end' });
    expect(await deliver(quick.hooks.hook as string, {})).toMatchObject({ status: 200, body: { status: 'succeeded' } });
  });
});

describe('a limit', () => {
  test('is answered 429 with the time to wait, and what was accepted is not touched by it', async () => {
    const flow = await flowOn({ limit: { deliveries: 3, seconds: 3_600, over: 'refuse' } });
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(flow.hooks.hook as string, fresh(), {})));
    const taken = answers.filter(({ status }) => status === 202);
    expect(taken).toHaveLength(3);
    const turnedAway = answers.filter(({ status }) => status === 429);
    expect(turnedAway).toHaveLength(7);
    expect(Number(turnedAway[0]?.headers.get('retry-after'))).toBeGreaterThan(3_000);
    expect((await runsOf(flow.id)).map(({ id }) => id).sort()).toEqual(taken.map(({ body }) => body.runId).sort());
    expect((await deliveriesOf(flow.id)).filter(({ status }) => status === 'refused')).toHaveLength(7);
  });

  test('has the others wait their turn, in their order, and loses none', async () => {
    const flow = await flowOn({ limit: { deliveries: 2, seconds: 1 } });
    const bodies: string[] = [];
    for (let each = 0; each < 8; each += 1) {
      const body = fresh();
      bodies.push(body);
      expect((await post(flow.hooks.hook as string, body, {})).status).toBe(202);
    }
    const queued = (await deliveriesOf(flow.id)).filter(({ status }) => status === 'queued');
    expect(queued.length).toBeGreaterThan(0);
    const runs = await until('a run of each', async () => {
      const all = await runsOf(flow.id);
      return all.length === bodies.length ? all : null;
    });
    const inOrder = runs.map(({ id }) => id).toSorted();
    const numbers = await Promise.all(inOrder.map(async (id) => triggerNumber((await endOf(admin, id)).id)));
    expect(numbers).toEqual(bodies.map((body) => JSON.parse(body).number));
    expect((await deliveriesOf(flow.id)).map(({ status }) => status)).not.toContain('queued');
  });
});

async function triggerNumber(runId: string): Promise<number> {
  const { body } = await admin.inWorkspace<{ items: { output: { got: { number: number } } }[] }>(
    'GET',
    `/runs/${runId}/steps`,
  );
  return body.items[0]?.output.got.number as number;
}

async function publishAgain(flow: PublishedFlow, sketch: object): Promise<void> {
  const { body: row } = await admin.inWorkspace<{ revision: number }>('GET', `/flows/${flow.id}`);
  const saved = await admin.inWorkspace<{ revision: number }>(
    'PUT',
    `/flows/${flow.id}`,
    { draft: { schema: 1, ...sketch } },
    { 'if-match': String(row.revision) },
  );
  expect(saved.status, JSON.stringify(saved.body)).toBe(200);
  const published = await admin.inWorkspace(
    'POST',
    `/flows/${flow.id}/publish`,
    {},
    { 'if-match': String(saved.body.revision) },
  );
  expect(published.status, JSON.stringify(published.body)).toBe(201);
}

describe.each(Object.entries(vendors))('two flows on one address of %s', (_, vendor) => {
  let connection: { id: string; hookUrl: string };
  beforeAll(async () => {
    connection = await connectionFor(vendor);
  });

  const sketch = (over: object = {}) => ({
    name: 'Listening',
    triggers: { changed: { kind: 'connector', connection: 'vendor', event: vendor.event, ...over } },
    steps: { keep: shape },
    wires: wires('changed -> keep'),
    connections: { vendor: { connector: vendor.connector, title: 'Vendor', id: connection.id } },
  });
  const listening = (over: object = {}) => publishFlow(admin, sketch(over));

  function tell(person: string) {
    const body = JSON.stringify(vendor.body(person, next()));
    const headers = vendor.headers(body, now());
    return { send: () => post(connection.hookUrl, body, headers) };
  }

  test('each have a run of their own by one delivery, and a copy of it makes none', async () => {
    const [one, two] = [await listening(), await listening({ dedupe: { key: '/delivery', windowSeconds: 1 } })];
    const told = tell('jane@example.com');
    expect((await told.send()).status).toBe(200);
    expect(await told.send()).toMatchObject({ status: 200, body: { duplicate: true } });
    for (const flow of [one, two]) expect(await runsOf(flow.id)).toHaveLength(1);
    await Promise.all([one, two].map(({ id }) => admin.inWorkspace('POST', `/flows/${id}/disable`)));
  });

  test('do not miss a delivery because the other is switched off or filters it', async () => {
    const [off, filtering, hearing] = [
      await listening(),
      await listening({ filter: { cel: 'trigger.body.user_id == "nobody@example.com"' } }),
      await listening(),
    ];
    await admin.inWorkspace('POST', `/flows/${off.id}/disable`);
    await tell('jane@example.com').send();
    expect(await runsOf(off.id)).toEqual([]);
    expect(await runsOf(filtering.id)).toEqual([]);
    expect(await runsOf(hearing.id)).toHaveLength(1);
    await Promise.all([filtering, hearing].map(({ id }) => admin.inWorkspace('POST', `/flows/${id}/disable`)));
  });

  test('do not miss a delivery because the filter of the other fails; that one is kept and delivered once it is mended', async () => {
    const broken = { filter: { cel: 'trigger.body.nothing.here == 1' } };
    const [failing, hearing] = [await listening(broken), await listening()];
    const answer = await tell('jane@example.com').send();
    expect(answer).toMatchObject({ status: 200, body: { runId: expect.any(String) } });
    expect(await runsOf(hearing.id)).toHaveLength(1);
    const [kept] = await deliveriesOf(hearing.id);
    expect(kept).toMatchObject({ status: 'unmatched', reason: expect.stringContaining('cannot be evaluated') });
    await publishAgain(failing, sketch({ filter: { cel: 'has(trigger.body.user_id)' } }));
    await until('the run of the mended flow', async () => (await runsOf(failing.id)).length === 1);
    expect(await runsOf(hearing.id)).toHaveLength(1);
    expect(await deliveriesOf(failing.id)).toMatchObject([{ status: 'accepted', reason: null }]);
  });

  test('are not disturbed by a third that waits for the next delivery as its sample', async () => {
    const hearing = await listening();
    const draft = { schema: 1, ...sketch() };
    const { body: flow } = await admin.inWorkspace<{ id: string }>('POST', '/flows', { name: 'Draft', draft });
    const place = `/flows/${flow.id}/triggers/changed/listener`;
    const { body: listener } = await admin.inWorkspace<TriggerListener>('POST', place);
    expect(listener.url).toBe(connection.hookUrl);
    const body = JSON.stringify(vendor.body('john@example.com', next()));
    await post(connection.hookUrl, body, vendor.headers(`${body} `, now()));
    expect((await admin.inWorkspace<TriggerListener>('GET', place)).body).toMatchObject({
      caught: null,
      refused: { reason: 'The signature does not match.' },
    });
    expect((await tell('jane@example.com').send()).body).toMatchObject({ runId: expect.any(String) });
    expect((await admin.inWorkspace<TriggerListener>('GET', place)).body).toMatchObject({
      until: null,
      caught: { sample: { body: { user_id: 'jane@example.com' } } },
    });
    expect(await runsOf(hearing.id)).toHaveLength(1);
    expect(await runsOf(flow.id)).toEqual([]);
  });
});

describe('an event hook of Okta', () => {
  const signedIn = { authorization: sendersSecret };
  const entry = (over: object = {}) => ({
    ...{ uuid: `entry-${next()}`, published: '2026-03-01T12:00:00.000Z', eventType: 'user.lifecycle.suspend' },
    ...{ target: [{ type: 'User', alternateId: 'jane.doe@example.com' }], ...over },
  });
  const delivery = (...events: unknown[]) =>
    JSON.stringify({ eventType: 'com.okta.event_hook', eventId: `delivery-${next()}`, data: { events } });

  test('is answered when Okta asks for the address, and each entry that it brings makes one run', async () => {
    const fields = { domain: 'example.okta.com', token: 'okta-token', webhookToken: sendersSecret };
    const { id, hookUrl } = await connectionFor({ connector: 'okta', auth: 'apiToken', fields });
    const question = { 'x-okta-verification-challenge': 'one-time' };
    expect(await post(hookUrl, '', question, 'GET')).toMatchObject({
      status: 200,
      body: { verification: 'one-time' },
    });
    expect((await post(hookUrl, '{}', question)).status).toBe(404);
    const flow = await publishFlow(admin, {
      triggers: { suspended: { kind: 'connector', connection: 'okta', event: 'userSuspended' } },
      steps: { keep: { kind: 'shape', output: { jsonata: 'trigger.body.target[0].alternateId' } } },
      wires: wires('suspended -> keep'),
      connections: { okta: { connector: 'okta', title: 'Okta', id } },
    });
    expect((await post(hookUrl, delivery(entry()), { authorization: 'forged' })).status).toBe(404);
    expect((await post(hookUrl, delivery(entry()), {})).status).toBe(404);
    await post(hookUrl, delivery({ eventType: 'user.lifecycle.suspend' }, entry({ eventType: 'unknown' })), signedIn);
    expect(await runsOf(flow.id)).toEqual([]);
    const two = delivery(entry(), entry(), entry({ eventType: 'user.lifecycle.create' }));
    expect((await post(hookUrl, two, signedIn)).status).toBe(200);
    expect(await runsOf(flow.id)).toHaveLength(2);
    expect(await post(hookUrl, two, signedIn)).toMatchObject({ status: 200, body: { duplicate: true } });
    expect(await runsOf(flow.id)).toHaveLength(2);
  });
});

describe('an API destination of EventBridge', () => {
  const oauth = { clientId: 'eventbridge', clientSecret: sendersSecret };
  const ways = {
    'an API key': {
      auth: 'apiKey',
      fields: { webhookToken: sendersSecret },
      headers: async () => ({ 'x-api-key': sendersSecret }),
    },
    'a password': {
      auth: 'basic',
      fields: { webhookUsername: 'eventbridge', webhookPassword: sendersSecret },
      headers: async () => ({ authorization: `Basic ${btoa(`eventbridge:${sendersSecret}`)}` }),
    },
    'a token that it asks for': {
      auth: 'oauth',
      fields: oauth,
      headers: async (url: string) => {
        const asked = 'grant_type=client_credentials';
        const authorization = `Basic ${btoa(`eventbridge:${sendersSecret}`)}`;
        const { body } = await post(url, asked, {
          authorization,
          'content-type': 'application/x-www-form-urlencoded',
        });
        return { authorization: `Bearer ${String(body.access_token)}` };
      },
    },
  };
  const event = (over: object = {}) =>
    JSON.stringify({
      ...{ version: '0', id: `event-${next()}`, 'detail-type': 'Employee terminated', source: 'com.example.hr' },
      ...{ account: '123456789012', time: '2026-03-01T12:00:00Z', region: 'us-east-1', resources: [] },
      ...{ detail: { email: 'jane.doe@example.com' }, ...over },
    });

  test.each(Object.entries(ways))(
    'signs in by %s, and each event makes one run',
    async (_, { auth, fields, headers }) => {
      const { id, hookUrl } = await connectionFor({ connector: 'eventbridge', auth, fields });
      const flow = await publishFlow(admin, {
        triggers: {
          left: {
            ...{ kind: 'connector', connection: 'aws', event: 'event' },
            filter: { cel: 'trigger.body["detail-type"] == "Employee terminated"' },
          },
        },
        steps: { keep: { kind: 'shape', output: { jsonata: 'trigger.body.detail.email' } } },
        wires: wires('left -> keep'),
        connections: { aws: { connector: 'eventbridge', title: 'AWS', id } },
      });
      const signedIn = await headers(hookUrl);
      const body = event();
      const first = await post(hookUrl, body, signedIn);
      expect(first).toMatchObject({ status: 200, body: { runId: expect.any(String), duplicate: false } });
      expect(await endOf(admin, first.body.runId as string)).toMatchObject({ status: 'succeeded' });
      expect(await post(hookUrl, body, signedIn)).toMatchObject({ status: 200, body: { duplicate: true } });
      expect(await post(hookUrl, event({ 'detail-type': 'Employee hired' }), signedIn)).toMatchObject({
        body: { filtered: true },
      });
      const transformed = await post(hookUrl, '{"email":"jane.doe@example.com"}', signedIn);
      expect(transformed).toMatchObject({
        status: 400,
        body: { message: expect.stringContaining('input transformer') },
      });
      const altered = Object.fromEntries(
        Object.entries(signedIn).map(([name, value]) => [name, `${value.slice(0, -2)}zz`]),
      );
      for (const forged of [{}, altered]) {
        const refused = await post(hookUrl, event(), forged);
        // Where it renews its token by itself, it is told to do so.
        expect(refused.status).toBe(auth === 'oauth' ? 401 : 404);
      }
      expect(await runsOf(flow.id)).toHaveLength(1);
      const log = await admin.inWorkspace('GET', `/deliveries?q=${hookUrl.split('/').at(-1)}&limit=50`);
      expect(JSON.stringify(log.body)).toContain('refused');
      for (const secret of [sendersSecret, ...Object.values(signedIn)])
        expect(JSON.stringify(log.body)).not.toContain(secret);
    },
  );
});
