import type { RunRow, StepRow } from '@castellan/api';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  deliver,
  endOf,
  type FlowSketch,
  type PublishedFlow,
  publishFlow,
  readRun,
  stepsOf,
  until,
  wires,
} from './harness/flows.js';
import { type Session, type TestDatabase } from './harness/index.js';
import { type Stack, startStack } from './harness/stack.js';
import type { Vendor } from './harness/vendor.js';
import { carriersOf, nothingOpen, openIn, type Pause, pauses, told } from './pauses.js';

/**
 * Each way of waiting in each place of a flow, and each join with each way in which a wire can die. Every case says how
 * the run and all of its steps end, and that nothing stays open: no step, no approval, no wait, no workflow.
 */
let stack: Stack;
let vendor: Vendor;
let database: TestDatabase;
let admin: Session;
let connection: string;
let temporalClient: Client;

beforeAll(async () => {
  stack = await startStack({ servers: 'one' });
  ({ vendor, database, admin } = stack);
  connection = stack.connections.vendor;
  temporalClient = new Client({
    connection: await Connection.connect({ address: stack.temporal.address }),
    namespace: stack.temporal.namespace,
  });
});

afterAll(async () => {
  await temporalClient?.connection.close();
  await stack?.stop();
});

// --- what flows are made of ---------------------------------------------------------------------------------------

const shape = (output: unknown, over: object = {}) => ({ kind: 'shape', output, ...over });
const call = (path: string, over: object = {}) => ({
  kind: 'action',
  connection: 'vendor',
  operation: 'get',
  input: { url: `${vendor.url}${path}` },
  retry: { attempts: 1 },
  ...over,
});
/** A call that the vendor refuses. */
const failing = (over: object = {}) => {
  vendor.script('/refused', () => ({ status: 400 }));
  return call('/refused', over);
};
const branch = (when: boolean) => ({ kind: 'branch', cases: [{ name: 'yes', when: { jsonata: String(when) } }] });

const flowOf = (sketch: Omit<FlowSketch, 'triggers'>, trigger: object): FlowSketch => ({
  connections: { vendor: { connector: 'http', title: 'Vendor', id: connection } },
  triggers: { ...told, ...trigger },
  ...sketch,
});

// --- how runs are led to their end --------------------------------------------------------------------------------

interface Started {
  runId: string;
  hooks: PublishedFlow['hooks'];
}

async function start(sketch: Omit<FlowSketch, 'triggers'>): Promise<Started> {
  const { hooks } = await publishFlow(admin, flowOf(sketch, { hook: { kind: 'webhook' } }));
  const { status, body } = await deliver(hooks.hook as string, {});
  expect(status).toBe(202);
  return { runId: body.runId as string, hooks };
}

/** Waits until these steps of the run wait, and no other step has anything under way. */
const waitsAt = (runId: string, ...steps: string[]) =>
  until(`${steps.join(', ')} waiting`, async () => {
    const rows = Object.entries(await stepsOf(admin, runId)).filter(([, row]) => row.endedAt === null && !isLoop(row));
    const names = rows.map(([name]) => name).sort();
    return names.join() === [...steps].sort().join() && rows.every(([, { status }]) => status === 'waiting');
  });

const isLoop = ({ kind }: StepRow): boolean => kind === 'loop';

/** Ends whatever comes to wait in these runs until the first of them has ended. */
function letGoOn(pause: Pause, runId: string, hooks: PublishedFlow['hooks'], others: string[] = []): Promise<RunRow> {
  return until(`the end of run ${runId}`, async () => {
    await pause.end({ admin, database }, [runId, ...others], hooks);
    const run = await readRun(admin, runId);
    return run.endedAt === null ? null : run;
  });
}

