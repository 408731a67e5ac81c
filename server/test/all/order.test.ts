import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver, endOf, httpConnection, publishFlow, readRun, stepsOf, until, wires } from '../harness/flows.js';
import {
  adminSession,
  type Session,
  startPostgres,
  startServer,
  startTemporal,
  type TestDatabase,
  type TestServer,
} from '../harness/index.js';
import { startVendor, type Vendor } from '../harness/vendor.js';

let vendor: Vendor;
let database: TestDatabase;
let api: TestServer;
let workers: TestServer[];
let admin: Session;
let connection: string;
let startWorker: () => Promise<TestServer>;

beforeAll(async () => {
  vendor = await startVendor();
  const [made, temporal] = await Promise.all([startPostgres(), startTemporal()]);
  database = made;
  const env = { EGRESS_ALLOW: vendor.address };
  api = await startServer({ database, temporal, mode: 'api', env });
  startWorker = () => startServer({ database, temporal, mode: 'worker', env, installation: api.installation });
  workers = [await startWorker(), await startWorker()];
  admin = await adminSession(api);
  connection = await httpConnection(admin);
});

afterAll(async () => {
  await Promise.all(workers?.map((worker) => worker.stop()) ?? []);
  await api?.stop();
  await vendor?.stop();
});

const slots = () => ({ vendor: { connector: 'http', title: 'Vendor', id: connection } });
const hook = { hook: { kind: 'webhook' } };
const get = (path: string) => ({
  kind: 'action',
  connection: 'vendor',
  operation: 'get',
  input: { url: `${vendor.url}${path}` },
});
const approval = { kind: 'approval', approvers: ['role:admin'] };
const ordered = (whenBusy: 'queue' | 'supersede') => ({ order: { key: '/body/person', whenBusy } });

async function start(url: string, body: unknown): Promise<string> {
  const answer = await deliver(url, body);
  expect(answer.status).toBe(202);
  return answer.body.runId as string;
}

/** A path of the vendor that answers when it is let go. */
function held(path: string): { release: () => void } {
  let release = (): void => undefined;
  const open = new Promise<void>((resolve) => {
    release = resolve;
  });
  vendor.script(path, async () => {
    await open;
    return {};
  });
  return { release };
}

const stands = (runId: string, status: string) =>
  until(`run ${runId} to be ${status}`, async () => (await readRun(admin, runId)).status === status);

interface Span {
  key: string;
  runId: string;
  first: Date;
  last: Date;
}

/** When the runs of a flow did their first and their last thing, by the rows of their steps, each key in order of arrival. */
function spansOf(flowId: string): Promise<Span[]> {
  return database.query<Span & { [column: string]: unknown }>(
    `select r.order_key as key, r.id as "runId", min(s.started_at) as first, max(s.ended_at) as last
       from runs r join steps s on s.run_id = r.id where r.flow_id = $1
      group by r.id, r.order_key, r.order_place order by r.order_key, r.order_place`,
    [flowId],
  );
}

