import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@castellan/sdk';
import {
  claimsOf,
  defineSimulator,
  type SimulatedAnswer,
  SimulatedRefusal,
  type SimulatedRequest,
  type SimulatorView,
} from '@castellan/sdk/simulator';
import description from './fixtures/snowflake.openapi.json' with { type: 'json' };
import { lookUp } from './simulator/catalogue.js';
import { define } from './simulator/definitions.js';
import { interpret } from './simulator/interpreter.js';
import { selectRows } from './simulator/select.js';
import {
  type Session,
  type SnowflakeFailure,
  type SnowflakeResult,
  type SnowflakeState,
  type SnowflakeStatement,
  StatementRefusal,
} from './simulator/state.js';
import { seedSnowflake } from './snowflake.seed.js';

const root = '/api/v2/statements';

export const snowflakeSimulator = defineSimulator<SnowflakeState>({
  connector: 'snowflake',
  title: 'Snowflake',
  apis: [
    {
      description,
      // Told on the page about requests that are sent again, and missing in the description.
      read: ({ query: { retry: _, ...query }, ...call }) => ({ ...call, query }),
      error: (status, message) => ({ code: status === 404 ? '391902' : '391914', message }),
      authorize: ({ headers, now }) =>
        isSignedIn(headers, now) ? null : { status: 401, body: { code: '390144', message: 'JWT token is invalid.' } },
      rules: {
        SubmitStatement: submit,
        GetStatementStatus: (state, { params, query }) => {
          const statement = theStatement(state, params.statementHandle!);
          if (statement.running > 0) {
            statement.running -= 1;
            return accepted(statement);
          }
          return answerOf(statement, Number(query.partition ?? 0));
        },
        CancelStatement: (state, { params }) => {
          const statement = theStatement(state, params.statementHandle!);
          const { handle: statementHandle } = statement;
          if (statement.running === 0) {
            const message = 'Identified SQL statement is not currently executing.';
            return { status: 422, body: { code: '000605', sqlState: '57014', message, statementHandle } };
          }
          statement.running = 0;
          statement.failure = { code: '000604', sqlState: '57014', message: 'SQL execution canceled' };
          return { body: { code: '000604', message: 'successfully canceled', statementHandle } };
        },
      },
    },
  ],
  seed: seedSnowflake,
  logs: ['statements'],
  view,
});

/** A key pair's token says for whom it was made and by which key; of the others any is good. */
function isSignedIn(headers: Record<string, string>, now: Date): boolean {
  const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (!token) return false;
  if (headers['x-snowflake-authorization-token-type'] !== 'KEYPAIR_JWT') return true;
  const { iss, sub, iat, exp } = claimsOf(token);
  const isNamed = /^[A-Z0-9_-]+\.[^.a-z]+\.SHA256:.+=$/.test(String(iss)) && String(iss).startsWith(`${String(sub)}.`);
  return isNamed && Number(exp) * 1000 > now.getTime() && Number(exp) - Number(iat) <= 3600;
}

/** Runs a statement, unless it was under the same request id: then that one is told of again. */
function submit(state: SnowflakeState, { body, query, now }: SimulatedRequest): SimulatedAnswer {
  const given = body as { statement: string; role?: string } & Partial<Session>;
  const requestId = query.requestId ?? null;
  const earlier = requestId === null ? undefined : state.statements.find((one) => one.requestId === requestId);
  const statement = earlier ?? {
    handle: randomUUID(),
    requestId,
    at: now.toISOString(),
    statement: given.statement,
    role: given.role ?? null,
    ...execute(state, given.statement, { ...given, bindings: given.bindings ?? {} }),
  };
  if (!earlier) state.statements.push(statement);
  return String(query.async) === 'true' || statement.running > 0 ? accepted(statement) : answerOf(statement, 0);
}

type Outcome = Pick<SnowflakeStatement, 'result' | 'failure' | 'running'>;

