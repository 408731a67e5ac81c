import { connectionRoutes, flowRoutes, peopleRoutes as routes } from '@castellan/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ApiClient, adminClient } from './api-client.js';
import { startPostgres, startServer, startTemporal, type TestDatabase, type TestServer } from './harness/index.js';

let database: TestDatabase;
let server: TestServer;
let first: ApiClient;
/** A workspace of its own for each test, so that what one tampers with the others do not see. */
let admin: ApiClient;

beforeAll(async () => {
  database = await startPostgres();
  server = await startServer({ database, temporal: await startTemporal(), mode: 'api' });
  first = await adminClient(server);
});
afterAll(() => server.stop());
beforeEach(async () => {
  const { id } = await first.ok(routes.makeWorkspace, { body: { name: 'Audited' } });
  admin = new ApiClient(server.url, id, first.credentials);
});

async function someChanges(): Promise<string[]> {
  const flows = [];
  for (const name of ['One', 'Two', 'Three']) flows.push((await admin.ok(flowRoutes.create, { body: { name } })).id);
  return flows;
}

const sql = (text: string) => database.query(text, [admin.workspaceId]);

describe('the audit', () => {
  test('has a row for each change, with who, what, before and after', async () => {
    const [id = ''] = await someChanges();
    await admin.ok(flowRoutes.save, {
      params: { id },
      body: { draft: { name: 'Renamed' } },
      headers: { 'if-match': '1' },
    });
    const { items } = await admin.ok(routes.audit, { query: { action: 'flow.save' } });
    expect(items).toEqual([
      expect.objectContaining({
        ...{ actor: 'admin@castellan.test', action: 'flow.save', objectType: 'flow', objectId: id },
        ...{ objectName: 'Renamed', before: { name: 'One', revision: 1 }, after: { name: 'Renamed', revision: 2 } },
      }),
    ]);
  });

  test('is filtered and read page by page, newest first', async () => {
    const [id = ''] = await someChanges();
    const seqs: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { items: { seq: number }[]; next: string | null } = await admin.ok(routes.audit, {
        query: { limit: '2', ...(cursor === '' ? {} : { cursor }) },
      });
      seqs.push(...page.items.map(({ seq }) => seq));
      cursor = page.next;
    }
    expect(seqs).toEqual([4, 3, 2, 1]);
    const count = async (query: Record<string, string>) => (await admin.ok(routes.audit, { query })).items.length;
    expect(await count({ object: id })).toBe(1);
    expect(await count({ actor: 'ADMIN@' })).toBe(4);
    expect(await count({ actor: "' or 1=1 --" })).toBe(0);
    expect(await count({ from: '2999-01-01T00:00:00Z' })).toBe(0);
  });

  test('writes nothing when the change itself fails', async () => {
    const [id = ''] = await someChanges();
    const stale = { params: { id }, body: { draft: {} }, headers: { 'if-match': '9' } };
    await admin.refused(flowRoutes.save, stale);
    expect((await admin.ok(routes.audit, { query: { action: 'flow.save' } })).items).toEqual([]);
  });

  test('stays one chain under changes at the same time', async () => {
    await Promise.all(
      Array.from({ length: 30 }, (_, n) => admin.ok(flowRoutes.create, { body: { name: `Flow ${n}` } })),
    );
    expect(await admin.ok(routes.verifyAudit)).toEqual({ rows: 31, intact: true, brokenAt: null });
  });

  test('never holds a secret', async () => {
    const fields = { token: 'very-secret-value-1234567890' };
    await admin.ok(connectionRoutes.create, {
      body: { name: 'C', connector: 'http', auth: 'bearer', fields: { ...fields, hosts: ['a.example'] } },
    });
    await admin.ok(routes.makeToken, { body: { name: 't', scopes: ['flow:read'] } });
    const rows = JSON.stringify(await sql('select * from audit where workspace_id = $1'));
    expect(rows).not.toContain(fields.token);
    expect(rows).not.toMatch(/cst_[\w-]{43}/);
  });
});

describe('a tampered audit', () => {
  test.each([
    ['an altered row', `update audit set after = '{"name":"x"}' where workspace_id = $1 and seq = 2`, 2],
    ['an altered actor', `update audit set actor = 'x' where workspace_id = $1 and seq = 3`, 3],
    ['a deleted row', 'delete from audit where workspace_id = $1 and seq = 2', 2],
    ['a cut end', 'delete from audit where workspace_id = $1 and seq >= 3', 3],
    ['a cut beginning', 'delete from audit where workspace_id = $1 and seq = 1', 1],
    [
      'a row that was put in',
      `insert into audit select workspace_id, 5, at, 'x', actor_id, action, object_type, object_id, object_name, before, after, hash, md5(hash) from audit where workspace_id = $1 and seq = 4;`,
      null,
    ],
  ])('names the first row that is wrong: %s', async (_, statement, brokenAt) => {
    await someChanges();
    await sql(statement);
    const verdict = await admin.ok(routes.verifyAudit);
    // A row past the head is no part of the chain: the head says where it ends.
    expect(verdict).toEqual({ rows: 4, intact: brokenAt === null, brokenAt });
  });

  test('cannot be mended without the key: two rows exchanged', async () => {
    await someChanges();
    await sql('update audit set seq = seq + 100 where workspace_id = $1 and seq in (2, 3)');
    await sql('update audit set seq = case seq when 102 then 3 else 2 end where workspace_id = $1 and seq > 100');
    expect(await admin.ok(routes.verifyAudit)).toMatchObject({ intact: false, brokenAt: 2 });
  });
});
