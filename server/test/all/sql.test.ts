import { connectors } from '@castellan/connectors';
import { callOperation, createHttpCore, type Host, type HttpCore, testConnection } from '@castellan/sdk';
import { hostOf } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type OwnPostgres, startOwnPostgres } from '../harness/postgres.js';

/** The connector of Postgres against a real one, over its own protocol and by the rules of egress. */
const sql = connectors.find(({ id }) => id === 'sql')!;

let postgres: OwnPostgres;
let core: HttpCore;
let fields: Record<string, unknown>;

beforeAll(async () => {
  postgres = await startOwnPostgres();
  const { hostname, port, pathname, username, password } = new URL(postgres.url);
  core = createHttpCore({ allow: [`${hostname}:${port}`] });
  fields = {
    ...{ host: hostname, port: Number(port), database: pathname.slice(1), security: 'none' },
    ...{ user: username, password: decodeURIComponent(password) },
  };
});
beforeEach(async () => {
  await postgres.query('drop schema if exists hr cascade');
  await postgres.query('create schema hr');
  await postgres.query(
    'create table hr.people (email text primary key, name text, level numeric(30, 2), starts timestamptz, more jsonb, tags text[])',
  );
});
afterAll(async () => {
  await core.close();
  await postgres.stop();
});

function host(change: object = {}, options: Parameters<HttpCore['connect']>[2] = {}, by = core): Host {
  const connection = { id: `sql-${JSON.stringify(change)}`, kind: 'password', fields: { ...fields, ...change } };
  const database = by.database(sql, connection, options)!;
  return { ...hostOf(by.connect(sql, connection)), database };
}

const call = (operation: string, input: object, at = host()) => callOperation(sql, operation, input, at);
const failing = (operation: string, input: object, at = host()) =>
  call(operation, input, at).then(
    () => expect.fail('It did not fail.'),
    (error: unknown) => error,
  );
const people = () =>
  postgres.query<{ email: string; name: string }>('select email, name from hr.people order by email');

describe('a query', () => {
  test('is given its values beside the statement, and answers them as JSON has them', async () => {
    const statement = `select $1::text as said, $2::int as number, $3::jsonb as json, null as nothing, true as yes,
      9007199254740993 as long, 12.50 as exact, 0.12345678901234567890 as longer, 'NaN'::float8 as nan,
      '{"id": 9007199254740993}'::jsonb as deep, date '2026-01-12' as day, timestamp '2026-01-12 08:30' as wall,
      timestamptz '2026-01-12 09:30:00.5+01' as instant, array['a', null] as list, interval '90 minutes' as span`;
    const parameters = ["x'; drop table hr.people; --", 7, { a: [1, 'b'] }];
    expect(await call('query', { statement, parameters })).toEqual({
      items: [
        {
          ...{ said: parameters[0], number: 7, json: { a: [1, 'b'] }, nothing: null, yes: true },
          ...{ long: '9007199254740993', exact: 12.5, longer: '0.12345678901234567890', nan: 'NaN' },
          ...{ deep: { id: '9007199254740993' }, day: '2026-01-12', wall: '2026-01-12T08:30:00' },
          ...{ instant: '2026-01-12T08:30:00.5Z', list: ['a', null], span: '01:30:00' },
        },
      ],
      more: false,
    });
  });

  test('reads no more than its limit, and says that there is more', async () => {
    const read = (limit: number) => call('query', { statement: 'select n from generate_series(1, 1200) n', limit });
    expect(await read(1200)).toMatchObject({ items: { length: 1200 }, more: false });
    expect(await read(700)).toMatchObject({ items: { length: 700 }, more: true });
  });

  test('changes nothing, whatever its statement says', async () => {
    const writing = 'with gone as (delete from hr.people returning *) select * from gone';
    await postgres.query("insert into hr.people (email) values ('a')");
    expect(await failing('query', { statement: writing })).toMatchObject({ name: 'FatalError' });
    await postgres.query("create function hr.sly() returns int language sql as 'delete from hr.people returning 1'");
    const sly = await failing('query', { statement: 'select hr.sly()' });
    expect(sly).toMatchObject({ name: 'FatalError', details: { sqlState: '25006' } });
    const two = await failing('query', { statement: 'select 1; commit; delete from hr.people' });
    expect(two).toMatchObject({ name: 'FatalError', details: { sqlState: '42601' } });
    expect(await people()).toHaveLength(1);
  });

  test('is ended by the server when it takes too long, and by us when the rows grow too large', async () => {
    const slow = await failing('query', { statement: 'select pg_sleep(30)', timeoutSeconds: 1 });
    expect(slow).toMatchObject({ name: 'FatalError', code: 'E_TIMEOUT', details: { sqlState: '57014' } });
    const statement = "select repeat('x', 1000000) as text from generate_series(1, 40)";
    expect(await failing('query', { statement })).toMatchObject({ code: 'E_OUTPUT_TOO_LARGE' });
  });

  test('says what Postgres says', async () => {
    const error = { name: 'FatalError', details: { sqlState: '42P01' } };
    expect(await failing('query', { statement: 'select * from nowhere' })).toMatchObject(error);
    expect(await failing('query', { statement: 'select $1', parameters: [] })).toMatchObject({ name: 'FatalError' });
  });
});