describe('runs of one key', () => {
  test('500 of 20 keys go one after another in the order of arrival, though a worker dies with a head in its hands', async () => {
    const blocked = held('/blocked');
    const { id, hooks } = await publishFlow(admin, {
      name: 'In order',
      connections: slots(),
      triggers: hook,
      settings: ordered('queue'),
      steps: {
        begin: { kind: 'shape', output: { n: { jsonata: 'trigger.body.n' } } },
        call: {
          ...get(''),
          input: { url: { jsonata: `"${vendor.url}" & (trigger.body.block ? "/blocked" : "/free")` } },
        },
        done: { kind: 'shape', output: true },
      },
      wires: wires('hook -> begin', 'begin -> call', 'call -> done'),
    });
    const keys = Array.from({ length: 20 }, (_, n) => `person-${n}`);
    const arrived = new Map<string, string[]>();
    await Promise.all(
      keys.map(async (person) => {
        const runs: string[] = [];
        for (let n = 0; n < 25; n += 1) {
          runs.push(await start(hooks.hook!, { person, n, block: n === 0 && person === 'person-0' }));
        }
        arrived.set(person, runs);
      }),
    );
    await until('the head of a key is at the vendor', async () => vendor.to('/blocked').length > 0);
    const [head, second] = arrived.get('person-0')!;
    const waits = await readRun(admin, second!);
    expect(waits).toMatchObject({ status: 'queued', orderKey: 'person-0', waitingFor: { kind: 'turn', runId: head } });

    await workers.shift()!.kill9();
    workers.push(await startWorker());
    blocked.release();
    for (const runs of arrived.values()) {
      expect(await endOf(admin, runs.at(-1)!, 120)).toMatchObject({ status: 'succeeded' });
    }
    const spans = await spansOf(id);
    expect(spans).toHaveLength(500);
    for (const person of keys) {
      const own = spans.filter(({ key }) => key === person);
      expect(own.map(({ runId }) => runId)).toEqual(arrived.get(person));
      for (const [index, span] of own.slice(1).entries()) {
        expect(span.first.getTime()).toBeGreaterThanOrEqual(own[index]!.last.getTime());
      }
    }
    expect(await database.query('select * from turns')).toEqual([]);
  }, 240_000);

  test('a run that nobody can tell the key of is kept as a problem of its delivery, and nothing is lost', async () => {
    const { id, hooks } = await publishFlow(admin, {
      triggers: hook,
      settings: { order: { key: { jsonata: '$number(trigger.body.person)' }, whenBusy: 'queue' } },
      steps: { only: { kind: 'shape', output: 1 } },
      wires: wires('hook -> only'),
    });
    const answer = await deliver(hooks.hook!, { person: 'Jane' });
    expect(answer).toMatchObject({ status: 202, body: { deliveryId: expect.any(String) } });
    expect(answer.body.runId).toBeUndefined();
    const { body } = await admin.inWorkspace<{ items: { id: string; status: string; reason: string }[] }>(
      'GET',
      `/deliveries?flowId=${id}`,
    );
    expect(body.items).toMatchObject([{ id: answer.body.deliveryId, status: 'unmatched' }]);
    expect(body.items[0]?.reason).toMatch(/^The order key of the flow cannot be evaluated: /);
  });

  test('a run by hand takes its turn too, and is refused where it has a key that cannot be evaluated', async () => {
    const flow = await publishFlow(admin, {
      triggers: { person: { kind: 'manual' } },
      settings: {
        subject: '/input/name',
        order: { key: { jsonata: '$lowercase(trigger.input.name)' }, whenBusy: 'queue' },
      },
      steps: { ask: approval },
      wires: wires('person -> ask'),
    });
    const run = (input: unknown) =>
      admin.inWorkspace<{ runId: string; message: string }>('POST', `/flows/${flow.id}/run`, { input });
    const first = (await run({ name: 'Jane' })).body.runId;
    const second = (await run({ name: 'JANE' })).body.runId;
    await stands(first, 'waiting');
    expect(await readRun(admin, second)).toMatchObject({
      status: 'queued',
      businessKey: 'JANE',
      orderKey: 'jane',
      waitingFor: { kind: 'turn', runId: first },
    });
    const about = async (query: string) => {
      const { body } = await admin.inWorkspace<{ items: { id: string }[] }>('GET', `/runs?about=${query}`);
      return body.items.map(({ id }) => id);
    };
    expect(await about('jane')).toEqual([second, first]);
    expect(await about('JANE')).toEqual([second]);
    expect(await about(`jane&status=waiting&flowId=${flow.id}`)).toEqual([first]);
    expect(await about('jane&q=Jane')).toEqual([second, first]);
    expect(await about('jan')).toEqual([]);
    const refused = await run({ name: 5 });
    expect(refused.status).toBe(400);
    expect(refused.body.message).toMatch(/^The order key of the flow cannot be evaluated/);
    await admin.inWorkspace('POST', `/runs/${first}/cancel`);
    await stands(second, 'waiting');
    await admin.inWorkspace('POST', `/runs/${second}/terminate`);
  });
});

