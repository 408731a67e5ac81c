import { setTimeout as pause } from 'node:timers/promises';
import {
  FatalError,
  type Host,
  type HttpResponse,
  type JsonObject,
  type JsonValue,
  parseAnswer,
  path,
  RetryableError,
  UnknownOutcomeError,
} from '@castellan/sdk';
import { z } from 'zod';
import { type Column, cellValue, column } from './snowflake-values.js';

export const docs = 'https://docs.snowflake.com/en/developer-guide/sql-api/reference';

const resultSet = z.object({
  statementHandle: z.string(),
  resultSetMetaData: z.object({
    numRows: z.int().optional(),
    rowType: z.array(column),
    partitionInfo: z.array(z.looseObject({})).default([{}]),
  }),
  data: z.array(z.array(z.string().nullable())).default([]),
  stats: z.record(z.string(), z.number()).optional(),
});

export type ResultSet = z.output<typeof resultSet>;

const partition = resultSet.pick({ data: true });

const status = z.object({
  statementHandle: z.string().optional(),
  code: z.string().optional(),
  sqlState: z.string().optional(),
  message: z.string().optional(),
});

/** A statement as it is handed over. Times are in seconds. */
export interface Statement {
  statement: string;
  bindings?: JsonObject;
  /** Snowflake itself ends it then. */
  timeout?: number;
  role?: string;
  warehouse?: string;
  database?: string;
  schema?: string;
}

/** A statement's own failure, and its end by time: answers of its run and not of the call. */
export const ended = [408, 422];

/**
 * Hands a statement over, to be run in its own time: whatever it takes, this call is answered at once. Under one key
 * it runs once: https://docs.snowflake.com/en/developer-guide/sql-api/submitting-requests on resubmitting a request.
 * @returns the statement's handle
 */
export async function submit(
  { http, idempotencyKey }: Pick<Host, 'http' | 'idempotencyKey'>,
  statement: Statement,
  once?: { part?: number },
): Promise<string> {
  const response = await http.send({
    method: 'POST',
    path: path`/api/v2/statements`,
    query: { async: true, ...(once ? { requestId: requestId(idempotencyKey, once.part), retry: true } : {}) },
    body: {
      ...(statement as unknown as JsonObject),
      // In UTC whatever the user's own zone is; and told apart in Snowflake's history of queries.
      parameters: { timezone: 'UTC', query_tag: once ? `castellan:${idempotencyKey}` : 'castellan' },
    },
    accept: ended,
  });
  if (ended.includes(response.status)) throw failureOf(response);
  const { statementHandle } = parseAnswer(status, response.body, docs);
  if (statementHandle) return statementHandle;
  throw new UnknownOutcomeError('Snowflake took the statement and gave no handle for it.', { status: response.status });
}

/** A UUID of the effect's key, and of the part of it that this statement is. */
function requestId(key: string, part = 0): string {
  const last = part.toString(16).padStart(12, '0');
  return `${key.slice(0, 8)}-${key.slice(8, 12)}-4${key.slice(12, 15)}-8${key.slice(15, 18)}-${last}`;
}

/** What came of a statement so far. Its own failure is no failure of the call that looks. */
export type Look =
  | { state: 'running' }
  | { state: 'failed'; failure: FatalError }
  | { state: 'succeeded'; result: ResultSet };

export async function look({ http }: Pick<Host, 'http'>, handle: string): Promise<Look> {
  const response = await http.send({ method: 'GET', path: path`/api/v2/statements/${handle}`, accept: ended });
  const { status: code, body } = response;
  if (code === 202) return { state: 'running' };
  if (!ended.includes(code)) return { state: 'succeeded', result: parseAnswer(resultSet, body, docs) };
  const failure = failureOf(response);
  // Snowflake gives its failures a code; what has none is not from it.
  if (!status.safeParse(body).data?.code) throw failure;
  return { state: 'failed', failure };
}

/** The result of a statement that has ended, or its failure. */
export function resultOf(seen: Exclude<Look, { state: 'running' }>): ResultSet {
  if (seen.state === 'failed') throw seen.failure;
  return seen.result;
}

