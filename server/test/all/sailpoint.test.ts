import type { EventInvocation, GivenAnswer, SubscriptionState } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiAnswer } from '../harness/admin-session.js';
import { deliver, endOf, type PublishedFlow, publishFlow, until, wires } from '../harness/flows.js';
import { type Stack, startStack } from '../harness/stack.js';

/** SailPoint's simulator, whose trigger service delivers to the server and waits for its answers. */
const token = 'what-only-sailpoint-and-we-know';
const tenant = 'https://simulated-company.api.identitynow.com';
const preApproval = 'accessRequestPreApproval';

let stack: Stack;
let connection: { id: string; hookUrl: string };
let answering: PublishedFlow;
let listening: PublishedFlow;

const at = (event: string) => `/connections/${connection.id}/subscriptions/${event}`;
const send = <T>(method: string, path: string, body?: unknown): Promise<ApiAnswer<T>> =>
  stack.admin.inWorkspace<T>(method, path, body);
const slots = () => ({ iga: { connector: 'sailpoint', title: 'SailPoint', id: connection.id } });

const yes = { approved: true, comment: 'Seen by Castellan', approver: 'castellan' };
const respond = (body: unknown) => ({ kind: 'respond', status: 200, body });
const says = (word: string) => ({
  name: word,
  when: { jsonata: `trigger.body.requestedItems[0].comment = "${word}"` },
});

/** Answers by what the requester wrote. */
const answeringFlow = () => ({
  name: 'Decides',
  connections: slots(),
  triggers: { asked: { kind: 'connector', connection: 'iga', event: preApproval, answers: true } },
  steps: {
    which: { kind: 'branch', cases: [says('wrong'), says('silent'), says('slow'), says('never')] },
    wrong: respond({ approved: 'yes' }),
    silent: { kind: 'shape', output: {} },
    slow: { kind: 'wait', seconds: 11 },
    later: respond({ ...yes, comment: 'After a while' }),
    never: { kind: 'wait', seconds: 600 },
    quick: respond(yes),
  },
  wires: wires(
    'asked -> which',
    'which:wrong -> wrong',
    'which:silent -> silent',
    'which:slow -> slow',
    'slow -> later',
    'which:never -> never',
    'which:else -> quick',
  ),
});

const listeningFlow = () => ({
  name: 'Takes note',
  connections: slots(),
  triggers: { heard: { kind: 'connector', connection: 'iga', event: preApproval } },
  steps: { note: { kind: 'shape', output: { jsonata: 'trigger.body' } } },
  wires: wires('heard -> note'),
});

const identity = (id: string, name: string) => ({ type: 'IDENTITY', id, name });
const request = (comment: string) => ({
  accessRequestId: 'request-1',
  requestedFor: [identity('i1', 'Jane Doe')],
  requestedItems: [{ id: 'p1', name: 'AWS', type: 'ACCESS_PROFILE', operation: 'Add', comment }],
  requestedBy: identity('i2', 'Marco Reyes'),
});

interface Invocation {
  id: string;
  secret: string;
  completed: string | null;
  output: unknown;
  error: string | null;
}

const invocations = async (): Promise<Invocation[]> =>
  (await stack.simulators!.control.state('sailpoint')).invocations as Invocation[];

const subscribe = (over: object = {}, event = preApproval) =>
  send<SubscriptionState>('PUT', at(event), { name: 'Castellan', ...over });

/** Has SailPoint ask. @returns the invocation's id */
async function ask(comment: string): Promise<string> {
  const { status, body } = await send<{ invocations: string[] }>('POST', `${at(preApproval)}/tests`, {
    payload: request(comment),
  });
  expect(status, JSON.stringify(body)).toBe(202);
  expect(body.invocations).toHaveLength(1);
  return body.invocations[0] as string;
}

