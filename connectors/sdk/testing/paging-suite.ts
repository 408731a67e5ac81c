import { expect, it } from 'vitest';
import { callOperation } from '../call.js';
import type { Connector, Operation } from '../define.js';
import type { HttpRequest, JsonObject, JsonValue } from '../types.js';
import { record } from './exchange.js';
import { hostOf, type Simulation } from './simulate.js';

/** Names under which vendors take the number of items of a page. */
const usualNames =
  /^(?:limit|count|first|\$?top|page_?size|page_?limit|page\[limit\]|per_?page|max_?results|sysparm_limit)$/i;

/** Declares that a list is read to its end: the same items in small pages as in one, none twice, and no more than asked for. */
export function testPaging(connector: Connector, id: string, operation: Operation, simulation: () => Simulation): void {
  const { paginate, sample } = operation;
  if (!paginate || paginate.size === null) return;

  const read = async (of: Connector, input: JsonObject) => {
    const client = record(simulation().host().http);
    const { items } = (await callOperation(of, id, input, hostOf(client))) as { items: JsonValue[] };
    return { items, calls: client.exchanges.length };
  };

  /** The widest list that can be asked for: by the fields that must be there. */
  const widest = (): JsonObject => {
    const { required = [] } = operation.input.toJSONSchema() as { required?: string[] };
    return Object.fromEntries(Object.entries(sample.input as JsonObject).filter(([name]) => required.includes(name)));
  };

  it(`reads ${id} to the end, page by page and no item twice`, async () => {
    const whole = await read(connector, widest());
    if (whole.items.length < 2) throw new Error(`The simulator’s seed has too few items for two pages of ${id}.`);
    const paged = inPagesOf(connector, id, Math.ceil(whole.items.length / 3));
    const inPages = await read(paged, widest());
    expect(inPages.calls).toBeGreaterThan(1);
    expect(inPages.items).toEqual(whole.items);
    const distinct = new Set(inPages.items.map((item) => JSON.stringify(item)));
    expect(distinct.size).toBe(inPages.items.length);
  });

  if (!('limit' in operation.input.shape)) return;
  it(`reads no more of ${id} than its limit`, async () => {
    const whole = await read(connector, widest());
    const limited = await read(inPagesOf(connector, id, 1), { ...widest(), limit: 1 });
    expect(limited).toEqual({ items: whole.items.slice(0, 1), calls: 1 });
  });
}

/** The connector as it would be if the vendor gave pages of this size. */
function inPagesOf(connector: Connector, id: string, size: number): Connector {
  const operation = connector.operations[id]!;
  const name = operation.paginate?.size;
  const request: Operation['request'] = (input, context) => sized(operation.request!(input, context), size, name);
  return { ...connector, operations: { ...connector.operations, [id]: { ...operation, request } } };
}

/** The request for pages of this size; `name` is the field that says it, if it has no usual name. */
export function sized(request: HttpRequest, size: number, name?: string | null): HttpRequest {
  const isSize = (field: string) => (name ? field === name : usualNames.test(field));
  // Some have a `count` that asks for the total.
  const query = Object.keys(request.query ?? {}).find(
    (field) => isSize(field) && typeof request.query?.[field] !== 'boolean',
  );
  if (query) return { ...request, query: { ...request.query, [query]: size } };
  const body = request.body as JsonObject | undefined;
  const field = Object.keys(body ?? {}).find(isSize);
  if (field) return { ...request, body: { ...body, [field]: size } };
  throw new Error(
    'No field of the request says how many items a page has: name it as `size` of `paginate`, or say null there if the vendor takes none.',
  );
}
