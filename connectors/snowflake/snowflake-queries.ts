import { FatalError, operation, RetryableError } from '@castellan/sdk';
import { z } from 'zod';
import { bindingsOf, parametersField, readingProblems, statementField, statementProblems } from './snowflake-sql.js';
import {
  cancel,
  docs,
  look,
  type ResultSet,
  resultOf,
  rowsOf,
  type Statement,
  submit,
  untilEnd,
  write,
} from './snowflake-statements.js';

const place = (title: string) => z.string().min(1).optional().meta({ title }).describe('Default: the connection’s.');

/** Where one statement runs, in place of what the connection says. */
const session = {
  role: place('Role'),
  warehouse: place('Warehouse'),
  database: place('Database'),
  schema: place('Schema'),
};

const timeout = (seconds: number, most: number) =>
  z
    .int()
    .min(1)
    .max(most)
    .default(seconds)
    .meta({ title: 'Timeout in seconds' })
    .describe('Snowflake ends a statement that takes longer.');

const limit = z.int().min(1).max(100_000).default(10_000).meta({ title: 'At most so many rows' });

const handle = z.string().min(1).meta({ title: 'Statement handle' }).describe('As “Start a statement” answers it.');

const rows = z.object({
  items: z.array(z.record(z.string(), z.json())).describe('Each row by the names of its columns.'),
  more: z.boolean().describe('The result has more rows than were asked for.'),
  handle: z.string(),
});

const given = { statement: statementField, parameters: parametersField, ...session };

/** The statement of an input, with what it names of its session. */
function statementOf(input: {
  statement: string;
  parameters: Parameters<typeof bindingsOf>[0];
  timeoutSeconds: number;
}): Statement {
  const { statement, parameters, timeoutSeconds, ...rest } = input;
  const { role, warehouse, database, schema } = rest as Statement;
  const named = Object.entries({ role, warehouse, database, schema }).filter(([, value]) => value !== undefined);
  return { statement, bindings: bindingsOf(parameters), timeout: timeoutSeconds, ...Object.fromEntries(named) };
}

const counts = z.object({
  rowsInserted: z.int(),
  rowsUpdated: z.int(),
  rowsDeleted: z.int(),
});

/** How many rows a statement changed, as far as Snowflake says. */
export function countsOf({ stats = {}, resultSetMetaData, data }: ResultSet): z.output<typeof counts> {
  const count = (stat: string, verb: string) => {
    const index = resultSetMetaData.rowType.findIndex(({ name }) => name === `number of rows ${verb}`);
    return stats[stat] ?? Number(data[0]?.[index] ?? 0);
  };
  return {
    rowsInserted: count('numRowsInserted', 'inserted'),
    rowsUpdated: count('numRowsUpdated', 'updated'),
    rowsDeleted: count('numRowsDeleted', 'deleted'),
  };
}

/** Some minutes in looks ever further apart, and then one a minute for some hours. A step may say otherwise. */
const awaiting = { attempts: 100, firstSeconds: 2, factor: 1.5, maxSeconds: 120 };

const withoutBefore = 'A statement may change whatever its role may, and nothing tells what from its text.';

/** What a statement of one's own changes is not known before. */
const someChange = () => [{ action: 'update' as const, object: { type: 'snowflake_statement', id: 'statement' } }];

const sampleHandle = '01ca57e1-0000-4000-8000-000000000001';
const sampleRow = {
  EVENT_ID: 'evt-1001',
  PERSON: 'jane.doe@example.com',
  ACTION: 'grant',
  AT: '2026-01-12T09:30:00.000+01:00',
};

const update = {
  statement: 'UPDATE access_events SET action = ? WHERE person = ?',
  parameters: ['revoke', 'jane.doe@example.com'],
};