/** What SailPoint has in the end, and what we say of it. */
async function outcome(
  id: string,
  event = preApproval,
): Promise<Invocation & { answer: GivenAnswer; runs: EventInvocation['runs'] }> {
  const there = await until(
    'the completion of the invocation',
    async () => (await invocations()).find((each) => each.id === id && each.completed !== null),
    45,
  );
  const here = await until('the answer here', async () => {
    const { body } = await send<{ items: EventInvocation[] }>('GET', `${at(event)}/invocations`);
    const found = body.items.find((each) => each.id === id);
    return found?.answer && ['answered', 'failed'].includes(found.answer.state) ? found : null;
  });
  return { ...there, answer: here.answer as GivenAnswer, runs: here.runs };
}

const runsOf = ({ id }: PublishedFlow) =>
  stack.database.query<{ id: string }>('select id from runs where flow_id = $1 order by id', [id]);

beforeAll(async () => {
  stack = await startStack({ servers: 'one', simulators: true });
  const made = await send<typeof connection>('POST', '/connections', {
    ...{ name: 'SailPoint', connector: 'sailpoint', simulator: true, auth: 'oauth2ClientCredentials' },
    fields: { apiUrl: tenant, clientId: 'a-client', clientSecret: 'its-secret', webhookToken: token },
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  connection = made.body;
  answering = await publishFlow(stack.admin, answeringFlow());
  listening = await publishFlow(stack.admin, listeningFlow());
});
afterAll(() => stack?.stop());

describe('a subscription', () => {
  const event = 'identityAttributesChanged';

  test('is made, changed and ended from here, and says who hears the event', async () => {
    const before = await send<SubscriptionState>('GET', at(event));
    expect(before.body).toMatchObject({ mine: null, asks: false, address: connection.hookUrl });
    const made = await subscribe({ name: 'Movers', filter: '$.changes[?(@.attribute == "department")]' }, event);
    expect(made.body.mine).toMatchObject({ name: 'Movers', url: connection.hookUrl, mode: null, credential: 'bearer' });
    expect(made.body.made).toMatchObject({ by: expect.stringContaining('@') });
    const changed = await subscribe({ name: 'Movers', filter: null, enabled: false }, event);
    expect(changed.body.mine).toMatchObject({ id: made.body.mine?.id, filter: null, enabled: false });
    expect((await send('DELETE', at(event))).status).toBe(204);
    expect((await send<SubscriptionState>('GET', at(event))).body.mine).toBeNull();
    const { body } = await send<{ items: { action: string }[] }>('GET', '/audit?limit=20');
    expect(body.items.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['subscription.create', 'subscription.save', 'subscription.remove']),
    );
  });

  test('is refused with a filter that SailPoint does not read, which can be tried before', async () => {
    expect(await subscribe({ filter: '$.changes[?(' }, event)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('/filter') },
    });
    const tried = (filter: string) =>
      send('POST', `${at(event)}/filter-trials`, { filter, payload: { changes: [{ attribute: 'a' }] } });
    expect((await tried('$.changes[?(@.attribute == "a")]')).body).toEqual({ problem: null, passes: true });
    expect((await tried('$.changes[?(@.attribute == "b")]')).body).toEqual({ problem: null, passes: false });
  });

  test('has its credential made up where the connection has none', async () => {
    const made = await send<{ id: string; hookUrl: string }>('POST', '/connections', {
      ...{ name: 'Without', connector: 'sailpoint', simulator: true, auth: 'oauth2ClientCredentials' },
      fields: { apiUrl: tenant, clientId: 'a-client', clientSecret: 'its-secret' },
    });
    const place = `/connections/${made.body.id}/subscriptions/identityCreated`;
    const { body } = await send<SubscriptionState>('PUT', place, { name: 'Joiners', credential: 'basic' });
    expect(body.mine).toMatchObject({ credential: 'basic', url: made.body.hookUrl });
    const flow = await publishFlow(stack.admin, {
      connections: { iga: { connector: 'sailpoint', title: 'SailPoint', id: made.body.id } },
      triggers: { heard: { kind: 'connector', connection: 'iga', event: 'identityCreated' } },
      steps: { note: { kind: 'shape', output: { jsonata: 'trigger.body.identity.name' } } },
      wires: wires('heard -> note'),
    });
    await send('POST', `${place}/tests`, {});
    await until('a run', async () => (await runsOf(flow)).length === 1);
    expect(await send('DELETE', `/connections/${made.body.id}`)).toMatchObject({ status: 409 });
  });

  test('to an event that waits for an answer is one in the tenant, which is explained', async () => {
    const other = await send<{ id: string }>('POST', '/connections', {
      ...{ name: 'Other', connector: 'sailpoint', simulator: true, auth: 'oauth2ClientCredentials' },
      fields: { apiUrl: tenant, clientId: 'a-client', clientSecret: 'its-secret' },
    });
    const place = `/connections/${other.body.id}/subscriptions/${preApproval}`;
    expect((await send('PUT', place, { name: 'First' })).status).toBe(200);
    expect(await subscribe()).toMatchObject({
      status: 409,
      body: { message: expect.stringMatching(/allows one subscription.*“First” has it.*several flows can listen/s) },
    });
    expect((await send<SubscriptionState>('GET', at(preApproval))).body).toMatchObject({
      ...{ mine: null, onlyOne: true, others: [{ name: 'First' }] },
      ...{ answers: { flowName: 'Decides' }, listens: [{ flowName: 'Takes note' }] },
    });
    expect((await send('DELETE', place)).status).toBe(204);
  });
});

