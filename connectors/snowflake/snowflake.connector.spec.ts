import { createPrivateKey } from 'node:crypto';
import { callOperation, fingerprintOf, type JsonObject } from '@castellan/sdk';
import { type Simulation, simulate, testConnector, testExtract } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import description from './fixtures/snowflake.openapi.json' with { type: 'json' };
import { snowflake } from './snowflake.connector.js';
import { snowflakeSimulator } from './snowflake.simulator.js';
import { accountName, accountUrl } from './snowflake-auth.js';

testConnector(snowflake, snowflakeSimulator, new URL('./fixtures/exchanges.json', import.meta.url));
testExtract(description, 'snowflake/sqlapi.yaml');

let atWork: Simulation;
beforeAll(async () => {
  atWork = await simulate(snowflake, snowflakeSimulator);
});
beforeEach(() => atWork.reset());
afterAll(() => atWork.close());

const call = (operation: string, input: object, key?: string) =>
  callOperation(snowflake, operation, input, atWork.host(key ? { idempotencyKey: key } : {}));

const submitted = async () => (await atWork.requests()).filter(({ operation }) => operation === 'SubmitStatement');
const bodyOf = (request: { body: unknown } | undefined) => request!.body as JsonObject;

async function tableRows(name: string) {
  const { tables } = (await atWork.state()) as { tables: { name: string; rows: JsonObject[] }[] };
  return tables.find((table) => table.name === name)!.rows;
}

/** A statement of one's own, and what the simulator answers to it. */
const answers = (answer: object) => atWork.seed({ answers: [{ statement: 'select 1', ...answer }] as never });
const numbers = (count: number) => ({
  columns: [{ name: 'N', type: 'fixed', scale: 0 }],
  rows: Array.from({ length: count }, (_, index) => [String(index)]),
  partitionRows: 10,
});

describe('Signing in', () => {
  it('names account, user and key as Snowflake does', async () => {
    const token = (await atWork.signIn())!;
    const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as JsonObject;
    const fingerprint = fingerprintOf(createPrivateKey(String(atWork.fields.privateKey)));
    expect(claims).toMatchObject({ iss: `ACME-WAREHOUSE.CASTELLAN.${fingerprint}`, sub: 'ACME-WAREHOUSE.CASTELLAN' });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(3600);
  });

  it('leaves the region of a locator out of the name, and writes addresses with hyphens', () => {
    expect(accountName('xy12345.eu-central-1')).toBe('XY12345');
    expect(accountUrl({ account: 'xy12345.eu-central-1' })).toBe('https://xy12345.eu-central-1.snowflakecomputing.com');
    expect(accountUrl({ account: 'ACME-data_lake' })).toBe('https://acme-data-lake.snowflakecomputing.com');
  });

  it.each(snowflake.auth)('says with $kind which kind of token goes along', (auth) => {
    const fields = { token: 't', account: 'acme-warehouse', role: 'R' };
    const { headers, bodyDefaults } = auth.credentials(fields, accountUrl(fields), 't');
    expect(headers).toMatchObject({ authorization: 'Bearer t' });
    expect(['KEYPAIR_JWT', 'OAUTH', 'PROGRAMMATIC_ACCESS_TOKEN']).toContain(
      headers!['x-snowflake-authorization-token-type'],
    );
    expect(bodyDefaults).toEqual({ role: 'R' });
  });

  it('proves a connection by asking who it is', async () => {
    const proof = await snowflake.test!(atWork.host(), atWork.fields);
    expect(proof).toEqual({ account: 'CASTELLAN (CASTELLAN_WRITER) in ACME-WAREHOUSE' });
  });
});