/** How the run and its steps ended: `<status>` of the run, and of each step `<status>` and the port it left by. */
async function endsAs(runId: string, status: string, steps: Record<string, string>): Promise<RunRow> {
  const run = await endOf(admin, runId);
  const rows = Object.entries(await stepsOf(admin, runId));
  const ends = rows.map(([name, row]) => [name, row.port === null ? row.status : `${row.status}:${row.port}`]);
  expect({ status: run.status, steps: Object.fromEntries(ends) }).toEqual({ status, steps });
  expect(run.waitingFor).toBeNull();
  expect(await until('the end of all that it called', () => isAllClosed(runId))).toEqual(nothingOpen);
  for (const carrier of await carriersOf(database, runId)) {
    await until(`the end of the workflow ${carrier}`, async () => {
      const description = await temporalClient.workflow.getHandle(carrier).describe();
      return description.status.name !== 'RUNNING';
    });
  }
  return run;
}

async function isAllClosed(runId: string) {
  const open = await openIn(database, runId);
  return open.runs === 0 && open;
}

const retry = async (runId: string, place: object): Promise<string> => {
  const { status, body } = await admin.inWorkspace<{ runId: string }>('POST', `/runs/${runId}/retry`, { place });
  expect(status).toBe(201);
  return body.runId;
};

const done = 'succeeded:out';