test('a newer run supersedes one that waits for an approval, and one in the queue never starts', async () => {
  const { hooks } = await publishFlow(admin, {
    connections: slots(),
    triggers: hook,
    settings: ordered('supersede'),
    steps: { ask: approval, tell: get('/tell') },
    wires: wires('hook -> ask', 'ask:approved -> tell'),
  });
  const old = await start(hooks.hook!, { person: 'jane' });
  await stands(old, 'waiting');
  const other = await start(hooks.hook!, { person: 'john' });
  const between = await start(hooks.hook!, { person: 'jane' });
  const newest = await start(hooks.hook!, { person: 'jane' });
  expect(await endOf(admin, old)).toMatchObject({ status: 'cancelled', reason: 'superseded' });
  expect((await stepsOf(admin, old)).ask).toMatchObject({ status: 'cancelled' });
  await stands(newest, 'waiting');
  await stands(other, 'waiting');
  const ended = await endOf(admin, between);
  expect(ended).toMatchObject({ status: 'cancelled', reason: 'superseded', supersededBy: newest });
  const { body } = await admin.inWorkspace<{ items: { runId: string }[] }>('GET', '/approvals?status=open');
  const open = body.items.map(({ runId }) => runId);
  expect(open).toEqual(expect.arrayContaining([newest, other]));
  expect(open).not.toContain(old);
  expect((await readRun(admin, old)).supersededBy).toMatch(new RegExp(`${between}|${newest}`));
  for (const runId of [newest, other]) await admin.inWorkspace('POST', `/runs/${runId}/terminate`);
});