describe('A statement', () => {
  it('runs where the connection says, unless the step says otherwise', async () => {
    await answers({ result: numbers(1) });
    await call('query', { statement: 'SELECT 1' });
    await call('query', { statement: 'SELECT 1', warehouse: 'LARGE', role: 'AUDITOR' });
    const place = { role: 'CASTELLAN_WRITER', warehouse: 'AUTOMATION', database: 'SECURITY', schema: 'GOVERNANCE' };
    const [usual, other] = (await submitted()).map(bodyOf);
    expect(usual).toMatchObject(place);
    expect(other).toMatchObject({ ...place, warehouse: 'LARGE', role: 'AUDITOR' });
  });

  it('binds its values with their types, and has none in its text', async () => {
    const statement = 'SELECT 1 WHERE a = ? AND b = ? AND c = ? AND d = ? AND e = ? -- why?';
    await atWork.seed({ answers: [{ statement, result: numbers(1) }] as never });
    const parameters = ["x' OR 1=1 --", 7, 1.5, true, null];
    await call('query', { statement, parameters });
    expect(bodyOf((await submitted())[0])).toMatchObject({
      statement,
      bindings: {
        1: { type: 'TEXT', value: "x' OR 1=1 --" },
        2: { type: 'FIXED', value: '7' },
        3: { type: 'REAL', value: '1.5' },
        4: { type: 'BOOLEAN', value: 'true' },
        5: { type: 'TEXT', value: null },
      },
    });
  });

  it('is refused before it is sent where a value is missing, or it is more than one', async () => {
    const wrong = { code: 'E_INPUT' };
    await expect(call('query', { statement: 'SELECT ?', parameters: [] })).rejects.toMatchObject(wrong);
    await expect(call('query', { statement: "SELECT '?'", parameters: [1] })).rejects.toMatchObject(wrong);
    await expect(call('runStatement', { statement: 'DELETE FROM a; DELETE FROM b' })).rejects.toMatchObject(wrong);
    expect(await submitted()).toEqual([]);
  });

  it.each([
    'DELETE FROM access_events',
    'CALL clean_up()',
    'SHOW TABLES ->> DELETE FROM access_events',
    "SELECT SYSTEM$CANCEL_ALL_QUERIES('1')",
    '/* SELECT */ UPDATE t SET a = 1',
  ])('is no query if it may change something: %s', async (statement) => {
    await expect(call('query', { statement })).rejects.toThrow(/only reads/);
  });

  it.each([
    ' -- all of them\n SELECT 1',
    '(SELECT 1) UNION (SELECT 2)',
    'with a as (select 1) select * from a;',
    'SHOW TABLES',
    "SELECT 'DELETE; ->>' AS system$x_is_quoted".replace('system$x_is_quoted', '"system$x"'),
  ])('is a query if it only reads: %s', async (statement) => {
    await expect(call('query', { statement })).rejects.toMatchObject({ details: { code: '001003' } });
  });

  it('fails with what Snowflake says, its code and its SQLSTATE', async () => {
    const failure = { code: '002003', sqlState: '42S02', message: 'SQL compilation error: Object does not exist.' };
    await answers({ failure });
    const error = { name: 'FatalError', status: 422, vendorMessage: failure.message, details: failure };
    await expect(call('query', { statement: 'SELECT 1' })).rejects.toMatchObject(error);
    await expect(call('query', { statement: 'SELECT 1' })).rejects.toThrow('(code 002003, SQLSTATE 42S02)');
  });

  it('says that it was ended because of its time', async () => {
    await answers({ failure: { code: '000630', sqlState: '57014', message: 'Statement reached its timeout.' } });
    await expect(call('query', { statement: 'SELECT 1' })).rejects.toMatchObject({ code: 'E_TIMEOUT' });
    await atWork.faults([{ status: 408, body: { code: '000630', message: 'Too long.', statementHandle: 'x' } }]);
    const error = { name: 'FatalError', code: 'E_TIMEOUT', status: 408 };
    await expect(call('query', { statement: 'SELECT 1' })).rejects.toMatchObject(error);
  });

  it('is looked at until it ends', async () => {
    await answers({ running: 3, result: numbers(2) });
    expect(await call('query', { statement: 'SELECT 1' })).toMatchObject({ items: [{ N: 0 }, { N: 1 }], more: false });
  });

  it('is sent under the effect’s key, and runs once however often it is sent', async () => {
    const input = { table: 'access_events', columns: [{ column: 'event_id' }], rows: [{ event_id: 'e' }] };
    await atWork.faults([{ method: 'POST', reset: 'after' }]);
    await expect(call('appendRows', input)).rejects.toMatchObject({ code: 'E_OUTCOME_UNKNOWN' });
    expect(await call('appendRows', input)).toEqual({ rowsInserted: 1 });
    expect(await call('appendRows', input, 'cd'.repeat(32))).toEqual({ rowsInserted: 1 });
    expect(await tableRows('ACCESS_EVENTS')).toHaveLength(3);
    const asked = await submitted();
    expect(asked.map(({ query }) => query)).toEqual([asked[0]!.query, asked[0]!.query, expect.anything()]);
    expect(asked[0]!.query).toEqual({
      async: 'true',
      requestId: 'abababab-abab-4aba-8bab-000000000000',
      retry: 'true',
    });
    expect(asked[2]!.query.requestId).not.toBe(asked[0]!.query.requestId);
  });

  it('that was taken is not said to be undone when looking at it fails', async () => {
    const input = { table: 'access_events', columns: [{ column: 'event_id' }], rows: [{ event_id: 'e' }] };
    await atWork.faults([{ operation: 'GetStatementStatus', status: 403, body: { message: 'no' } }]);
    await expect(call('appendRows', input)).rejects.toMatchObject({ code: 'E_OUTCOME_UNKNOWN' });
    await atWork.faults([{ operation: 'GetStatementStatus', status: 503 }]);
    await expect(call('appendRows', input)).rejects.toMatchObject({ name: 'RetryableError' });
    expect(await call('appendRows', input)).toEqual({ rowsInserted: 1 });
    expect(await tableRows('ACCESS_EVENTS')).toHaveLength(2);
  });
});