describe('an answer at once', () => {
  beforeAll(async () => {
    expect((await subscribe({ mode: 'sync' })).status).toBe(200);
  });

  test('is what the flow responds; the other flow on the event only listens', async () => {
    const before = (await runsOf(listening)).length;
    const { output, error, answer, runs } = await outcome(await ask('quick'));
    expect({ output, error }).toEqual({ output: yes, error: null });
    expect(answer).toMatchObject({ mode: 'sync', state: 'answered', by: 'flow', output: yes, reason: null });
    expect(runs.map(({ flowName }) => flowName).toSorted()).toEqual(['Decides', 'Takes note']);
    expect(await runsOf(listening)).toHaveLength(before + 1);
    const run = runs.find(({ flowName }) => flowName === 'Decides');
    const told = await send('GET', `/runs/${run?.runId}/given-answer`);
    expect(told.body).toMatchObject({ system: 'SailPoint', answer: { by: 'flow', output: yes } });
  });

  test.each([
    ['wrong', /not what SailPoint takes.*\/approved/],
    ['silent', /succeeded without an answer/],
    ['never', /did not answer in time/],
  ])('is the fallback when the flow is %s, and says why', async (word, why) => {
    const { output, error, answer } = await outcome(await ask(word));
    expect({ output, error }).toMatchObject({ output: { approved: false, approver: 'Castellan' }, error: null });
    expect(answer).toMatchObject({ by: 'fallback', reason: expect.stringMatching(why) });
  });

  test('is the fallback that the flow chose, and the usual one while no flow answers', async () => {
    const draft = answeringFlow();
    const chosen = { approved: true, comment: 'Nobody objected', approver: 'castellan' };
    Object.assign(draft.triggers.asked, { fallback: chosen });
    await publishAgain(answering, draft);
    expect((await outcome(await ask('wrong'))).output).toEqual(chosen);
    await send('POST', `/flows/${answering.id}/disable`, {});
    const { output, answer } = await outcome(await ask('quick'));
    expect(output).toMatchObject({ approved: false });
    expect(answer.reason).toBe('No flow that is switched on answers this event.');
    await publishAgain(answering, answeringFlow());
  });

  test('is given by one flow: a second one cannot be published', async () => {
    await expect(publishFlow(stack.admin, { ...answeringFlow(), name: 'Too many' })).rejects.toThrow(
      /answered_elsewhere.*“Decides” answers this event already|“Decides” answers this event already/s,
    );
  });
});

