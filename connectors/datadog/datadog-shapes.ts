import { cursorPaging, type Paging } from '@castellan/sdk';
import { z } from 'zod';

export const reference = 'https://docs.datadoghq.com/api/latest';

/** Whatever is searched: a query of Datadog's, a span of time, and how much of it. */
export const searchFields = {
  query: z
    .string()
    .default('*')
    .meta({ title: 'Query' })
    .describe('In Datadog’s search syntax, such as service:okta status:error.'),
  from: z
    .string()
    .default('now-15m')
    .meta({ title: 'From' })
    .describe('An instant such as 2026-01-12T08:00:00Z, or now-15m, now-1h, now-1d.'),
  to: z.string().default('now').meta({ title: 'To' }),
  order: z.enum(['newest', 'oldest']).default('newest').meta({ title: 'First' }),
  limit: z.int().min(1).max(10_000).default(1_000).meta({ title: 'At most' }),
};

export interface Search {
  query: string;
  from: string;
  to: string;
  order: 'newest' | 'oldest';
  limit: number;
}

const pageSize = 1_000;

/** What a search is asked with. `instant`: how this search wants its times. */
export function searchQuery(search: Search, instant = (time: string) => time): Record<string, string | number> {
  return {
    'filter[query]': search.query,
    'filter[from]': instant(search.from),
    'filter[to]': instant(search.to),
    sort: search.order === 'newest' ? '-timestamp' : 'timestamp',
    'page[limit]': Math.min(search.limit, pageSize),
  };
}

export const searchPages: Paging = {
  ...cursorPaging({ items: 'data', next: 'meta.page.after', param: 'page[cursor]' }),
  size: 'page[limit]',
};

/** How long ago `now-15m` is. */
const unitSeconds: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };

/** `now-15m` as the instant that it is; an instant as it is. For searches that take instants alone. */
export function instantAt(now: Date): (time: string) => string {
  return (time) => {
    const [, count, unit] = /^now(?:-(\d+)([smhdw]))?$/.exec(time) ?? [];
    if (!time.startsWith('now')) return time;
    return new Date(now.getTime() - Number(count ?? 0) * (unitSeconds[unit ?? 's'] ?? 0) * 1000).toISOString();
  };
}

/** `now`, `now-15m` or an instant. */
export const isTime = (time: string): boolean =>
  /^now(?:-\d+[smhdw])?$/.test(time) || (/^\d{4}-/.test(time) && !Number.isNaN(Date.parse(time)));

export function timeProblems({ from, to }: Pick<Search, 'from' | 'to'>) {
  const message = 'Give an instant such as 2026-01-12T08:00:00Z, or now-15m.';
  return Object.entries({ from, to }).flatMap(([name, time]) =>
    isTime(time) ? [] : [{ pointer: `/${name}` as const, message }],
  );
}
