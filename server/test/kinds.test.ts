import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver, endOf, type FlowSketch, publishFlow, stepsOf, wires } from './harness/flows.js';
import {
  adminSession,
  type Session,
  startPostgres,
  startServer,
  startTemporal,
  type TestServer,
} from './harness/index.js';

/** What each kind of step does with each of its options, on the real stack. */
let server: TestServer;
let admin: Session;

beforeAll(async () => {
  const [database, temporal] = await Promise.all([startPostgres(), startTemporal()]);
  server = await startServer({ database, temporal });
  admin = await adminSession(server);
});

afterAll(async () => {
  if (process.env.SHOW_LOGS) console.log(server.logs().join('\n'));
  await server?.stop();
});

/** Publishes a flow with the webhook `hook`, delivers to it and answers the run's id. */
async function start(sketch: Omit<FlowSketch, 'triggers'>, body: unknown = {}): Promise<string> {
  const { hooks } = await publishFlow(admin, {
    triggers: { hook: { kind: 'webhook' } },
    ...sketch,
  });
  const answer = await deliver(hooks.hook as string, body);
  expect(answer.status).toBe(202);
  return answer.body.runId as string;
}

/** The run and its steps when it has ended. */
async function ended(sketch: Omit<FlowSketch, 'triggers'>, body: unknown = {}) {
  const runId = await start(sketch, body);
  const run = await endOf(admin, runId);
  return { run, steps: await stepsOf(admin, runId) };
}

const people = [
  { name: 'Jane', age: 41 },
  { name: 'Ola', age: 17 },
  { name: 'Kim', age: 29 },
];

describe.concurrent('a filter', () => {
  test('keeps the items for which its condition holds, and its output is their list', async () => {
    const { run, steps } = await ended(
      {
        steps: {
          adults: {
            kind: 'filter',
            items: { jsonata: 'trigger.body.people' },
            when: { all: [{ left: { jsonata: 'item.age' }, op: 'gte', right: { jsonata: 'trigger.body.limit' } }] },
          },
          names: { kind: 'shape', output: { jsonata: 'steps.adults.output.name' } },
        },
        wires: wires('hook -> adults', 'adults -> names'),
      },
      { people, limit: 18 },
    );
    expect(run.status).toBe('succeeded');
    expect(steps.adults).toMatchObject({ status: 'succeeded', port: 'out', output: [people[0], people[2]] });
    expect(steps.names?.output).toEqual(['Jane', 'Kim']);
  });

  test('in a loop sees its own item and, by its name, that of the loop', async () => {
    const { steps } = await ended(
      {
        steps: {
          each: {
            kind: 'loop',
            items: [18, 40],
            collect: { jsonata: 'steps.older.output' },
            steps: {
              older: {
                kind: 'filter',
                items: { jsonata: 'trigger.body.people' },
                when: { jsonata: 'item.age >= loops.each.item' },
              },
            },
            wires: wires('each:each -> older'),
          },
        },
        wires: wires('hook -> each'),
      },
      { people },
    );
    expect(steps.each?.output).toMatchObject({ items: [[people[0], people[2]], [people[0]]] });
  });

  test('of 100,000 items is done like one of three', async () => {
    const { run, steps } = await ended({
      steps: {
        even: { kind: 'filter', items: { jsonata: '[1..100000]' }, when: { jsonata: 'item % 2 = 0' } },
        count: { kind: 'shape', output: { jsonata: '$count(steps.even.output)' } },
      },
      wires: wires('hook -> even', 'even -> count'),
    });
    expect(run.status).toBe('succeeded');
    expect(steps.count?.output).toBe(50_000);
  });

  test('that cannot compare an item fails the run and names the item and the place', async () => {
    const { run } = await ended(
      {
        steps: {
          adults: {
            kind: 'filter',
            items: { jsonata: 'trigger.body' },
            when: { all: [{ left: { jsonata: 'item.age' }, op: 'gte', right: 18 }] },
          },
        },
        wires: wires('hook -> adults'),
      },
      [{ age: 20 }, { age: 'old' }],
    );
    expect(run).toMatchObject({ status: 'failed', error: { code: 'E_PARAM_TYPE', stepId: 'adults' } });
    expect(run.error?.message).toBe('At index 1 of the list: gte takes numbers, but here is text. (/when/all/0)');
  });
});