function execute(state: SnowflakeState, statement: string, session: Session): Outcome {
  const scripted = state.answers.find((answer) => alike(answer.statement) === alike(statement));
  if (scripted) {
    const { result = null, failure = null, running = 0 } = scripted;
    return { result, failure, running };
  }
  try {
    const result =
      lookUp(state, statement, session) ??
      interpret(state, statement, session) ??
      define(state, statement, session) ??
      selectRows(state, statement, session);
    return result ? { result, failure: null, running: 0 } : { result: null, failure: unscripted, running: 0 };
  } catch (error) {
    if (!(error instanceof StatementRefusal)) throw error;
    return { result: null, failure: error.failure, running: 0 };
  }
}

const alike = (statement: string) => statement.trim().replace(/\s+/g, ' ').toLowerCase();

const unscripted: SnowflakeFailure = {
  code: '001003',
  sqlState: '42000',
  message:
    'The simulator knows no SQL but “Write rows by key”, “Append rows”, a SELECT of one table’s columns with conditions, and the making of tables and views. It answers another statement if its collection “answers” has one for it.',
};

function theStatement(state: SnowflakeState, handle: string): SnowflakeStatement {
  const found = state.statements.find((one) => one.handle === handle);
  if (!found) throw new SimulatedRefusal(404, `Statement ${handle} not found.`);
  return found;
}

function accepted({ handle }: SnowflakeStatement): SimulatedAnswer {
  return {
    status: 202,
    body: {
      code: '333334',
      message: 'Asynchronous execution in progress. Use provided query id to perform query monitoring and management.',
      statementHandle: handle,
      statementStatusUrl: `${root}/${handle}`,
    },
  };
}

/** The result, partition by partition; all but the first come compressed, as Snowflake sends them. */
function answerOf({ handle, result, failure }: SnowflakeStatement, number: number): SimulatedAnswer {
  if (failure) return { status: 422, body: { ...failure, statementHandle: handle } };
  const { columns, rows, partitionRows = Math.max(1, rows.length), stats } = result!;
  const data = rows.slice(number * partitionRows, (number + 1) * partitionRows);
  if (number > 0) return { headers: { 'content-encoding': 'gzip' }, body: { data } };
  return {
    body: {
      code: '090001',
      sqlState: '00000',
      message: 'Statement executed successfully.',
      statementHandle: handle,
      statementStatusUrl: `${root}/${handle}`,
      resultSetMetaData: {
        format: 'jsonv2',
        numRows: rows.length,
        rowType: columns,
        partitionInfo: partitions(result!),
      },
      data,
      ...(stats ? { stats } : {}),
    },
  };
}

function partitions({ rows, partitionRows = Math.max(1, rows.length) }: SnowflakeResult): object[] {
  const count = Math.max(1, Math.ceil(rows.length / partitionRows));
  return Array.from({ length: count }, (_, number) => {
    const part = rows.slice(number * partitionRows, (number + 1) * partitionRows);
    return { rowCount: part.length, uncompressedSize: JSON.stringify(part).length };
  });
}

function view({ tables, views, statements }: SnowflakeState): SimulatorView {
  return {
    tables: [
      ...tables.map(({ schema, name, columns, rows }) => ({
        title: `${schema}.${name}`,
        columns: columns.map(({ name: key }) => ({ key, title: key })),
        rows: rows.map(shown),
      })),
      ...(views.length > 0 ? [viewsTable(views)] : []),
      {
        title: 'Statements',
        columns: [
          { key: 'at', title: 'At' },
          { key: 'role', title: 'Role' },
          { key: 'statement', title: 'Statement' },
          { key: 'state', title: 'State' },
        ],
        rows: statements.map(({ at, role, statement, running, failure }) => ({
          ...{ at, role, statement },
          state: running > 0 ? 'running' : failure ? failure.message : 'succeeded',
        })),
      },
    ],
  };
}

const viewsTable = (views: SnowflakeState['views']) => ({
  title: 'Views',
  columns: [
    { key: 'name', title: 'View' },
    { key: 'statement', title: 'Statement' },
  ],
  rows: views.map(({ schema, name, statement }) => ({ name: `${schema}.${name}`, statement })),
});

/** A VARIANT as its JSON. */
function shown(row: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value !== null && typeof value === 'object' ? JSON.stringify(value) : value,
    ]),
  );
}