describe('flows of one lane', () => {
  const lane = (as: string, supersedes?: string[]) => ({
    order: { key: '/body/person', whenBusy: 'queue', lane: { name: 'person', as, ...(supersedes && { supersedes }) } },
  });
  const post = (path: string) => ({
    ...{ kind: 'action', connection: 'vendor', operation: 'requestWithKey' },
    input: { method: 'POST', url: `${vendor.url}${path}` },
  });
  /** Waits until the instant that started it, and takes then what there is at this path. */
  const leaver = (path: string) =>
    publishFlow(admin, {
      name: 'Leaver',
      connections: slots(),
      triggers: hook,
      settings: lane('leaver'),
      steps: { last_day: { kind: 'wait', until: { jsonata: 'trigger.body.until' } }, take: post(path) },
      wires: wires('hook -> last_day', 'last_day -> take'),
    });
  const other = (name: string, path: string, supersedes?: string[]) =>
    publishFlow(admin, {
      name,
      connections: slots(),
      triggers: hook,
      settings: lane(name.toLowerCase(), supersedes),
      steps: { change: post(path), after: { kind: 'shape', output: 1 } },
      wires: wires('hook -> change', 'change -> after'),
    });
  const later = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();
  const parks = (runId: string) =>
    until(`run ${runId} to give its turn back`, async () => (await readRun(admin, runId)).turnGivenBack);
  const historyOf = async (runId: string) => {
    const { body } = await admin.inWorkspace<{ items: { text: string }[] }>('GET', `/runs/${runId}/events`);
    return body.items.map(({ text }) => text);
  };

  test('a leaver who waits for the last day holds nobody up, and comes after who is at work then, though all workers die', async () => {
    const blocked = held('/move');
    const [leaves, moves] = [await leaver('/take'), await other('Mover', '/move')];
    const first = await start(leaves.hooks.hook!, { person: 'Jane.Doe+hr@Example.com', until: later(3) });
    await parks(first);
    const second = await start(moves.hooks.hook!, { person: 'jane.doe@example.com' });
    await until('the mover is at work', async () => vendor.to('/move').length === 1);
    await Promise.all(workers.splice(0).map((worker) => worker.kill9()));
    workers.push(await startWorker(), await startWorker());
    const waits = await until('the leaver to want its turn', async () => {
      const run = await readRun(admin, first);
      return run.waitingFor?.kind === 'turn' && run;
    });
    expect(waits).toMatchObject({
      ...{ status: 'waiting', orderKey: 'jane.doe@example.com', orderLane: 'person', turnGivenBack: false },
      waitingFor: { what: 'a run of “Mover” of the same key to end', runId: second },
    });
    expect(vendor.to('/take')).toHaveLength(0);
    blocked.release();
    expect(await endOf(admin, second, 90)).toMatchObject({ status: 'succeeded' });
    expect(await endOf(admin, first, 60)).toMatchObject({ status: 'succeeded' });
    const [mover] = await spansOf(moves.id);
    const { take } = await stepsOf(admin, first);
    expect(new Date(take!.startedAt!).getTime()).toBeGreaterThanOrEqual(mover!.last.getTime());
    expect(vendor.to('/take')).toHaveLength(1);
    expect(await historyOf(first)).toEqual(
      expect.arrayContaining([
        'It only waits: its turn is given back',
        'Its time has come: it waits for its turn, behind a run of “Mover”',
        'Its turn has come again',
      ]),
    );
    expect(await database.query('select * from turns')).toEqual([]);
  }, 240_000);

  test('a rehire supersedes a removal that waits, before it took anything; a person starts that again', async () => {
    const [leaves, returns] = [await leaver('/taken'), await other('Rehire', '/restore', ['leaver'])];
    const parked = await start(leaves.hooks.hook!, { person: 'sam@example.com', until: later(86_400) });
    await parks(parked);
    const rehire = await start(returns.hooks.hook!, { person: 'SAM@example.com' });
    expect(await endOf(admin, rehire)).toMatchObject({
      ...{ status: 'succeeded', supersedes: [{ runId: parked, flowName: 'Leaver' }] },
    });
    expect(await endOf(admin, parked)).toMatchObject({
      ...{ status: 'cancelled', reason: 'superseded', supersededBy: rehire, supersededByFlow: 'Rehire' },
    });
    expect((await stepsOf(admin, parked)).take).toMatchObject({ status: 'skipped' });
    expect(await historyOf(parked)).toContain('Superseded: a run of “Rehire” takes its place');
    expect(await historyOf(rehire)).toContain('Takes the place of a run of “Leaver”');
    const { body: audit } = await admin.inWorkspace<{ items: { action: string; objectId: string; after: unknown }[] }>(
      'GET',
      '/audit?action=run.supersede',
    );
    expect(audit.items).toMatchObject([{ objectId: parked, after: { by: rehire, byFlow: 'Rehire' } }]);

    const retry = async (runId: string) => {
      const asked = { place: { at: 'start' }, version: 'same', again: [], outcomes: [] };
      return (await admin.inWorkspace<{ runId: string }>('POST', `/runs/${runId}/retry`, asked)).body.runId;
    };
    const again = await retry(parked);
    await parks(again);
    expect(await endOf(admin, await retry(rehire))).toMatchObject({ status: 'succeeded', supersedes: [] });
    expect(await readRun(admin, again)).toMatchObject({ supersededBy: null, turnGivenBack: true });
    await admin.inWorkspace('POST', `/runs/${again}/terminate`);
    expect(vendor.to('/taken')).toHaveLength(0);
  });

  test('who has begun keeps the turn while it waits, for a time or for people, until it ends or is terminated', async () => {
    const began = await publishFlow(admin, {
      name: 'Leaver in parts',
      connections: slots(),
      triggers: hook,
      settings: lane('leaver'),
      steps: { part: post('/part'), pause: { kind: 'wait', seconds: 86_400 }, ask: approval },
      wires: wires('hook -> part', 'part -> pause', 'pause -> ask'),
    });
    const asks = await publishFlow(admin, {
      name: 'Mover with approval',
      triggers: hook,
      settings: lane('mover'),
      steps: { ask: approval },
      wires: wires('hook -> ask'),
    });
    const returns = await other('Rehire', '/restored', ['leaver', 'mover']);
    for (const holds of [began, asks]) {
      const holder = await start(holds.hooks.hook!, { person: 'kim@example.com' });
      await stands(holder, 'waiting');
      const next = await start(returns.hooks.hook!, { person: 'kim@example.com' });
      await until('the next run says whom it waits for', async () => {
        const { waitingFor } = await readRun(admin, next);
        return waitingFor?.runId === holder;
      });
      expect(await readRun(admin, holder)).toMatchObject({ turnGivenBack: false, supersededBy: null });
      await admin.inWorkspace('POST', `/runs/${holder}/terminate`);
      expect(await endOf(admin, next)).toMatchObject({ status: 'succeeded', supersedes: [] });
    }
  });
});