describe.concurrent.each(pauses)('$name', (pause) => {
  const passed = `succeeded:${pause.port}`;
  const on = `pause:${pause.port}`;

  test('on the arm of a branch that is taken is waited for; on the other it is skipped and asks nobody', async () => {
    const { runId, hooks } = await start({
      steps: {
        decide: branch(true),
        pause: pause.step(),
        other: pause.endless(),
        after: shape(1),
        never: shape(2),
        both: shape(3, { join: 'any' }),
      },
      wires: wires(
        ...['hook -> decide', 'decide:yes -> pause', 'decide:else -> other', `${on} -> after`],
        ...[`other:${pause.port} -> never`, 'after -> both', 'never -> both'],
      ),
    });
    await letGoOn(pause, runId, hooks);
    await endsAs(runId, 'succeeded', {
      ...{ decide: 'succeeded:yes', pause: passed, other: 'skipped', after: done, never: 'skipped', both: done },
    });
  });

  test('beside another one and beside a step that goes on: each for itself, and the join waits for all', async () => {
    const { runId, hooks } = await start({
      steps: { one: pause.step(), two: pause.step(), side: shape(1), all: shape(2) },
      wires: wires(
        ...['hook -> one', 'hook -> two', 'hook -> side'],
        ...[`one:${pause.port} -> all`, `two:${pause.port} -> all`, 'side -> all'],
      ),
    });
    if (!pause.endsByItself) await waitsAt(runId, 'one', 'two');
    await until('the end of the step beside', async () => (await stepsOf(admin, runId)).side?.status === 'succeeded');
    await letGoOn(pause, runId, hooks);
    await endsAs(runId, 'succeeded', { one: passed, two: passed, side: done, all: done });
  });

  test('beside a step that fails is closed with the run', async () => {
    const { runId } = await start({
      steps: { pause: pause.endless(), short: { kind: 'wait', seconds: 0.3 }, bad: failing(), after: shape(1) },
      wires: wires('hook -> pause', 'hook -> short', 'short -> bad', `${on} -> after`),
    });
    await endsAs(runId, 'failed', { pause: 'cancelled', short: done, bad: 'failed', after: 'skipped' });
  });

  test('in a loop is waited for in each iteration, in as many at one time as the loop says', async () => {
    const { runId, hooks } = await start({
      steps: {
        each: {
          kind: 'loop',
          items: ['a', 'b', 'c'],
          concurrency: 2,
          collect: { jsonata: 'steps.note.output' },
          steps: { pause: pause.step(), note: shape({ jsonata: 'item' }) },
          wires: wires('each:each -> pause', `${on} -> note`),
        },
        after: shape({ jsonata: 'steps.each.output.items' }),
      },
      wires: wires('hook -> each', 'each -> after'),
    });
    if (!pause.endsByItself) await waitsAt(runId, 'pause@0', 'pause@1');
    await letGoOn(pause, runId, hooks);
    await endsAs(runId, 'succeeded', {
      ...{ each: done, after: done, 'note@0': done, 'note@1': done, 'note@2': done },
      ...{ 'pause@0': passed, 'pause@1': passed, 'pause@2': passed },
    });
    expect((await stepsOf(admin, runId)).after?.output).toEqual(['a', 'b', 'c']);
  });

  test('in a loop that stops at an item which fails is closed with its iteration, and the flow goes on by error', async () => {
    const { runId } = await start({
      steps: {
        each: {
          kind: 'loop',
          items: ['waits', 'fails'],
          concurrency: 2,
          steps: {
            decide: { kind: 'branch', cases: [{ name: 'yes', when: { jsonata: 'item = "waits"' } }] },
            pause: pause.endless(),
            short: { kind: 'wait', seconds: 0.3 },
            bad: failing(),
          },
          wires: wires('each:each -> decide', 'decide:yes -> pause', 'decide:else -> short', 'short -> bad'),
        },
        after: shape(1),
        mend: shape(2),
      },
      wires: wires('hook -> each', 'each -> after', 'each:error -> mend'),
    });
    await endsAs(runId, 'succeeded', {
      ...{ each: 'failed:error', after: 'skipped', mend: done, 'decide@0': 'succeeded:yes', 'pause@0': 'cancelled' },
      ...{ 'decide@1': 'succeeded:else', 'short@1': done, 'bad@1': 'failed' },
    });
  });

  test('behind an error port is come to when the call fails, and the flow goes on', async () => {
    const { runId, hooks } = await start({
      steps: { bad: failing(), fine: shape(1), pause: pause.step(), after: shape({ jsonata: 'steps.bad.error.code' }) },
      wires: wires('hook -> bad', 'bad -> fine', 'bad:error -> pause', `${on} -> after`),
    });
    await letGoOn(pause, runId, hooks);
    await endsAs(runId, 'succeeded', { bad: 'failed:error', fine: 'skipped', pause: passed, after: done });
    expect((await stepsOf(admin, runId)).after?.output).toBe('E_HTTP');
  });

  test('in a flow that a step calls keeps the calling run waiting, which goes on with its answer', async () => {
    const inner = await publishFlow(
      admin,
      flowOf(
        {
          name: 'Inner',
          steps: { pause: pause.step(), answer: { kind: 'respond', body: 'granted' } },
          wires: wires('called -> pause', `${on} -> answer`),
        },
        { called: { kind: 'call' } },
      ),
    );
    const { runId } = await start({
      steps: { sub: { kind: 'subflow', flow: inner.id }, after: shape({ jsonata: 'steps.sub.output' }) },
      wires: wires('hook -> sub', 'sub -> after'),
    });
    const child = await until('the called run', async () => (await stepsOf(admin, runId)).sub?.childRunId);
    await letGoOn(pause, runId, inner.hooks, [child]);
    await endsAs(child, 'succeeded', { pause: passed, answer: done });
    await endsAs(runId, 'succeeded', { sub: done, after: done });
    expect((await stepsOf(admin, runId)).after?.output).toBe('granted');
  });

  test('in a flow that is not waited for any more is cancelled with it', async () => {
    const inner = await publishFlow(
      admin,
      flowOf(
        { name: 'Inner', steps: { pause: pause.endless() }, wires: wires('called -> pause') },
        { called: { kind: 'call' } },
      ),
    );
    const { runId } = await start({
      steps: { sub: { kind: 'subflow', flow: inner.id, timeoutSeconds: 4 }, after: shape(1), mend: shape(2) },
      wires: wires('hook -> sub', 'sub -> after', 'sub:error -> mend'),
    });
    await endsAs(runId, 'succeeded', { sub: 'failed:error', after: 'skipped', mend: done });
    const child = (await stepsOf(admin, runId)).sub?.childRunId as string;
    await endsAs(child, 'cancelled', { pause: 'cancelled' });
  });

  test('that nobody ends leaves by timeout, and by no other port', async () => {
    const { runId } = await start({
      steps: { pause: pause.endless({ timeoutSeconds: 0.5 }), after: shape(1), late: shape(2), both: shape(3) },
      wires: wires('hook -> pause', `${on} -> after`, 'pause:timeout -> late', 'after -> both', 'late -> both'),
    });
    await endsAs(runId, 'succeeded', { pause: 'succeeded:timeout', after: 'skipped', late: done, both: done });
  });

  test('is closed when a person cancels its run, and what comes after it does not begin', async () => {
    const { runId } = await start({
      steps: { pause: pause.endless(), after: shape(1), late: shape(2) },
      wires: wires('hook -> pause', `${on} -> after`, 'pause:timeout -> late'),
    });
    await waitsAt(runId, 'pause');
    expect((await admin.inWorkspace('POST', `/runs/${runId}/cancel`)).status).toBe(202);
    await endsAs(runId, 'cancelled', { pause: 'cancelled', after: 'skipped', late: 'skipped' });
  });

  test('that was ended is not waited for again when its run is retried', async () => {
    const path = `/mended-${pause.port}-${pause.name.replaceAll(' ', '-')}`;
    let status = 400;
    vendor.script(path, () => ({ status }));
    const { runId, hooks } = await start({
      steps: { pause: pause.step(), bad: call(path), after: shape(1) },
      wires: wires('hook -> pause', `${on} -> bad`, 'bad -> after'),
    });
    await letGoOn(pause, runId, hooks);
    await endsAs(runId, 'failed', { pause: passed, bad: 'failed', after: 'skipped' });
    status = 200;
    const again = await retry(runId, { at: 'failed' });
    await endsAs(again, 'succeeded', { pause: passed, bad: done, after: done });
    expect((await stepsOf(admin, again)).pause?.keptFrom).toBe(runId);
  });

  test('that was open when its run was cancelled is waited for again when that is retried, and ends then', async () => {
    const path = `/how-long-${pause.name.replaceAll(' ', '-')}`;
    let seconds = 3_600;
    vendor.script(path, () => ({ body: { seconds } }));
    const { runId, hooks } = await start({
      steps: {
        before: call(path),
        pause: pause.lasting({ jsonata: 'steps.before.output.body.seconds' }),
        after: shape(1),
      },
      wires: wires('hook -> before', 'before -> pause', `${on} -> after`),
    });
    await waitsAt(runId, 'pause');
    await admin.inWorkspace('POST', `/runs/${runId}/cancel`);
    await endsAs(runId, 'cancelled', { before: done, pause: 'cancelled', after: 'skipped' });
    seconds = 0.2;
    const again = await retry(runId, { at: pause.endsByItself ? 'start' : 'failed' });
    await letGoOn(pause, again, hooks);
    await endsAs(again, 'succeeded', { before: done, pause: passed, after: done });
    expect(vendor.to(path)).toHaveLength(pause.endsByItself ? 2 : 1);
  });
});