describe('a statement that changes something', () => {
  test('answers how many rows, and what it returns', async () => {
    const statement = 'insert into hr.people (email, level) values ($1, $2), ($3, null) returning email, level';
    const output = await call('execute', { statement, parameters: ['a', '1.5', 'b'] });
    expect(output).toEqual({
      count: 2,
      items: [
        { email: 'a', level: 1.5 },
        { email: 'b', level: null },
      ],
    });
    expect(await people()).toHaveLength(2);
  });

  test('is kept as a whole or not at all', async () => {
    const statement = "insert into hr.people (email) values ('a'), ('a')";
    expect(await failing('execute', { statement })).toMatchObject({ details: { sqlState: '23505' } });
    expect(await people()).toEqual([]);
  });

  test('is not kept when it is cancelled', async () => {
    const abort = new AbortController();
    const statement = "insert into hr.people (email) select 'a' from pg_sleep(5)";
    const failed = failing('execute', { statement }, host({}, { signal: abort.signal }));
    await expect
      .poll(() => postgres.query("select 1 from pg_stat_activity where query like 'insert into hr%'"))
      .toHaveLength(1);
    abort.abort();
    expect(await failed).toMatchObject({ name: 'FatalError', code: 'E_CANCELLED' });
    await postgres.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'castellan'");
    expect(await people()).toEqual([]);
  });

  test('may be tried again when the server went away before it was told to keep it', async () => {
    const statement = "insert into hr.people (email) select 'a' from pg_sleep(20)";
    const failed = failing('execute', { statement });
    await expect
      .poll(() => postgres.query("select 1 from pg_stat_activity where query like 'insert into hr%'"))
      .toHaveLength(1);
    await postgres.restartAtOnce();
    expect(await failed).toMatchObject({ name: 'RetryableError' });
    expect(await people()).toEqual([]);
  });

  test('has an unknown outcome when the server went away while it was to keep it', async () => {
    await postgres.query(`create function hr.late() returns trigger language plpgsql as
      'begin perform pg_sleep(20); return null; end'`);
    await postgres.query(`create constraint trigger late after insert on hr.people deferrable initially deferred
      for each row execute function hr.late()`);
    const failed = failing('execute', { statement: "insert into hr.people (email) values ('a')" });
    await expect.poll(() => postgres.query("select 1 from pg_stat_activity where query = 'commit'")).toHaveLength(1);
    await postgres.restartAtOnce();
    expect(await failed).toMatchObject({ name: 'UnknownOutcomeError' });
  });
});

describe('rows by key', () => {
  const upsert = (rows: object[]) =>
    call('upsertRows', {
      table: 'hr.people',
      columns: ['email', 'Name', 'level', 'more', 'tags'],
      key: ['email'],
      rows,
    });
  const row = (email: string, name: string) => ({
    email,
    name,
    level: '123456789012345678901.25',
    more: { n: [1] },
    tags: ['x'],
  });

  test('are added or changed, each value as the type of its column, and a repeat changes nothing more', async () => {
    expect(await upsert([row('a', 'A'), row('b', 'B')])).toEqual({ rowsInserted: 2, rowsUpdated: 0 });
    expect(await upsert([row('b', 'Bea'), row('c', 'C'), row('c', 'Cy')])).toEqual({ rowsInserted: 1, rowsUpdated: 1 });
    expect(await people()).toEqual([
      { email: 'a', name: 'A' },
      { email: 'b', name: 'Bea' },
      { email: 'c', name: 'Cy' },
    ]);
    const [held] = await postgres.query('select level::text, more, tags from hr.people limit 1');
    expect(held).toEqual({ level: '123456789012345678901.25', more: { n: [1] }, tags: ['x'] });
  });

  test('are written all or none, over several statements', async () => {
    const rows = Array.from({ length: 5_001 }, (_, index) => row(`p${index}`, 'P'));
    expect(await upsert(rows)).toEqual({ rowsInserted: 5_001, rowsUpdated: 0 });
    await postgres.query('truncate hr.people');
    await postgres.query("alter table hr.people add check (name <> 'last')");
    const broken = [...rows.slice(0, 5_000), row('q', 'last')];
    await expect(upsert(broken)).rejects.toMatchObject({ details: { sqlState: '23514' } });
    expect(await people()).toEqual([]);
  });

  test('want a unique index on their key', async () => {
    const input = { table: 'hr.people', columns: ['name', 'email'], key: ['name'], rows: [row('a', 'A')] };
    expect(await failing('upsertRows', input)).toMatchObject({ details: { sqlState: '42P10' } });
  });

  test('have their tables and columns listed', async () => {
    const { items } = (await call('listTables', {})) as { items: { table: string }[] };
    expect(items.map(({ table }) => table)).toContain('hr.people');
    expect(await call('listColumns', { table: 'HR.People' })).toMatchObject({ items: { length: 6 } });
  });
});

describe('a connection', () => {
  const tested = (change: object, by = core) =>
    testConnection(sql, { ...fields, ...change }, host(change, {}, by)).catch((error: unknown) => error);

  test('is proved by who it is', async () => {
    expect(await tested({})).toEqual({ account: expect.stringMatching(/ at .* \(PostgreSQL \d+/) });
  });

  test('is told that its password is wrong, without the password', async () => {
    const error = (await tested({ password: 'not-the-password' })) as Error;
    expect(error).toMatchObject({ name: 'FatalError', code: 'E_AUTH', details: { sqlState: '28P01' } });
    expect(JSON.stringify([error.message, error])).not.toContain('not-the-password');
  });

  test('that wants TLS goes to no server without it', async () => {
    expect(await tested({ security: 'verify' })).toMatchObject({ name: 'FatalError', code: 'E_EGRESS' });
  });

  test('leads to no private address that the rules of egress do not open', async () => {
    const closed = createHttpCore({});
    expect(await tested({}, closed)).toMatchObject({ name: 'FatalError', code: 'E_EGRESS' });
    await closed.close();
  });

  test('to a server that is not there may be tried again', async () => {
    const port = 1;
    const open = createHttpCore({ allow: [`${String(fields.host)}:${port}`] });
    expect(await tested({ port }, open)).toMatchObject({ name: 'RetryableError' });
    await open.close();
  });
});