/** What Snowflake said, for an error of a statement or of a call. */
export function errorWords({ body }: HttpResponse): string | undefined {
  const { message, code, sqlState } = status.safeParse(body).data ?? {};
  if (!message) return undefined;
  const codes = [code && `code ${code}`, sqlState && `SQLSTATE ${sqlState}`].filter(Boolean).join(', ');
  return codes ? `${message} (${codes})` : message;
}

/** Snowflake’s code for a statement that it ended because of its time. */
const timedOut = '000630';

/** Nothing of the statement was kept, since each is a transaction of its own. */
function failureOf(response: HttpResponse): FatalError {
  const said = status.safeParse(response.body).data ?? {};
  const words = errorWords(response) ?? `Snowflake answered ${response.status}.`;
  const inTime =
    response.status === 408 || said.code === timedOut
      ? 'The statement took longer than its timeout, and Snowflake ended it: '
      : '';
  return new FatalError(`${inTime}${words}`, {
    code: inTime ? 'E_TIMEOUT' : 'E_HTTP',
    status: response.status,
    vendorMessage: said.message,
    details: JSON.parse(JSON.stringify(said)) as JsonValue,
  });
}

/** Milliseconds between two looks at a statement; the last one again and again. */
const looks = [0, 100, 250, 500, 1_000, 2_000];

/** Looks at a statement until it ends, or for so many seconds. */
export async function untilEnd(host: Pick<Host, 'http'>, handle: string, seconds: number): Promise<Look> {
  const deadline = performance.now() + seconds * 1000;
  for (let count = 0; ; count += 1) {
    const wait = looks[Math.min(count, looks.length - 1)]!;
    await pause(wait);
    const seen = await look(host, handle);
    if (seen.state !== 'running' || performance.now() > deadline) return seen;
  }
}

/** How long a call of a step looks on; a statement that takes longer is looked at again by a later attempt. */
const lookSeconds = 30;

/**
 * Runs a statement that writes, once under the effect's key. What happens after Snowflake took it does not say that it
 * was not done; while it still runs, the effect is tried again under the same key, which finds it.
 */
export async function write(host: Host, statement: Statement, part?: number): Promise<ResultSet> {
  const handle = await submit(host, statement, { part });
  const seen = await untilEnd(host, handle, lookSeconds).catch((error: unknown) => {
    if (!(error instanceof FatalError)) throw error;
    throw new UnknownOutcomeError(`Snowflake took the statement ${handle}; then: ${error.message}`, { cause: error });
  });
  if (seen.state !== 'running') return resultOf(seen);
  throw new RetryableError(`Snowflake still runs the statement ${handle}.`, {
    code: 'E_TIMEOUT',
    retryAfter: 5,
    mayHaveHappened: true,
  });
}

/** Snowflake’s code for what does not run, or no longer. */
const notRunning = '000605';

/** Asks Snowflake to end a statement. @returns whether it still ran */
export async function cancel({ http }: Pick<Host, 'http'>, handle: string): Promise<boolean> {
  const response = await http.send({
    method: 'POST',
    path: path`/api/v2/statements/${handle}/cancel`,
    accept: ended,
  });
  if (response.status === 200) return true;
  if (status.safeParse(response.body).data?.code === notRunning) return false;
  throw failureOf(response);
}

/** The rows of a result as objects, partition by partition, to the end or to the limit. */
export async function rowsOf(
  { http }: Pick<Host, 'http'>,
  result: ResultSet,
  limit: number,
): Promise<{ items: JsonObject[]; more: boolean }> {
  const { rowType, partitionInfo, numRows } = result.resultSetMetaData;
  requireDistinct(rowType);
  const rows = [...result.data];
  for (let number = 1; number < partitionInfo.length && rows.length < limit; number += 1) {
    const { body } = await http.send({
      method: 'GET',
      path: path`/api/v2/statements/${result.statementHandle}`,
      query: { partition: number },
    });
    for (const row of parseAnswer(partition, body, docs).data) rows.push(row);
  }
  const items = rows
    .slice(0, limit)
    .map((row) => Object.fromEntries(rowType.map((one, index) => [one.name, cellValue(row[index] ?? null, one)])));
  return { items, more: (numRows ?? rows.length) > items.length };
}

function requireDistinct(columns: Column[]): void {
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new FatalError(`Two columns of the result are named ${twice}. Name one of them otherwise, with AS.`, {
    code: 'E_RESPONSE',
  });
}
