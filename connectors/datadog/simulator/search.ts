import { asObject, type JsonObject, type JsonValue } from '@castellan/sdk';
import { type SimulatedAnswer, SimulatedRefusal } from '@castellan/sdk/simulator';
import { instantAt } from '../datadog-shapes.js';

/** What is searched: a record with a time, tags and more. */
export interface Searched {
  id: string;
  /** ISO 8601. */
  timestamp: string;
  message: string;
  tags: string[];
  /** What `@name:value` looks into. */
  attributes: JsonObject;
}

/**
 * Of Datadog's search syntax: words, `key:value` of a tag or field, and `@path:value` of an attribute, all of which must
 * hold. Answers a page of what is found, newest or oldest first.
 */
export function search<R extends Searched>(
  records: R[],
  { query, now }: { query: Record<string, string>; now: Date },
  shown: (record: R) => object,
): SimulatedAnswer {
  const at = (name: string, otherwise: string) => {
    const given = query[`filter[${name}]`] ?? otherwise;
    const time = Date.parse(instantAt(now)(given));
    if (Number.isNaN(time)) throw new SimulatedRefusal(400, `Invalid time ${given}`);
    return time;
  };
  const [from, to] = [at('from', 'now-15m'), at('to', 'now')];
  const terms = (query['filter[query]'] ?? '*').split(/\s+/).filter((term) => term !== '*' && term !== '');
  const found = records
    .filter(({ timestamp }) => Date.parse(timestamp) >= from && Date.parse(timestamp) <= to)
    .filter((record) => terms.every((term) => holds(record, term)))
    .sort((one, other) => one.timestamp.localeCompare(other.timestamp));
  if (query.sort?.startsWith('-')) found.reverse();
  const start = Number(query['page[cursor]'] ?? 0);
  const end = start + Number(query['page[limit]'] ?? 10);
  const more = end < found.length ? { page: { after: String(end) } } : {};
  return { body: { data: found.slice(start, end).map(shown), meta: { status: 'done', ...more } } };
}

function holds(record: Searched, term: string): boolean {
  const [, sign, key = '', value = ''] = /^(@?)([\w.]+):(.+)$/.exec(term) ?? [];
  if (sign === '@') return String(valueAt(record.attributes, key) ?? '') === value;
  if (sign === '') {
    const own = key === 'tags' ? value : `${key}:${value}`;
    return record.tags.includes(own) || (record as unknown as JsonObject)[key] === value;
  }
  return record.message.toLowerCase().includes(term.toLowerCase());
}

function valueAt(attributes: JsonObject, path: string): JsonValue {
  return path.split('.').reduce<JsonValue>((value, key) => asObject(value)[key] ?? null, attributes);
}