async function publishAgain(flow: PublishedFlow, draft: object): Promise<void> {
  const { body } = await send<{ revision: number }>('GET', `/flows/${flow.id}`);
  const { admin } = stack;
  const whole = { draft: { schema: 1, ...draft } };
  const saved = await admin.inWorkspace<{ revision: number }>('PUT', `/flows/${flow.id}`, whole, {
    'if-match': String(body.revision),
  });
  const published = await admin.inWorkspace(
    'POST',
    `/flows/${flow.id}/publish`,
    {},
    { 'if-match': String(saved.body.revision) },
  );
  expect(published.status, JSON.stringify(published.body)).toBe(201);
}

describe('an approver that a flow names', () => {
  const event = 'accessRequestDynamicApproval';
  let ada: { id: string; name: string };

  beforeAll(async () => {
    const { identities } = (await stack.simulators!.control.state('sailpoint')) as { identities: (typeof ada)[] };
    ada = identities[0] as typeof ada;
    await publishFlow(stack.admin, {
      name: 'Names an approver',
      connections: slots(),
      triggers: { asked: { kind: 'connector', connection: 'iga', event, answers: true } },
      steps: { name: respond({ jsonata: 'trigger.body.requestedItems[0].form.approver' }) },
      wires: wires('asked -> name'),
    });
    expect((await subscribe({}, event)).status).toBe(200);
  });

  const named = async (approver: object) => {
    const [item] = request('').requestedItems;
    const payload = { ...request(''), requestedItems: [{ ...item, form: { approver } }] };
    const { body } = await send<{ invocations: string[] }>('POST', `${at(event)}/tests`, { payload });
    return outcome(body.invocations[0] as string, event);
  };

  test('is told once SailPoint knows them', async () => {
    const approver = { id: ada.id, name: ada.name, type: 'IDENTITY' };
    const { output, answer } = await named(approver);
    expect({ output, by: answer.by, reason: answer.reason }).toEqual({ output: approver, by: 'flow', reason: null });
  });

  test.each(['IDENTITY', 'GOVERNANCE_GROUP'])('is not told where SailPoint has no such %s', async (type) => {
    const { output, answer } = await named({ id: 'f'.repeat(32), name: 'Nobody', type });
    expect(output).toEqual({ id: '', name: '', type: '' });
    expect(answer).toMatchObject({ by: 'fallback', reason: expect.stringMatching(/names Nobody.*does not have/) });
  });
});

describe('an answer later', () => {
  beforeAll(async () => {
    expect((await subscribe({ mode: 'async', deadlineSeconds: 600 })).status).toBe(200);
  });

  test('is brought when the flow has answered, by a secret that nobody sees', async () => {
    const id = await ask('quick');
    const { output, answer, runs, secret } = await outcome(id);
    expect({ output, by: answer.by, mode: answer.mode }).toEqual({ output: yes, by: 'flow', mode: 'async' });
    const kept = await stack.database.query(
      `select (select convert_from(body, 'utf8') from deliveries where external_id = $1) as body,
              (select json_agg(to_jsonb(r))::text from runs r where id = any($2)) as runs,
              (select json_agg(to_jsonb(a))::text from awaited_answers a) as answers`,
      [id, runs.map(({ runId }) => runId)],
    );
    expect(JSON.stringify(kept)).toContain(id);
    expect(JSON.stringify(kept)).not.toContain(secret);
  });

  test('is tried again until SailPoint has taken it, and completes once', async () => {
    await stack.simulators!.control.faults('sailpoint', [
      { operation: 'completeTriggerInvocation', status: 503, times: 1 },
      { operation: 'completeTriggerInvocation', reset: 'after', times: 1 },
    ]);
    const id = await ask('quick');
    const { output, answer } = await outcome(id);
    expect({ output, state: answer.state }).toEqual({ output: yes, state: 'answered' });
    const requests = await stack.simulators!.control.requests('sailpoint');
    const brought = requests.filter(({ path }) => path.endsWith(`${id}/complete`));
    // The second one arrived, although its answer was lost: it is looked for, and not brought again.
    expect(brought.map(({ status }) => status)).toEqual([503, null]);
  });

  test('is the fallback once the time is over', async () => {
    const id = await ask('never');
    await until('the question', async () => {
      const rows = await stack.database.query(
        `update awaited_answers set due_at = now() where question = $1 returning id`,
        [id],
      );
      return rows.length === 1;
    });
    const { output, answer } = await outcome(id);
    expect(output).toMatchObject({ approved: false });
    expect(answer.reason).toBe('The run did not answer in time.');
  });
});

