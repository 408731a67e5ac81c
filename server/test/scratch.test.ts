import { randomUUID } from 'node:crypto';
import { compileFlow, type Flow } from '@castellan/flow';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  adminSession,
  type Session,
  startPostgres,
  startServer,
  startTemporal,
  type TestServer,
} from './harness/index.js';

let server: TestServer;
let _admin: Session;
let client: pg.Client;
beforeAll(async () => {
  const database = await startPostgres();
  const temporal = await startTemporal();
  server = await startServer({ database, temporal });
  _admin = await adminSession(server);
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  console.log(server.logs().slice(-30).join('\n'));
  await client.end();
  await server.stop();
});

async function install(flow: Flow, ws: string) {
  const catalog = { connectors: [], connections: [], flows: [], tables: [] };
  const { control, program } = compileFlow(flow, catalog as never);
  const flowId = randomUUID(),
    versionId = randomUUID(),
    path = randomUUID().replaceAll('-', '');
  await client.query(
    `insert into flows (id, workspace_id, name, draft, updated_by, published, enabled) values ($1,$2,$3,$4,'t',1,true)`,
    [flowId, ws, flow.name, flow],
  );
  await client.query(
    `insert into versions (id, workspace_id, flow_id, number, flow, control, program, published_by) values ($1,$2,$3,1,$4,$5,$6,'t')`,
    [versionId, ws, flowId, flow, control, program],
  );
  for (const [id, spec] of Object.entries(program.triggers))
    await client.query(
      `insert into triggers (id, workspace_id, flow_id, trigger_id, version_id, kind, path, spec, enabled) values ($1,$2,$3,$4,$5,$6,$7,$8,true)`,
      [randomUUID(), ws, flowId, id, versionId, spec.kind, path, spec],
    );
  return { flowId, path };
}
test('webhook to shape to branch to respond', async () => {
  const {
    rows: [w],
  } = await client.query('select id from workspaces');
  const flow = {
    schema: 1,
    name: 'Spine',
    triggers: { hook: { kind: 'webhook', respond: 'step' } },
    steps: {
      first: { kind: 'shape', output: { n: { jsonata: 'trigger.body.n * 2' } } },
      decide: { kind: 'branch', cases: [{ name: 'big', when: { jsonata: 'steps.first.output.n > 10' } }] },
      second: { kind: 'shape', output: { jsonata: '{"answer": "big", "n": steps.first.output.n}' } },
      small: { kind: 'shape', output: 'small' },
      answer: {
        kind: 'respond',
        body: { jsonata: '$exists(steps.second) ? steps.second.output : steps.small.output' },
      },
    },
    wires: [
      { from: 'hook', port: 'out', to: 'first' },
      { from: 'first', port: 'out', to: 'decide' },
      { from: 'decide', port: 'big', to: 'second' },
      { from: 'decide', port: 'else', to: 'small' },
      { from: 'second', port: 'out', to: 'answer' },
      { from: 'small', port: 'out', to: 'answer' },
    ],
  } as unknown as Flow;
  const { path } = await install(flow, w.id);
  for (let i = 0; i < 5; i++) {
    const t = performance.now();
    const answer = await fetch(`${server.url}/hooks/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ n: i * 3 }),
    });
    console.log(answer.status, await answer.text(), Math.round(performance.now() - t));
  }
  const times: number[] = [];
  for (let i = 0; i < 50; i++) {
    const t = performance.now();
    await (
      await fetch(`${server.url}/hooks/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ n: i }),
      })
    ).text();
    times.push(performance.now() - t);
  }
  console.log('p50', times.sort((a, b) => a - b)[25], 'p90', times[45]);
  console.log(
    (await client.query('select status, count(*) from runs group by 1')).rows,
    (await client.query('select step_id, status, port, output, error from steps limit 6')).rows,
  );
  expect(1).toBe(1);
});