describe('runs at one time', () => {
  /** The most runs of a flow that were between their first and their last step at one time. */
  async function mostTogether(flowId: string): Promise<number> {
    const spans = await spansOf(flowId);
    return Math.max(...spans.map(({ first }) => spans.filter((s) => s.first <= first && first < s.last).length));
  }

  test.each([1, 3])('are %i where the flow says so, and all come to their end', async (concurrency) => {
    const path = `/limited-${concurrency}`;
    vendor.script(path, async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return {};
    });
    const { id, hooks } = await publishFlow(admin, {
      connections: slots(),
      triggers: hook,
      settings: { concurrency },
      steps: { begin: { kind: 'shape', output: 1 }, call: get(path) },
      wires: wires('hook -> begin', 'begin -> call'),
    });
    const runs = await Promise.all(Array.from({ length: 12 }, (_, n) => start(hooks.hook!, { n })));
    for (const runId of runs) expect(await endOf(admin, runId, 60)).toMatchObject({ status: 'succeeded' });
    expect(await mostTogether(id)).toBe(concurrency);
  });

  test('wait for people among them; what is published holds at once for those in the queue', async () => {
    const sketch = {
      triggers: hook,
      settings: { concurrency: 1 } as object,
      steps: { ask: approval },
      wires: wires('hook -> ask'),
    };
    const { id, hooks, detail } = await publishFlow(admin, sketch);
    const first = await start(hooks.hook!, {});
    const second = await start(hooks.hook!, {});
    await stands(first, 'waiting');
    await until('it to say what it waits for', async () =>
      (await readRun(admin, second)).waitingFor?.what.startsWith('one of 1 runs of this flow'),
    );
    const draft = { schema: 1, name: 'A flow', ...sketch, settings: { concurrency: 2 } };
    const saved = await admin.inWorkspace<{ revision: number }>(
      'PUT',
      `/flows/${id}`,
      { draft },
      { 'if-match': String(detail.revision) },
    );
    await admin.inWorkspace('POST', `/flows/${id}/publish`, {}, { 'if-match': String(saved.body.revision) });
    await stands(second, 'waiting');
    for (const runId of [first, second]) await admin.inWorkspace('POST', `/runs/${runId}/terminate`);
  });
});