describe('The simulated warehouse', () => {
  const select = async (statement: string, parameters: (string | number)[] = []) =>
    ((await call('query', { statement, parameters })) as { items: JsonObject[] }).items;

  beforeEach(async () => {
    const columns = [
      { column: 'event_id' },
      { column: 'part', type: 'number' },
      { column: 'system' },
      { column: 'at', type: 'timestamp_tz' },
    ];
    const rows = [
      { event_id: 'b', part: 1, system: 'Opal', at: '2026-02-02T00:00:00Z' },
      { event_id: 'b', part: 2, system: 'Opal', at: '2026-02-02T00:00:00Z' },
      { event_id: 'a', part: 1, system: 'Opal', at: '2026-02-03T01:00:00+02:00' },
      { event_id: 'c', part: 1, system: 'Okta', at: '2026-02-02T00:00:00Z' },
    ];
    await call('upsertRows', { table: 'access_events', columns, key: ['event_id', 'part'], rows });
  });

  it('answers a SELECT of a table with conditions that must all hold, as Snowflake sends the values', async () => {
    const statement = `SELECT event_id, part, at FROM governance.access_events
      WHERE system = ? AND at > ?::TIMESTAMP_TZ AND at <= ?::TIMESTAMP_TZ ORDER BY event_id`;
    expect(await select(statement, ['Opal', '2026-02-02T00:00:00Z', '2026-02-02T23:00:00Z'])).toEqual([
      { EVENT_ID: 'a', PART: 1, AT: '2026-02-02T23:00:00.000+00:00' },
    ]);
    expect(await select('SELECT event_id FROM access_events WHERE part >= ?', [2])).toEqual([{ EVENT_ID: 'b' }]);
  });

  it('names a value once where DISTINCT is asked for, and takes the table’s name as a bound value', async () => {
    const items = await select('SELECT DISTINCT event_id FROM IDENTIFIER(?) WHERE system = ?', [
      'governance.access_events',
      'Opal',
    ]);
    expect(items).toEqual([{ EVENT_ID: 'evt-1001' }, { EVENT_ID: 'b' }, { EVENT_ID: 'a' }]);
  });

  it('makes a table once, and a view anew each time', async () => {
    let keys = 10;
    const write = (operation: string, input: object) => call(operation, input, String(keys++).repeat(32));
    const make = (statement: string) => write('runStatement', { statement });
    await make('CREATE TABLE IF NOT EXISTS people (user_id TEXT NOT NULL, seen_at TIMESTAMP_TZ)');
    const columns = [{ column: 'user_id' }, { column: 'seen_at', type: 'timestamp_tz' }];
    const rows = [{ user_id: 'u-1', seen_at: '2026-03-01T00:00:00Z' }];
    await write('upsertRows', { table: 'people', columns, key: ['user_id'], rows });
    await make('CREATE TABLE IF NOT EXISTS people (user_id TEXT NOT NULL)');
    expect(await select('SELECT user_id, seen_at FROM people')).toEqual([
      { USER_ID: 'u-1', SEEN_AT: '2026-03-01T00:00:00.000+00:00' },
    ]);
    for (const column of ['user_id', 'seen_at']) {
      await make(`CREATE OR REPLACE VIEW seen AS SELECT ${column} FROM people`);
    }
    expect((await atWork.state()).views).toEqual([
      expect.objectContaining({ name: 'SEEN', statement: expect.stringContaining('seen_at') }),
    ]);
  });

  it('refuses a column that the table does not have', async () => {
    await expect(select('SELECT person FROM review_outcomes WHERE who = ?', ['x'])).rejects.toThrow(
      /identifier '"WHO"'/,
    );
  });
});