describe('an answer at once or later', () => {
  beforeAll(async () => {
    expect((await subscribe({ mode: 'dynamic' })).status).toBe(200);
  });

  test('is given at once where the flow is quick, and brought where it is not', async () => {
    const [quick, slow] = [await ask('quick'), await ask('slow')];
    expect((await outcome(quick)).output).toEqual(yes);
    expect((await outcome(slow)).output).toMatchObject({ comment: 'After a while' });
    const requests = await stack.simulators!.control.requests('sailpoint');
    const brought = (id: string) => requests.filter(({ path }) => path.endsWith(`${id}/complete`)).length;
    expect([brought(quick), brought(slow)]).toEqual([0, 1]);
  });
});

describe('a delivery of SailPoint', () => {
  let number = 0;
  const bearer = { authorization: `Bearer ${token}` };
  const delivery = (over: object = {}) => {
    number += 1;
    const invocationId = `direct-${number}`;
    return {
      ...request('quick'),
      _metadata: {
        ...{ triggerId: 'idn:access-request-pre-approval', triggerType: 'requestResponse', responseMode: 'sync' },
        ...{ invocationId, callbackURL: `${tenant}/beta/trigger-invocations/${invocationId}/complete`, secret: 's' },
        ...over,
      },
    };
  };

  test('that shows who it is by makes its run and gets its answer', async () => {
    const before = (await runsOf(answering)).length;
    expect(await deliver(connection.hookUrl, delivery(), bearer)).toEqual({ status: 200, body: yes });
    const runs = await runsOf(answering);
    expect(runs).toHaveLength(before + 1);
    await endOf(stack.admin, runs.at(-1)!.id);
  });

  test.each([
    ['forged', () => delivery(), { authorization: 'Bearer guessed' }, 404],
    ['without a credential', () => delivery(), {}, 404],
    ['malformed', () => ({ anything: 'else' }), bearer, 400],
    [
      'answered elsewhere',
      () => delivery({ responseMode: 'async', callbackURL: 'https://evil.example/x/complete' }),
      bearer,
      400,
    ],
    [
      'of another tenant',
      () =>
        delivery({
          responseMode: 'async',
          callbackURL: 'https://other.api.identitynow.com/beta/trigger-invocations/1/complete',
        }),
      bearer,
      400,
    ],
    ['answered by no secret', () => delivery({ responseMode: 'dynamic', secret: undefined }), bearer, 400],
  ])('that is %s is refused without a run', async (_, body, headers, status) => {
    const before = await runsOf(answering);
    expect((await deliver(connection.hookUrl, body(), headers as Record<string, string>)).status).toBe(status);
    expect(await runsOf(answering)).toEqual(before);
  });

  test('that comes again makes no second run, and gets the same answer', async () => {
    const body = delivery();
    const first = await deliver(connection.hookUrl, body, bearer);
    const before = await runsOf(answering);
    const again = await Promise.all([1, 2, 3].map(() => deliver(connection.hookUrl, body, bearer)));
    for (const answer of again) expect(answer).toEqual(first);
    expect(await runsOf(answering)).toEqual(before);
  });

  test('that is stale, whose answer nobody waits for any more, is refused without a run', async () => {
    const body = delivery();
    await deliver(connection.hookUrl, body, bearer);
    await stack.database.query(`update awaited_answers set until = now() - interval '1 second' where question = $1`, [
      body._metadata.invocationId,
    ]);
    await stack.database.query(`update intake set dedupe_until = now() - interval '1 day' where dedupe_key like $1`, [
      `delivery:${body._metadata.invocationId}%`,
    ]);
    const before = await runsOf(answering);
    expect((await deliver(connection.hookUrl, body, bearer)).status).toBe(404);
    expect(await runsOf(answering)).toEqual(before);
  });
});