describe('the limits of a connection', () => {
  async function limited(limits: { atOnce: number | null; perSecond: number | null }): Promise<string> {
    const made = await admin.inWorkspace<{ id: string; limits: object }>('POST', '/connections', {
      ...{ name: 'Small vendor', connector: 'http', auth: 'none', limits },
    });
    expect(made.body.limits).toEqual(limits);
    return made.body.id;
  }

  const calling = (id: string, path: string, over: object = {}) =>
    publishFlow(admin, {
      connections: { vendor: { connector: 'http', title: 'Vendor', id } },
      triggers: hook,
      steps: { call: { ...get(path), title: 'Ask', retry: { attempts: 1 }, ...over } },
      wires: wires('hook -> call'),
    });

  test('let so many calls of all workers be under way, whichever runs they are of; waiting costs no attempt', async () => {
    let open = 0;
    let most = 0;
    vendor.script('/two-at-once', async () => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 400));
      open--;
      return {};
    });
    const { hooks } = await calling(await limited({ atOnce: 2, perSecond: null }), '/two-at-once');
    const runs = await Promise.all(Array.from({ length: 14 }, (_, n) => start(hooks.hook!, { n })));
    const waiting = await until('a run that waits for a slot', async () => {
      const found = await Promise.all(runs.map((runId) => readRun(admin, runId)));
      return found.find(({ waitingFor }) => waitingFor?.kind === 'slot');
    });
    expect(waiting.waitingFor).toMatchObject({
      what: 'Ask',
      who: 'a free slot of connection “Small vendor” (2 calls at once)',
      until: expect.any(String),
    });
    for (const runId of runs) {
      expect(await endOf(admin, runId, 60)).toMatchObject({ status: 'succeeded' });
      expect((await stepsOf(admin, runId)).call).toMatchObject({ attempts: 1 });
    }
    expect(most).toBe(2);
    expect(vendor.to('/two-at-once')).toHaveLength(14);
  });

  test('let so many calls begin within a second, and a call whose time is far goes away until then', async () => {
    const { hooks } = await calling(await limited({ atOnce: null, perSecond: 4 }), '/four-a-second');
    const began = Date.now();
    const runs = await Promise.all(Array.from({ length: 16 }, (_, n) => start(hooks.hook!, { n })));
    for (const runId of runs) expect(await endOf(admin, runId, 60)).toMatchObject({ status: 'succeeded' });
    const times = vendor.to('/four-a-second').map(({ at }) => at);
    expect(times).toHaveLength(16);
    for (const [index, at] of times.entries()) expect(at - began).toBeGreaterThanOrEqual(index * 250);
  });

  test('keep nobody waiting who calls by another connection, however many calls wait for a slot', async () => {
    const blocked = held('/one-of-many');
    const { hooks: limitedHooks } = await calling(await limited({ atOnce: 1, perSecond: null }), '/one-of-many');
    const free = await publishFlow(admin, {
      connections: slots(),
      triggers: hook,
      steps: { call: get('/free') },
      wires: wires('hook -> call'),
    });
    const pairs = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => ({
        limited: await start(limitedHooks.hook!, { n }),
        free: await start(free.hooks.hook!, { n }),
      })),
    );
    for (const { free: runId } of pairs) expect(await endOf(admin, runId, 60)).toMatchObject({ status: 'succeeded' });
    expect(vendor.to('/one-of-many')).toHaveLength(1);
    blocked.release();
    for (const { limited: runId } of pairs) await admin.inWorkspace('POST', `/runs/${runId}/cancel`);
    for (const { limited: runId } of pairs) await endOf(admin, runId, 60);
  });

  test('a slot of a worker that died is free again, and its call is made by another', async () => {
    const blocked = held('/one-slot');
    const { hooks } = await calling(await limited({ atOnce: 1, perSecond: null }), '/one-slot');
    const first = await start(hooks.hook!, {});
    await until('the call of the first run', async () => vendor.to('/one-slot').length === 1);
    const second = await start(hooks.hook!, {});
    await until('the second run waits', async () => (await readRun(admin, second)).waitingFor?.kind === 'slot');
    await Promise.all(workers.splice(0).map((worker) => worker.kill9()));
    blocked.release();
    workers.push(await startWorker(), await startWorker());
    expect(await endOf(admin, first, 60)).toMatchObject({ status: 'succeeded' });
    expect(await endOf(admin, second, 60)).toMatchObject({ status: 'succeeded' });
  });

  test('after a 429 no run calls before the time that was told, whichever worker has it', async () => {
    vendor.script('/slow-down', (_, count) => (count === 1 ? { status: 429, headers: { 'retry-after': '5' } } : {}));
    const { hooks } = await calling(await limited({ atOnce: null, perSecond: null }), '/slow-down');
    const first = await start(hooks.hook!, {});
    await until('the 429', async () => vendor.to('/slow-down').length === 1);
    await until('the pause is known', async () => {
      const [row] = await database.query<{ closed: boolean }>(
        'select closed_until > now() as closed from call_gates where closed_until is not null order by closed_until desc limit 1',
      );
      return row?.closed;
    });
    const others = await Promise.all(Array.from({ length: 6 }, (_, n) => start(hooks.hook!, { n })));
    const waits = await until('a run that waits for the pause to end', async () => {
      const { waitingFor } = await readRun(admin, others[0]!);
      return waitingFor?.kind === 'slot' && waitingFor;
    });
    expect(waits.who).toBe('the end of a pause that the system behind “Small vendor” asked for');
    for (const runId of [first, ...others]) {
      expect(await endOf(admin, runId, 60)).toMatchObject({ status: 'succeeded' });
      expect((await stepsOf(admin, runId)).call).toMatchObject({ attempts: 1 });
    }
    const [told, ...later] = vendor.to('/slow-down').map(({ at }) => at);
    for (const at of later) expect(at - told!).toBeGreaterThanOrEqual(4_900);
  });

  test('are changed in one place and hold for those who wait', async () => {
    const blocked = held('/raised');
    const id = await limited({ atOnce: 1, perSecond: null });
    const { hooks } = await calling(id, '/raised');
    const runs = [await start(hooks.hook!, {}), await start(hooks.hook!, {})];
    await until('one call', async () => vendor.to('/raised').length === 1);
    const saved = await admin.inWorkspace('PUT', `/connections/${id}`, { limits: { atOnce: 2, perSecond: null } });
    expect(saved.body).toMatchObject({ limits: { atOnce: 2, perSecond: null } });
    await until('both calls', async () => vendor.to('/raised').length === 2, 60);
    blocked.release();
    for (const runId of runs) expect(await endOf(admin, runId)).toMatchObject({ status: 'succeeded' });
    for (const limits of [
      { atOnce: 0, perSecond: null },
      { atOnce: null, perSecond: -1 },
      { atOnce: 1.5, perSecond: null },
    ]) {
      expect((await admin.inWorkspace('PUT', `/connections/${id}`, { limits })).status).toBe(400);
    }
  });
});

