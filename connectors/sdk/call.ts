import type { z } from 'zod';
import type { ConnectionFields } from './auth.js';
import type { ConnectionProof, Connector, Operation } from './define.js';
import { FatalError, UnknownOutcomeError } from './errors.js';
import { eachPage, readPages } from './paging.js';
import type { Change, Host, HttpClient, HttpRequest, InputProblem, JsonObject, JsonValue } from './types.js';

/** The operation by its id, or by one that it had in an earlier release. */
export function findOperation({ operations }: Connector, operationId: string): Operation | undefined {
  if (Object.hasOwn(operations, operationId)) return operations[operationId];
  return Object.values(operations).find(({ formerly }) => formerly?.includes(operationId));
}

/** The operation, or a FatalError that names what there is. */
export function getOperation(connector: Connector, operationId: string): Operation {
  const found = findOperation(connector, operationId);
  if (found) return found;
  throw new FatalError(
    `${connector.title} has no operation “${operationId}”. It has: ${Object.keys(connector.operations).join(', ')}.`,
    {
      code: 'E_INPUT',
    },
  );
}

/** Checks a resolved input against the operation's schema and rules; rejects it with every problem and its pointer (E_INPUT). */
export function parseInput(operation: Operation, input: unknown): never {
  const parsed = operation.input.safeParse(input);
  const problems = parsed.success ? (operation.check?.(parsed.data as never) ?? []) : issuesOf(parsed.error);
  if (parsed.success && problems.length === 0) return parsed.data as never;
  throw new FatalError(
    `${operation.title}: ${problems.map(({ pointer, message }) => `${pointer || 'input'}: ${message}`).join(' ')}`,
    {
      code: 'E_INPUT',
      details: { problems: problems.map((problem) => ({ ...problem })) },
    },
  );
}

/**
 * Calls an operation once. The input is checked first, the output is checked and stripped to its schema.
 * Rejects with FatalError, RetryableError or UnknownOutcomeError.
 */
export async function callOperation(
  connector: Connector,
  operationId: string,
  input: unknown,
  host: Host,
): Promise<JsonValue> {
  const operation = getOperation(connector, operationId);
  const parsed = parseInput(operation, input);
  const answer = await perform(operation, parsed, operation.effect === 'read' ? readOnly(host) : host);
  return parseOutput(operation, answer);
}

/**
 * The items of a list operation page by page, each read when it is asked for: for lists that are longer than what one
 * output may hold. Rejects as callOperation does; an operation without pages is E_INPUT.
 */
export async function* listPages(
  connector: Connector,
  operationId: string,
  input: unknown,
  host: Host,
): AsyncGenerator<JsonValue[], void, void> {
  const operation = getOperation(connector, operationId);
  const { request, paginate, each } = operation;
  if (!request || !paginate) {
    throw new FatalError(`${operation.title} does not read its list in pages.`, { code: 'E_INPUT' });
  }
  const { http, now, idempotencyKey } = readOnly(host);
  const first = request(parseInput(operation, input), { idempotencyKey, now });
  for await (const page of eachPage(http, first, paginate)) {
    const items = each ? page.map((item) => each(item)) : page;
    yield (parseOutput(operation, { items }) as { items: JsonValue[] }).items;
  }
}

/** The changes that a write would make; none for a read. */
export function changesOf(connector: Connector, operationId: string, input: unknown): Change[] {
  const operation = getOperation(connector, operationId);
  return operation.changes?.(parseInput(operation, input)) ?? [];
}

/** The state before a write, by reading; null where the operation declares none. */
export async function readBefore(
  connector: Connector,
  operationId: string,
  input: unknown,
  host: Host,
): Promise<JsonValue> {
  const operation = getOperation(connector, operationId);
  return (await operation.before?.(parseInput(operation, input), readOnly(host))) ?? null;
}

