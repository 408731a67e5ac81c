import type { RunStatus } from '@castellan/api';
import { z } from 'zod';
import type { Sql } from '../../platform/database/index.js';
import { firstIdOf, monthsOf } from '../../platform/database/partitions.js';
import { firstIdAt, instantOf } from '../../platform/ids.js';
import { type RunFilters, type RunScope, scopeOf } from './run-filters.js';
import { flowTerm, placeTerm, quoted, type SearchQuery, searchQuery } from './words.js';

/** Runs that the index may find by whole words before beginnings are looked for in each of them. */
const mostRead = 20_000;
const recentDays = 31;
/** Of so many of the newest runs each is looked at: a frequent word has filled its page by then. */
const walked = 2_000;

/** Ids of a page of runs, newest first, and of one more to tell whether there is a next. */
export async function findRunIds(sql: Sql, workspaceId: string, filters: RunFilters): Promise<string[]> {
  const scope = scopeOf(workspaceId, filters);
  const text = filters.q?.trim() ?? '';
  if (text === '') return listRunIds(sql, scope, filters.limit + 1);
  // A run's own id is looked for as it is, wherever the filters would keep it from being found.
  if (z.uuid().safeParse(text).success) return oneRunId(sql, workspaceId, text.toLowerCase());
  return searchRunIds(sql, scope, text, filters.limit + 1);
}

async function oneRunId(sql: Sql, workspaceId: string, id: string): Promise<string[]> {
  const rows = await sql.query<{ id: string }>('select id from runs where id = $1 and workspace_id = $2', [
    id,
    workspaceId,
  ]);
  return rows.map((row) => row.id);
}

/** Ids of runs of a list: a walk along the index of its filters, the recent part of history first. */
async function listRunIds(sql: Sql, scope: RunScope, limit: number): Promise<string[]> {
  const { recent, older } = split(scope);
  const ids = await readIds(sql, recent, limit);
  if (ids.length < limit && older) ids.push(...(await readIds(sql, older, limit - ids.length)));
  return ids;
}

async function readIds(sql: Sql, scope: RunScope, limit: number): Promise<string[]> {
  const values: unknown[] = [];
  const rows = await sql.query<{ id: string }>(
    `${listQuery(scope, values)} order by id desc limit ${place(values, limit)}`,
    values,
  );
  return rows.map(({ id }) => id);
}

/** The newest days of a scope, which fill most pages, apart: planning a question over years of months takes time. */
function split(scope: RunScope): { recent: RunScope; older: RunScope | null } {
  const newest = scope.before === null ? Date.now() : instantOf(scope.before).getTime();
  const edge = firstIdAt(new Date(newest - recentDays * 86_400_000));
  if (scope.from !== null && scope.from >= edge) return { recent: scope, older: null };
  return { recent: { ...scope, from: edge }, older: { ...scope, before: edge } };
}

/**
 * Ids of runs that have every word of `text`, newest first. No question sorts all runs that have a frequent word: the
 * newest runs are looked at one by one, which fills the page of such a word; what is older is asked of the index of
 * words, month by month, until the page is full.
 */
async function searchRunIds(sql: Sql, scope: RunScope, text: string, limit: number): Promise<string[]> {
  const flows = await sql.query<{ id: string; name: string }>('select id, name from flows where workspace_id = $1', [
    scope.workspaceId,
  ]);
  const query = searchQuery(text, flows);
  if (query === null) return [];
  const { ids, upTo } = await walk(sql, scope, query, limit);
  if (ids.length >= limit || upTo === null) return ids;
  const question = await indexQuestion(sql, scope, query);
  let before = upTo;
  for (const from of await windows(sql, before)) {
    const window = { ...scope, from: later(from, scope.from), before };
    ids.push(...(await askIndex(sql, window, question, limit - ids.length)));
    if (ids.length >= limit || from === null || window.from !== from) break;
    before = from;
  }
  return ids;
}

/** Those of the newest runs in scope that have the words; `upTo` is the oldest looked at, null when there are no more. */
async function walk(
  sql: Sql,
  scope: RunScope,
  { all }: SearchQuery,
  limit: number,
): Promise<{ ids: string[]; upTo: string | null }> {
  const { recent, older } = split(scope);
  const values: unknown[] = [];
  const [row] = await sql.query<{ ids: string[]; count: number; upTo: string | null }>(
    `with walked as materialized (${listQuery(recent, values)} order by id desc limit ${place(values, walked)}),
          found as (
            select w.id from walked w
             -- offset 0: the words of each are read; asking the index of words is what comes after
             cross join lateral (select s.words from run_search s
                                  where s.workspace_id = ${place(values, scope.workspaceId)} and s.run_id = w.id offset 0) s
             where s.words @@ ${place(values, all)}::tsquery order by w.id desc limit ${place(values, limit)})
     select (select coalesce(array_agg(id order by id desc), '{}') from found) as ids,
            (select count(*)::int from walked) as count, (select id from walked order by id limit 1) as "upTo"`,
    values,
  );
  if (!row) return { ids: [], upTo: null };
  return { ids: row.ids, upTo: row.count < walked ? (older?.before ?? null) : row.upTo };
}