test('a burst of one workspace does not keep the run of another waiting', async () => {
  const { body: made } = await admin.request<{ id: string }>('POST', '/workspaces', { name: 'Quiet' });
  const quiet: Session = {
    ...admin,
    workspaceId: made.id,
    inWorkspace: (method, path, body, headers) => admin.request(method, `/workspaces/${made.id}${path}`, body, headers),
  };
  const sketch = { triggers: hook, steps: { only: { kind: 'shape', output: 1 } }, wires: wires('hook -> only') };
  const [busyFlow, quietFlow] = [await publishFlow(admin, sketch), await publishFlow(quiet, sketch)];
  for (const worker of workers) worker.signal('SIGSTOP');
  await Promise.all(Array.from({ length: 1_000 }, (_, n) => start(busyFlow.hooks.hook!, { n })));
  const runId = await start(quietFlow.hooks.hook!, {});
  for (const worker of workers) worker.signal('SIGCONT');
  expect(await endOf(quiet, runId, 60)).toMatchObject({ status: 'succeeded' });
  const [passed] = await database.query<{ claims: number }>(
    `select count(distinct b.carrier)::int as claims from runs b, runs q
      where b.flow_id = $1 and q.id = $2 and b.started_at < q.started_at`,
    [busyFlow.id, runId],
  );
  // Each of two workers may have some claims under way when it arrives; then it is its workspace's turn.
  expect(passed!.claims).toBeLessThanOrEqual(8);
}, 120_000);