describe.concurrent('an approval that is rejected', () => {
  test('leaves by rejected, and by no other port', async () => {
    const { runId } = await start({
      steps: {
        ask: { kind: 'approval', approvers: ['role:admin'], timeoutSeconds: 3_600 },
        yes: shape(1),
        no: shape(2),
        late: shape(3),
      },
      wires: wires('hook -> ask', 'ask:approved -> yes', 'ask:rejected -> no', 'ask:timeout -> late'),
    });
    await waitsAt(runId, 'ask');
    const [open] = await database.query<{ id: string; hash: string }>(
      'select id, hash from approvals where run_id = $1',
      [runId],
    );
    const decision = { decision: 'reject', comment: 'No.', hash: open?.hash };
    await admin.inWorkspace('POST', `/approvals/${open?.id}/decide`, decision);
    await endsAs(runId, 'succeeded', { ask: 'succeeded:rejected', yes: 'skipped', no: done, late: 'skipped' });
  });
});

const joins = [
  { name: 'all', join: 'all' as const },
  { name: 'any', join: 'any' as const },
  { name: 'two', join: { n: 2 } },
  { name: 'three', join: { n: 3 } },
];

describe.concurrent.each(joins)('a join of $name', ({ name, join }) => {
  /** Two ways that come, a third that does what the case says, and a step behind the join. */
  const threeWays = (third: Record<string, unknown>, ...lines: string[]) => ({
    steps: { one: shape(1), two: shape(2), ...third, end: shape(3, { join }), after: shape(4) },
    wires: wires('hook -> one', 'hook -> two', 'one -> end', 'two -> end', 'end -> after', ...lines),
  });
  const came = { one: done, two: done };
  const ran = { end: done, after: done };
  const left = { end: 'skipped', after: 'skipped' };
  /** With two of three wires live and the third dead: only three cannot happen any more. */
  const ofTwo = name === 'three' ? left : ran;

  test('with a branch that was skipped: what comes from it is not waited for', async () => {
    const { runId } = await start(
      threeWays({ decide: branch(false), third: shape(5) }, 'hook -> decide', 'decide:yes -> third', 'third -> end'),
    );
    await endsAs(runId, 'succeeded', { ...came, decide: 'succeeded:else', third: 'skipped', ...ofTwo });
  });

  test('with a branch that failed: the run fails, and the step runs only if it did not need that branch', async () => {
    const { runId } = await start(
      threeWays(
        { short: { kind: 'wait', seconds: 0.5 }, third: failing() },
        ...['hook -> short', 'short -> third', 'third -> end'],
      ),
    );
    const early = name === 'any' || name === 'two';
    await endsAs(runId, 'failed', { ...came, short: done, third: 'failed', ...(early ? ran : left) });
  });

  test('with a branch that failed and goes on: its wire counts like any other', async () => {
    const { runId } = await start(
      threeWays({ third: failing({ onError: 'continue' }) }, 'hook -> third', 'third -> end'),
    );
    await endsAs(runId, 'succeeded', { ...came, third: 'failed:out', ...ran });
  });

  test('with a branch that left by its error port elsewhere: what would have come from it is not waited for', async () => {
    const { runId } = await start(
      threeWays({ third: failing(), mend: shape(6) }, 'hook -> third', 'third -> end', 'third:error -> mend'),
    );
    await endsAs(runId, 'succeeded', { ...came, third: 'failed:error', mend: done, ...ofTwo });
  });

  test('with an error port that leads to it: the failure is one of its ways', async () => {
    const { runId } = await start(threeWays({ third: failing() }, 'hook -> third', 'third:error -> end'));
    await endsAs(runId, 'succeeded', { ...came, third: 'failed:error', ...ran });
  });

  test('behind nothing but skipped steps is skipped, and what follows it as well', async () => {
    const { runId } = await start({
      steps: {
        decide: branch(false),
        one: shape(1),
        two: shape(2),
        three: shape(3),
        end: shape(4, { join }),
        after: shape(5),
      },
      wires: wires(
        ...['hook -> decide', 'decide:yes -> one', 'decide:yes -> two', 'decide:yes -> three'],
        ...['one -> end', 'two -> end', 'three -> end', 'end -> after'],
      ),
    });
    const skipped = { one: 'skipped', two: 'skipped', three: 'skipped', ...left };
    await endsAs(runId, 'succeeded', { decide: 'succeeded:else', ...skipped });
  });

  test('runs once, however many wires come later', async () => {
    const { runId } = await start({
      steps: {
        one: shape(1),
        short: { kind: 'wait', seconds: 0.3 },
        longer: { kind: 'wait', seconds: 0.6 },
        end: call(`/joined-${name}`, { join }),
      },
      wires: wires('hook -> one', 'hook -> short', 'hook -> longer', 'one -> end', 'short -> end', 'longer -> end'),
    });
    await endsAs(runId, 'succeeded', { one: done, short: done, longer: done, end: done });
    expect(vendor.to(`/joined-${name}`)).toHaveLength(1);
  });
});