/** Beginnings of the windows that reach back from an id: the rest of its month, then 1, 2, 4 … months at a time. */
async function windows(sql: Sql, before: string): Promise<(string | null)[]> {
  const months = (await monthsOf(sql, 'run_search')).map(firstIdOf).filter((first) => first < before);
  const beginnings: (string | null)[] = [];
  for (let at = months.length - 1, size = 1; at > 0; at -= size, size *= 2) beginnings.push(months[at] ?? null);
  return [...beginnings, null];
}

/** `index` is asked of the index, `all` of each run that it finds. */
interface IndexQuestion {
  index: string;
  all: string;
}

/**
 * A beginning costs as much as all the words that begin so, be it of a million runs. Where the whole words, or the
 * flow, are rare enough, the index finds runs by these alone.
 */
async function indexQuestion(sql: Sql, scope: RunScope, query: SearchQuery): Promise<IndexQuestion> {
  const terms = [placeTerm(scope.workspaceId, scope.mode), ...(scope.flowId === null ? [] : [flowTerm(scope.flowId)])];
  const all = [...terms.map(quoted), query.all].join(' & ');
  const whole = [...terms.map(quoted), ...(query.whole === null ? [] : [query.whole])].join(' & ');
  const [row] = await sql.query<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
    `explain (format json) select from run_search where workspace_id = $1 and words @@ $2::tsquery`,
    [scope.workspaceId, whole],
  );
  const expected = row?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0;
  return { index: expected <= mostRead ? whole : all, all };
}

async function askIndex(sql: Sql, scope: RunScope, { index, all }: IndexQuestion, limit: number): Promise<string[]> {
  const values: unknown[] = [scope.workspaceId, index, all, limit];
  const bounds = boundsOf(scope, 's.run_id', values);
  const ofRuns = ofRow(scope, values);
  const rows = await sql.query<{ id: string }>(
    `with hits as materialized (
       select s.run_id, s.words from run_search s where s.workspace_id = $1 and s.words @@ $2::tsquery ${bounds})
     select h.run_id as id from hits h ${ofRuns} where h.words @@ $3::tsquery order by h.run_id desc limit $4`,
    values,
  );
  return rows.map(({ id }) => id);
}

/** What the index of words does not know of a run. */
function ofRow({ statuses, about }: RunScope, values: unknown[]): string {
  if (statuses.length === 0 && about === null) return '';
  const key = about === null ? null : place(values, about);
  return `join runs r on r.id = h.run_id ${statusIn(statuses, values)}
          ${key === null ? '' : `and (r.business_key = ${key} or r.order_key = ${key})`}`;
}

/** The ids in scope as a query whose every part is in the order of an index, whatever the filters. */
function listQuery(scope: RunScope, values: unknown[]): string {
  const { workspaceId, mode, flowId, statuses, about } = scope;
  const owner =
    flowId === null
      ? `r.workspace_id = ${place(values, workspaceId)}`
      : `r.flow_id = ${place(values, flowId)} and r.workspace_id = ${place(values, workspaceId)}`;
  const where = `${owner} and r.mode = ${place(values, mode)} ${boundsOf(scope, 'r.id', values)}`;
  if (about !== null) return aboutQuery(`${where} ${statusIn(statuses, values)}`, place(values, about));
  if (statuses.length === 0) return `select r.id from runs r where ${where}`;
  const parts = statuses.map((status) => `select r.id from runs r where ${where} and ${isStatus(status)}`);
  if (parts.length === 1) return parts[0] ?? '';
  // The limit of the whole also ends each part: they are merged in their order.
  return `select id from (${parts.map((part) => `(${part} order by r.id desc)`).join(' union all ')}) u`;
}

/** Of one person or thing there are few runs: each of the two indexes that name it is walked, and the rest looked at. */
function aboutQuery(where: string, about: string): string {
  const parts = [`r.business_key = ${about}`, `r.order_key = ${about} and r.business_key is distinct from ${about}`];
  const queries = parts.map((part) => `(select r.id from runs r where ${where} and ${part} order by r.id desc)`);
  return `select id from (${queries.join(' union all ')}) u`;
}

const statusIn = (statuses: RunStatus[], values: unknown[]): string =>
  statuses.length === 0 ? '' : `and r.status = any(${place(values, statuses)})`;

/** Statuses are written out, not given as values: the indexes by status know which of them they hold. */
const isStatus = (status: RunStatus): string =>
  status === 'queued' || status === 'running'
    ? `r.status = '${status}' and r.ended_at is null`
    : `r.status = '${status}'`;

function boundsOf({ from, before }: RunScope, column: string, values: unknown[]): string {
  const lower = from === null ? '' : ` and ${column} >= ${place(values, from)}`;
  const upper = before === null ? '' : ` and ${column} < ${place(values, before)}`;
  return lower + upper;
}

function place(values: unknown[], value: unknown): string {
  values.push(value);
  return `$${values.length}`;
}

const later = (one: string | null, other: string | null): string | null =>
  one === null || (other !== null && other > one) ? other : one;
