import { flowRoutes as routes } from '@castellan/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiClient, adminClient } from '../api-client.js';
import { until } from '../harness/flows.js';
import {
  startPostgres,
  startServer,
  startTemporal,
  type TestDatabase,
  type TestServer,
  type TestTemporal,
} from '../harness/index.js';

let database: TestDatabase;
let temporal: TestTemporal;
let server: TestServer;
let admin: ApiClient;

beforeAll(async () => {
  database = await startPostgres();
  temporal = await startTemporal();
  server = await startServer({ database, temporal, mode: 'api' });
  admin = await adminClient(server);
});
afterAll(() => server?.stop());

/** Publishes a flow and lets its version call what this release does not have, as one of another release could. */
async function misfit(): Promise<string> {
  const draft = {
    ...{ schema: 1, name: 'Misfit', triggers: { hook: { kind: 'webhook' } } },
    steps: { made: { kind: 'shape', output: 1 } },
    wires: [{ from: 'hook', port: 'out', to: 'made' }],
  };
  const { id } = await admin.ok(routes.create, { body: { name: 'Misfit', draft } });
  await admin.ok(routes.publish, { params: { id }, body: {}, headers: { 'if-match': '"1"' } });
  await database.query(
    `update versions set flow = jsonb_set(jsonb_set(jsonb_set(flow::jsonb,
       '{connections}', '{"access": {"connector": "opal", "title": "Opal", "id": null}}'),
       '{steps,gone}', '{"kind": "action", "connection": "access", "operation": "asItWas", "input": {}}'),
       '{wires,1}', '{"from": "made", "port": "out", "to": "gone"}')
      where flow_id = $1`,
    [id],
  );
  return id;
}

/** The flow was held against the connectors of another release, when the workspace had imported these. */
const lookedAt = (id: string, imports: string) =>
  database.query(
    `insert into version_fits (version_id, catalog, imports, problems)
     select id, 'another release', md5($2), '[]' from versions where flow_id = $1
     on conflict (version_id) do update set catalog = excluded.catalog, imports = excluded.imports, problems = '[]'`,
    [id, imports],
  );

test('a published flow that does not fit the connectors of a new release is told of until it is switched off', async () => {
  const [never, byAnother, beforeImport] = [await misfit(), await misfit(), await misfit()];
  await database.query('delete from version_fits x using versions v where v.id = x.version_id and v.flow_id = $1', [
    never,
  ]);
  await lookedAt(byAnother, '');
  await lookedAt(beforeImport, 'a connector');
  const { installation } = server;
  const later = await startServer({ database, temporal, mode: 'api', installation });
  try {
    for (const id of [never, byAnother, beforeImport]) {
      const flow = await until('what does not fit', async () => {
        const found = await admin.ok(routes.get, { params: { id } });
        return found.misfits > 0 && found;
      });
      expect(flow.misfitProblems).toMatchObject([
        {
          ...{ code: 'operation_unknown', stepId: 'gone', message: expect.stringContaining('asItWas') },
          fix: expect.stringContaining('Choose'),
        },
      ]);
    }
  } finally {
    await later.stop();
  }
  const listed = async () => (await admin.ok(routes.list, {})).items.find(({ id }) => id === never);
  expect(await listed()).toMatchObject({ misfits: 1 });
  await admin.ok(routes.disable, { params: { id: never } });
  expect(await listed()).toMatchObject({ misfits: 0 });
});
