import { callOperation, type JsonObject, readBefore } from '@castellan/sdk';
import { type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { snowflake } from './snowflake.connector.js';
import { snowflakeSimulator } from './snowflake.simulator.js';

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

describe('Rows by key', () => {
  const columns = [
    { column: 'event_id', type: 'text' },
    { column: 'person', type: 'text' },
    { column: 'details', type: 'json' },
  ];
  const upsert = (rows: object[], more: object = {}) =>
    call('upsertRows', { table: 'access_events', columns, key: ['event_id'], rows, ...more });

  it('are merged: known ones change in what is written, new ones are added', async () => {
    const rows = [
      { event_id: 'evt-1001', person: 'tom.fischer@example.com', details: { n: [1] }, other: 'left out' },
      { EVENT_ID: 'evt-3001', person: 'mia.keller@example.com' },
    ];
    expect(await upsert(rows)).toEqual({ rowsInserted: 1, rowsUpdated: 1 });
    expect(await tableRows('ACCESS_EVENTS')).toEqual([
      expect.objectContaining({
        EVENT_ID: 'evt-1001',
        PERSON: 'tom.fischer@example.com',
        ACTION: 'grant',
        DETAILS: { n: [1] },
      }),
      { EVENT_ID: 'evt-3001', PERSON: 'mia.keller@example.com', DETAILS: null },
    ]);
  });

  it('of one key count by the last of them', async () => {
    const rows = ['first', 'last'].map((person) => ({ event_id: 'evt-9', person, details: null }));
    expect(await upsert(rows)).toEqual({ rowsInserted: 1, rowsUpdated: 0 });
    expect((await tableRows('ACCESS_EVENTS'))[1]).toMatchObject({ PERSON: 'last' });
  });

  it('are written in batches, each a statement under a request id of its own', async () => {
    const rows = Array.from({ length: 5_001 }, (_, index) => ({ event_id: `e${index}`, person: 'p', details: null }));
    expect(await upsert(rows)).toEqual({ rowsInserted: 5_001, rowsUpdated: 0 });
    const ids = (await submitted()).map(({ query }) => query.requestId);
    expect(new Set(ids).size).toBe(2);
  });

  it('are cut by size, too', async () => {
    const person = 'x'.repeat(400_000);
    await upsert(['a', 'b', 'c'].map((id) => ({ event_id: id, person, details: null })));
    expect(await submitted()).toHaveLength(2);
  });

  it('that fail in a later batch are said to be written in part', async () => {
    const rows = Array.from({ length: 5_001 }, (_, index) => ({ event_id: `e${index}`, person: 'p', details: null }));
    await atWork.faults([{ method: 'POST', skip: 1, status: 422, body: { code: '1', message: 'words' } }]);
    const failed = upsert(rows);
    await expect(failed).rejects.toMatchObject({ code: 'E_OUTCOME_UNKNOWN' });
    await expect(failed).rejects.toThrow(/first 5000 rows are written.*words/);
  });

  it('may be none at all', async () => {
    expect(await upsert([])).toEqual({ rowsInserted: 0, rowsUpdated: 0 });
    expect(await submitted()).toEqual([]);
  });

  it('have names that are names and nothing else', async () => {
    const sly = { table: 'access_events" AS t; DROP TABLE x; --' };
    await expect(upsert([{ event_id: 'a' }], sly)).rejects.toMatchObject({ code: 'E_INPUT' });
    await upsert([{ event_id: 'a', person: 'p', details: null }], { table: 'security.governance."ACCESS_EVENTS"' });
    expect(bodyOf((await submitted())[0]).statement).toContain(
      'MERGE INTO "SECURITY"."GOVERNANCE"."ACCESS_EVENTS" AS target',
    );
  });

  it.each([
    ['a key that is no column', { key: ['person_id'] }, [{ event_id: 'a', person: 'p', details: null }]],
    ['a row without its key', {}, [{ person: 'p', details: null }, { event_id: 'a' }]],
    ['a column that no row has', {}, [{ event_id: 'a', details: null }]],
    ['a list in a text', {}, [{ event_id: 'a', person: ['p'], details: null }]],
    [
      'a column named twice',
      { columns: [...columns, { column: 'PERSON' }] },
      [{ event_id: 'a', person: 'p', details: 1 }],
    ],
    ['a key of JSON', { key: ['details'] }, [{ event_id: 'a', person: 'p', details: 1 }]],
    ['what is no number', { columns: [{ column: 'event_id', type: 'number' }] }, [{ event_id: 'a' }]],
  ])('are refused before they are sent: %s', async (_, more, rows) => {
    await expect(upsert(rows, more)).rejects.toMatchObject({ code: 'E_INPUT' });
    expect(await submitted()).toEqual([]);
  });

  it('keep the decimals of their numbers, which a NUMBER of Snowflake would drop', async () => {
    const numbers = { columns: [{ column: 'event_id', type: 'number' }], key: ['event_id'] };
    const casts = [];
    for (const rows of [[1, 2], [1.25, '0.5'], [1e-7]]) {
      await upsert(
        rows.map((event_id) => ({ event_id })),
        numbers,
      ).catch(() => null);
      const { statement } = bodyOf((await submitted()).at(-1));
      casts.push(/value\[0\]::TEXT::(.+?) AS/.exec(String(statement))![1]);
    }
    expect(casts).toEqual(['NUMBER(38, 0)', 'NUMBER(38, 2)', 'DOUBLE']);
  });

  it('fail as a whole where the table does not fit', async () => {
    const rows = [{ event_id: 'a', person: 'p', details: null, nowhere: 1, at: 'yesterday' }];
    const failing = (more: object, key: string) => {
      const input = { table: 'access_events', columns, key: ['event_id'], rows, ...more };
      return call('upsertRows', input, key.repeat(64)).catch((error: unknown) => error);
    };
    expect(await failing({ columns: [...columns, { column: 'nowhere' }] }, 'a')).toMatchObject({
      details: { code: '000904', sqlState: '42000' },
    });
    expect(await failing({ table: 'nothing' }, 'b')).toMatchObject({ details: { code: '002003', sqlState: '42S02' } });
    const times = [{ column: 'event_id' }, { column: 'at', type: 'timestamp_tz' }];
    expect(await failing({ columns: times }, 'c')).toMatchObject({
      message: expect.stringContaining('not recognized'),
    });
    expect(await tableRows('ACCESS_EVENTS')).toHaveLength(1);
  });

  it('say what they change, and need nothing read before', async () => {
    expect(
      await readBefore(snowflake, 'upsertRows', { table: 't', columns, key: ['event_id'], rows: [] }, atWork.host()),
    ).toBeNull();
  });
});

describe('Choices', () => {
  it('list tables and columns as a step may name them', async () => {
    await atWork.seed({
      tables: [
        {
          database: 'SECURITY',
          schema: 'GOVERNANCE',
          name: 'Access events',
          columns: [{ name: 'Id', type: 'TEXT' }],
          rows: [],
        },
        { database: 'OTHER', schema: 'PUBLIC', name: 'T', columns: [{ name: 'C', type: 'NUMBER' }], rows: [] },
      ],
    });
    expect(await call('listTables', {})).toEqual({
      items: [{ table: 'GOVERNANCE."Access events"', schema: 'GOVERNANCE', name: 'Access events' }],
    });
    expect(await call('listColumns', { table: '"Access events"' })).toEqual({
      items: [{ column: '"Id"', type: 'TEXT' }],
    });
    expect(await call('listColumns', { table: 'other.public.t' })).toEqual({
      items: [{ column: 'C', type: 'NUMBER' }],
    });
  });
});
