/** Lists and searches over a million runs, through the API, beside a select by primary key of the same minute. */
import type { RunRow } from '@castellan/api';
import pg from 'pg';
import { prepareSchema } from '../server/src/platform/database/migrations.js';
import {
  type ApiAnswer,
  adminSession,
  newInstallation,
  removeInstallation,
  type Session,
  startServer,
} from '../server/test/harness/index.js';
import { type Seeded, seedHistory } from './history-seed.js';
import { makeRow, type Row } from './report.js';
import type { Surroundings } from './surroundings.js';

const runs = 1_000_000;
const targetMs = 100;
/** Of each case, with words or filters of its own each; three pages of each question. */
const questions = 25;
const pages = 3;

/** Kinds of questions, each the one half of a row. */
interface Case {
  title: string;
  /** The query of the nth question. */
  ask: (at: number) => Record<string, string>;
  /** What each run of the answer must be like. */
  holds: (run: RunRow, query: Record<string, string>) => boolean;
  /** Whether the first page must be full, or empty. */
  finds: 'many' | 'some' | 'none';
}

/** Seeds a database of its own on these services, and measures. */
export async function measureHistory({ services, signal }: Surroundings): Promise<Row[]> {
  const { postgres, temporal } = services;
  const yearAgo = new Date(Date.now() - 366 * 86_400_000);
  const database = await ownDatabase(postgres.url, 'history', yearAgo);
  const installation = newInstallation();
  const server = await startServer({ database, temporal, installation, mode: 'api' });
  try {
    const admin = await adminSession(server);
    console.log(`  seeding ${runs.toLocaleString('en')} runs of a year …`);
    const seeded = await seedHistory(admin, database.url, runs);
    const reference = await byPrimaryKey(database.url);
    const rows: Row[] = [];
    for (const each of cases(seeded)) {
      signal.throwIfAborted();
      const { p95Ms, problem } = await askAll(admin, each);
      rows.push(
        makeRow(
          { case: `${each.title} over 1,000,000 runs, p95`, value: p95Ms, unit: 'ms', reference, target: targetMs },
          problem,
        ),
      );
    }
    return rows;
  } finally {
    await server.stop();
    removeInstallation(installation);
  }
}

function cases({ flows, rareFlow, failingFlow }: Seeded): Case[] {
  const flowAt = (at: number): string => flows[at % flows.length]?.id ?? '';
  const any = (): boolean => true;
  const ofFlow = (run: RunRow, { flowId }: Record<string, string>): boolean => run.flowId === flowId;
  return [
    { title: 'run list', ask: () => ({}), holds: any, finds: 'many' },
    { title: 'run list of a flow', ask: (at) => ({ flowId: flowAt(at) }), holds: ofFlow, finds: 'many' },
    {
      title: 'run list by status',
      ask: (at) => ({ status: ['failed', 'cancelled', 'failed,cancelled', 'succeeded'][at % 4] ?? '' }),
      holds: (run, { status }) => status?.split(',').includes(run.status) === true,
      finds: 'many',
    },
    {
      title: 'run list of a flow by status',
      ask: (at) => ({ flowId: at % 2 ? rareFlow : failingFlow, status: at % 3 ? 'failed' : 'cancelled' }),
      holds: (run, query) => ofFlow(run, query) && run.status === query.status,
      finds: 'some',
    },
    {
      title: 'run list, nothing found',
      ask: (at) => ({ flowId: flowAt(at), status: ['paused', 'stalled', 'queued', 'running'][at % 4] ?? '' }),
      holds: any,
      finds: 'none',
    },
    {
      title: 'search, business key',
      ask: (at) => ({ q: `p${at * 701}.last` }),
      holds: (run, { q }) => run.businessKey?.startsWith(q ?? '') === true,
      finds: 'some',
    },
    { title: 'search, rare word', ask: (at) => ({ q: String(1_000 + at * 37_411) }), holds: any, finds: 'some' },
    {
      title: 'search, frequent word',
      ask: (at) => ({ q: ['countries', 'example.com', 'corp3', 'critical', 'emergency', '503'][at % 6] ?? '' }),
      holds: any,
      finds: 'many',
    },
    { title: 'search, beginning of a word', ask: (at) => ({ q: `last${at}` }), holds: any, finds: 'many' },
    { title: 'search, nothing found', ask: (at) => ({ q: `nowhere${at} countries` }), holds: any, finds: 'none' },
    {
      title: 'search in a flow by status',
      ask: (at) => ({
        q: ['countries', 'corp3 high', `last${at}`][at % 3] ?? '',
        flowId: flowAt(at),
        status: 'failed',
      }),
      holds: (run, query) => ofFlow(run, query) && run.status === 'failed',
      finds: 'some',
    },
  ];
}

interface RunPage {
  items: RunRow[];
  next: string | null;
}

async function askAll(admin: Session, { ask, holds, finds }: Case): Promise<{ p95Ms: number; problem?: string }> {
  const times: number[] = [];
  let problem: string | undefined;
  for (let at = 0; at < questions; at++) {
    const query = ask(at);
    let cursor: string | null = null;
    for (let page = 0; page < pages && (page === 0 || cursor !== null); page++) {
      const search: URLSearchParams = new URLSearchParams({ ...query, ...(cursor === null ? {} : { cursor }) });
      const sentAt = performance.now();
      const answer: ApiAnswer<RunPage> = await admin.inWorkspace<RunPage>('GET', `/runs?${search}`);
      times.push(performance.now() - sentAt);
      const { items, next }: RunPage = answer.body;
      const right =
        answer.status === 200 &&
        items.every((run) => holds(run, query)) &&
        items.every((run, place) => place === 0 || run.id < (items[place - 1]?.id ?? '')) &&
        (page > 0 || (finds === 'none' ? items.length === 0 : items.length >= (finds === 'many' ? 50 : 1)));
      if (!right)
        problem ??= `${search} answered ${answer.status} with ${items?.length} runs that are not what was asked for`;
      cursor = next ?? null;
    }
  }
  return { p95Ms: percentile(times, 0.95), ...(problem === undefined ? {} : { problem }) };
}

async function byPrimaryKey(url: string): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  try {
    const { rows } = await pool.query<{ id: string }>('select id from runs tablesample system (0.1) limit 300');
    const times: number[] = [];
    for (const { id } of rows) {
      const sentAt = performance.now();
      await pool.query('select * from runs where id = $1', [id]);
      times.push(performance.now() - sentAt);
    }
    return percentile(times, 0.95);
  } finally {
    await pool.end();
  }
}

function percentile(times: number[], part: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

/** A database of this name on the same Postgres, with months of history from an instant on, as if it had been there all the time. */
export async function ownDatabase(url: string, name: string, now = new Date()): Promise<{ url: string }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const own = new URL(url);
  own.pathname = `/${name}`;
  await prepareSchema(own.href, { onlyWait: false, now });
  return { url: own.href };
}