/** The output of an earlier attempt of the same effect, or null if it did not happen. For idempotency `lookup`. */
export async function lookupEffect(
  connector: Connector,
  operationId: string,
  input: unknown,
  host: Host,
): Promise<JsonValue> {
  const operation = getOperation(connector, operationId);
  const found = await operation.lookup?.(parseInput(operation, input), readOnly(host));
  return found === null || found === undefined ? null : parseOutput(operation, found);
}

/** The call that takes a done effect back, or null. */
export function undoOf(
  connector: Connector,
  operationId: string,
  input: unknown,
  output: JsonValue,
  before: JsonValue,
) {
  const operation = getOperation(connector, operationId);
  return operation.undo?.(parseInput(operation, input), output as never, before) ?? null;
}

/** Proves a connection's credentials, or says why that cannot be done. Rejects with the vendor's words. */
export async function testConnection(
  connector: Connector,
  fields: ConnectionFields,
  host: Host,
): Promise<ConnectionProof> {
  return (
    (await connector.test?.(readOnly(host), fields)) ?? { untested: `${connector.title} has no call that is a test.` }
  );
}

export interface Choice {
  value: JsonValue;
  label: string;
}

/** The choices of a field that names another operation. Fields filled so far narrow the list where it takes them. */
export async function listChoices(
  connector: Connector,
  operationId: string,
  pointer: string,
  filledInput: JsonObject,
  host: Host,
): Promise<Choice[]> {
  const source = getOperation(connector, operationId).options?.[pointer as `/${string}`];
  if (!source) throw new FatalError(`The field ${pointer} has no list of choices.`, { code: 'E_INPUT' });
  const lister = getOperation(connector, source);
  const known = Object.fromEntries(Object.entries(filledInput).filter(([name]) => name in lister.input.shape));
  const output = (await callOperation(connector, source, known, host)) as { items?: JsonObject[] };
  const { value, label } = lister.choice!;
  return (output.items ?? []).map((item) => ({
    value: item[value] ?? null,
    label: String(item[label] ?? item[value]),
  }));
}

async function perform(operation: Operation, input: never, host: Host): Promise<unknown> {
  if (operation.run) return operation.run(input, host);
  const request = operation.request!(input, { idempotencyKey: host.idempotencyKey, now: () => host.now() });
  if (operation.paginate) {
    const { limit } = input as { limit?: number };
    const items = await readPages(host.http, request, operation.paginate, limit);
    return { items: operation.each ? items.map(operation.each) : items };
  }
  const response = await host.http.send(request);
  return operation.response ? operation.response(response, input) : response.body;
}

/** A vendor's answer in the shape that its docs describe, unknown keys dropped; another shape is E_RESPONSE. */
export function parseAnswer<T extends z.ZodType>(shape: T, answer: unknown, docs: string): z.output<T> {
  const parsed = shape.safeParse(answer);
  if (parsed.success) return parsed.data;
  const problems = issuesOf(parsed.error).slice(0, 5);
  const said = problems.map(({ pointer, message }) => `${pointer || '/'} ${message}`).join('; ');
  throw new FatalError(`The answer is not what ${docs} describes: ${said}`, {
    code: 'E_RESPONSE',
    details: { problems: problems.map((problem) => ({ ...problem })) },
  });
}

function parseOutput(operation: Operation, answer: unknown): JsonValue {
  try {
    return parseAnswer(operation.output, answer, operation.docs) as JsonValue;
  } catch (error) {
    // The vendor took a write: what it then said does not undo that.
    if (operation.effect === 'read' || !(error instanceof FatalError)) throw error;
    throw new UnknownOutcomeError(`${operation.title}: ${error.message}`, { details: error.details });
  }
}

/** A host whose calls are reads whatever their method, so that a broken one may simply be made again. */
export function readOnly(host: Host): Host {
  const http: HttpClient = { send: (request: HttpRequest) => host.http.send({ ...request, safe: true }) };
  return { ...host, now: () => host.now(), http };
}

function issuesOf(error: z.ZodError): InputProblem[] {
  return error.issues.map(({ path, message }) => ({
    pointer: path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    message,
  }));
}
