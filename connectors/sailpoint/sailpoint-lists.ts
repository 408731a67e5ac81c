import {
  asObject,
  FatalError,
  type HttpRequest,
  type HttpResponse,
  type JsonObject,
  type JsonValue,
  type Paging,
  type Path,
  type QueryValue,
} from '@castellan/sdk';
import { z } from 'zod';

export const limit = z
  .int()
  .min(1)
  .max(100_000)
  .optional()
  .meta({ title: 'At most' })
  .describe('How many to read; left out: all.');

/** A filter in SailPoint’s own words, for what the other fields cannot say. */
export const filters = (example: string) =>
  z.string().min(1).optional().meta({ title: 'Filter' }).describe(`As SailPoint writes filters, such as ${example}.`);

export const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) });

/** The largest page that most lists give. */
const pageSize = 250;

/** The first page of a list. `smaller` where the vendor gives fewer a page. */
export function listRequest(at: Path, query: Record<string, QueryValue>, smaller?: number): HttpRequest {
  return { method: 'GET', path: at, query: { ...query, limit: smaller ?? pageSize, offset: 0 } };
}

/** Pages by limit and offset. */
export const offsetPages: Paging = {
  size: 'limit',
  items: (response) => itemsOf(response.body),
  next: (response, request, seen) =>
    hasMore(response, request, seen) ? { ...request, query: { ...request.query, offset: seen } } : null,
};

/** The total is told only where it was asked for; else a page that is not full is the last. */
export function hasMore(response: HttpResponse, request: HttpRequest, seen: number): boolean {
  const page = itemsOf(response.body);
  const total = totalOf(response);
  return total === null ? page.length >= Number(request.query?.limit) : seen < total && page.length > 0;
}

/** How many there are in all, where the answer says so. */
export function totalOf({ headers }: HttpResponse): number | null {
  const total = headers['x-total-count'];
  return total === undefined || !/^\d+$/.test(total) ? null : Number(total);
}

/** SailPoint’s lists are bare arrays. */
export function itemsOf(body: JsonValue): JsonValue[] {
  if (Array.isArray(body)) return body;
  throw new FatalError('SailPoint’s answer is no list.', { code: 'E_RESPONSE' });
}

/** One condition of a filter, `field eq "value"`; nothing where there is no value. */
export function condition(field: string, operator: 'eq' | 'sw' | 'co' | 'ge', value: string | boolean | undefined) {
  if (value === undefined) return [];
  return [`${field} ${operator} ${typeof value === 'boolean' ? value : quoted(value)}`];
}

/** Conditions that all must hold, or nothing where there are none. */
export function allOf(...conditions: (string | undefined)[][]): string | undefined {
  const said = conditions.flat().filter((each) => each !== undefined);
  return said.length === 0 ? undefined : said.join(' and ');
}

/** A text as filters write it. */
export function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** The vendor’s words: its message, what caused it, its code and the id by which its support finds the call. */
export function errorWords({ body }: HttpResponse): string | undefined {
  const { detailCode, trackingId, messages, causes } = asObject(body);
  const texts = [...new Set([...textsOf(messages), ...textsOf(causes)])];
  if (texts.length === 0) return undefined;
  const named = [detailCode, trackingId && `tracking id ${String(trackingId)}`].filter(Boolean).map(String);
  return named.length === 0 ? texts.join(' ') : `${texts.join(' ')} (${named.join(', ')})`;
}

/** In English where there are several languages. */
function textsOf(messages: JsonValue | undefined): string[] {
  const all = (Array.isArray(messages) ? messages : []) as JsonObject[];
  const english = all.filter(({ locale }) => String(locale ?? 'en').startsWith('en'));
  return (english.length > 0 ? english : all).flatMap(({ text }) => (typeof text === 'string' ? [text.trim()] : []));
}