export const snowflakeQueries = {
  query: operation({
    title: 'Query rows',
    docs,
    summary: 'Reads the rows of a SELECT, to the end.',
    input: z.strictObject({ ...given, limit, timeoutSeconds: timeout(50, 600) }),
    output: rows,
    effect: 'read',
    check: readingProblems,
    async run(input, host) {
      const handle = await submit(host, statementOf(input));
      const seen = await untilEnd(host, handle, input.timeoutSeconds + 10);
      if (seen.state !== 'running') return { ...(await rowsOf(host, resultOf(seen), input.limit)), handle };
      await cancel(host, handle);
      throw new FatalError(
        'The query took too long and was ended. Take “Start a statement”, and then “Wait for a statement”.',
        { code: 'E_TIMEOUT' },
      );
    },
    sample: {
      input: {
        statement: 'SELECT event_id, person, action, at FROM access_events WHERE person = ? ORDER BY at',
        parameters: ['jane.doe@example.com'],
        limit: 10_000,
        timeoutSeconds: 50,
      },
      output: { items: [sampleRow], more: false, handle: sampleHandle },
    },
  }),

  runStatement: operation({
    title: 'Run a statement',
    docs,
    summary: 'Runs one statement that changes something, and waits for its end.',
    input: z.strictObject({ ...given, timeoutSeconds: timeout(300, 86_400) }),
    output: counts.extend({ handle: z.string() }),
    effect: 'destructive',
    idempotency: 'key',
    withoutBefore,
    retry: awaiting,
    check: statementProblems,
    changes: someChange,
    async run(input, host) {
      const result = await write(host, statementOf(input));
      return { ...countsOf(result), handle: result.statementHandle };
    },
    sample: {
      input: { ...update, timeoutSeconds: 300 },
      output: { rowsInserted: 0, rowsUpdated: 2, rowsDeleted: 0, handle: sampleHandle },
    },
  }),

  startStatement: operation({
    title: 'Start a statement',
    docs,
    summary: 'Hands a statement over and does not wait: for what takes long.',
    input: z.strictObject({ ...given, timeoutSeconds: timeout(3600, 604_800) }),
    output: z.object({ handle: z.string() }),
    effect: 'destructive',
    idempotency: 'key',
    withoutBefore,
    check: statementProblems,
    changes: someChange,
    run: async (input, host) => ({ handle: await submit(host, statementOf(input), {}) }),
    sample: { input: { ...update, timeoutSeconds: 3600 }, output: { handle: sampleHandle } },
  }),

  awaitStatement: operation({
    title: 'Wait for a statement',
    docs,
    summary: 'Goes on when a statement has ended, with its rows; fails with what Snowflake said if it failed.',
    input: z.strictObject({ handle, limit }),
    output: rows.extend(counts.shape),
    effect: 'read',
    retry: awaiting,
    async run({ handle, limit }, host) {
      const seen = await look(host, handle);
      if (seen.state === 'running')
        throw new RetryableError('Snowflake still runs the statement.', { code: 'E_TIMEOUT' });
      const result = resultOf(seen);
      return { ...(await rowsOf(host, result, limit)), ...countsOf(result), handle };
    },
    sample: {
      input: { handle: sampleHandle, limit: 10_000 },
      output: {
        items: [sampleRow],
        more: false,
        rowsInserted: 0,
        rowsUpdated: 0,
        rowsDeleted: 0,
        handle: sampleHandle,
      },
    },
  }),

  getStatement: operation({
    title: 'Look at a statement',
    docs,
    summary: 'Whether a statement still runs, has ended or has failed, and why.',
    input: z.strictObject({ handle }),
    output: z.object({
      state: z.enum(['running', 'succeeded', 'failed']),
      message: z.string().nullable(),
      rows: z.int().nullable(),
    }),
    effect: 'read',
    async run({ handle }, host) {
      const seen = await look(host, handle);
      return {
        state: seen.state,
        message: seen.state === 'failed' ? seen.failure.message : null,
        rows: seen.state === 'succeeded' ? (seen.result.resultSetMetaData.numRows ?? null) : null,
      };
    },
    sample: { input: { handle: sampleHandle }, output: { state: 'succeeded', message: null, rows: 1 } },
  }),

  cancelStatement: operation({
    title: 'Cancel a statement',
    docs,
    summary: 'Ends a statement that still runs. What it had done is undone by Snowflake.',
    input: z.strictObject({ handle }),
    output: z.object({ handle: z.string(), alreadyEnded: z.boolean() }),
    effect: 'write',
    idempotency: 'natural',
    changes: ({ handle }) => [{ action: 'update', object: { type: 'snowflake_statement', id: handle } }],
    run: async ({ handle }, host) => ({ handle, alreadyEnded: !(await cancel(host, handle)) }),
    sample: { input: { handle: sampleHandle }, output: { handle: sampleHandle, alreadyEnded: true } },
  }),
};