describe('A result', () => {
  it('is read partition by partition to the end, those after the first compressed', async () => {
    await answers({ result: numbers(25) });
    const { items, more } = (await call('query', { statement: 'SELECT 1' })) as { items: JsonObject[]; more: boolean };
    expect(items.map(({ N }) => N)).toEqual(Array.from({ length: 25 }, (_, index) => index));
    expect(more).toBe(false);
    const partitions = (await atWork.requests()).map(({ query }) => query.partition).filter(Boolean);
    expect(partitions).toEqual(['1', '2']);
  });

  it('says that there is more than was asked for, and asks for no partition that is not wanted', async () => {
    await answers({ result: numbers(25) });
    const output = (await call('query', { statement: 'SELECT 1', limit: 5 })) as { items: JsonObject[] };
    expect(output).toMatchObject({ more: true, items: { length: 5 } });
    expect((await atWork.requests()).filter(({ query }) => query.partition)).toEqual([]);
  });

  it('with two columns of one name is refused, since one would hide the other', async () => {
    const twice = { name: 'N', type: 'fixed' };
    await answers({ result: { columns: [twice, twice], rows: [['1', '2']] } });
    await expect(call('query', { statement: 'SELECT 1' })).rejects.toThrow(/with AS/);
  });
});

describe('A statement that takes long', () => {
  const start = async () => ((await call('startStatement', { statement: 'SELECT 1' })) as { handle: string }).handle;

  it('is started, looked at while it runs, and awaited', async () => {
    await answers({ running: 2, result: numbers(1) });
    const handle = await start();
    expect(await call('getStatement', { handle })).toEqual({ state: 'running', message: null, rows: null });
    await expect(call('awaitStatement', { handle })).rejects.toMatchObject({ name: 'RetryableError' });
    expect(await call('awaitStatement', { handle })).toMatchObject({ items: [{ N: 0 }], rowsInserted: 0 });
    expect(await call('getStatement', { handle })).toEqual({ state: 'succeeded', message: null, rows: 1 });
  });

  it('is cancelled, and then has failed', async () => {
    await answers({ running: 50, result: numbers(1) });
    const handle = await start();
    expect(await call('cancelStatement', { handle })).toEqual({ handle, alreadyEnded: false });
    expect(await call('cancelStatement', { handle })).toEqual({ handle, alreadyEnded: true });
    expect(await call('getStatement', { handle })).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('canceled'),
    });
    await expect(call('awaitStatement', { handle })).rejects.toThrow(/canceled/);
  });
});
