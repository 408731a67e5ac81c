import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { templateFileSchema } from '../../src/templates/template-file.js';
import { type OwnPostgres, startOwnPostgres } from '../harness/postgres.js';

/** The views of the template for analytics, word for word, on a real Postgres; only types have other names there. */
const file = new URL('../../../templates/access-analytics.json', import.meta.url);
const { flow } = templateFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
const statements = Object.values(flow.steps).flatMap((step) =>
  step.kind === 'action' && step.operation === 'runStatement'
    ? [String((step.input as { statement: string }).statement)]
    : [],
);
const typeNames: Record<string, string> = { TIMESTAMP_TZ: 'timestamptz', NUMBER: 'numeric', VARIANT: 'jsonb' };

let postgres: OwnPostgres;

beforeAll(async () => {
  postgres = await startOwnPostgres();
  for (const statement of statements) {
    const isTable = statement.startsWith('CREATE TABLE');
    await postgres.query(isTable ? statement.replace(/\b[A-Z_]+\b/g, (word) => typeNames[word] ?? word) : statement);
  }
});
afterAll(() => postgres?.stop());
beforeEach(() =>
  postgres.query('truncate people_snapshots, access_snapshots, access_reviews, review_status, access_events'),
);

const days = { first: '2026-03-01T03:30:00Z', second: '2026-03-02T03:30:00Z', third: '2026-03-03T03:30:00Z' };
type Day = keyof typeof days;

const insert = async (table: string, rows: object[]) => {
  for (const row of rows) {
    const columns = Object.keys(row);
    const places = columns.map((_, index) => `$${index + 1}`);
    await postgres.query(
      `insert into ${table} (${columns.join(', ')}) values (${places.join(', ')})`,
      Object.values(row),
    );
  }
};
const people = (day: Day, rows: Record<string, string>, position = 'Engineer') =>
  insert(
    'people_snapshots',
    Object.entries(rows).map(([user_id, status]) => ({
      ...{ user_id, status, position, snapshot_date: days[day].slice(0, 10), seen_at: days[day] },
      ...{ email: `${user_id}@example.com`, name: user_id },
    })),
  );
const access = (day: Day, user_id: string, target_id: string, more: object = {}) =>
  insert('access_snapshots', [
    {
      ...{ user_id, target_id, target_name: `The ${target_id}`, kind: 'resource', access_level: '', direct: true },
      ...{ snapshot_date: days[day].slice(0, 10), seen_at: days[day], risk: 'LOW', ...more },
    },
  ]);
const rowsOf = (view: string) => postgres.query<Record<string, unknown>>(`select * from ${view} order by 1, 2, 3, 4`);

describe('over-privileged users', () => {
  const judged = async () =>
    (await rowsOf('over_privileged_users')).map((row) => [
      ...[row.user_id, Number(row.accesses), Number(row.critical_accesses)],
      ...[Number(row.standing_high_risk), Number(row.unusual_for_position)],
    ]);

  test('have direct access of high risk without end; through a group, or for a time, is not standing', async () => {
    await people('second', { ada: 'ACTIVE', ben: 'ACTIVE', cleo: 'ACTIVE', dan: 'ACTIVE' }, 'Lead');
    for (const user of ['ada', 'ben', 'cleo', 'dan']) await access('second', user, 'wiki');
    await access('second', 'ada', 'production', { risk: 'CRITICAL' });
    await access('second', 'ben', 'production', { risk: 'CRITICAL', direct: false });
    await access('second', 'cleo', 'production', { risk: 'HIGH', expires_at: days.third });
    expect(await judged()).toEqual([['ada', 2, 1, 1, 0]]);
  });

  test('have what hardly any colleague with the same position has', async () => {
    await people('second', { ada: 'ACTIVE', ben: 'ACTIVE', cleo: 'ACTIVE', dan: 'ACTIVE' });
    await people('second', { eve: 'ACTIVE' }, 'Auditor');
    for (const user of ['ada', 'ben', 'cleo', 'dan', 'eve']) await access('second', user, 'wiki');
    await access('second', 'dan', 'payroll');
    await access('second', 'eve', 'payroll');
    expect(await judged()).toEqual([['dan', 2, 0, 0, 1]]);
  });

  test('are no longer active and still have access; who has lost it is not among them', async () => {
    await people('second', { ada: 'DEPROVISIONED', ben: 'DEPROVISIONED' });
    await access('second', 'ada', 'wiki');
    await access('first', 'ben', 'wiki');
    expect(await judged()).toEqual([['ada', 1, 0, 0, 0]]);
  });

  test('are those of the last snapshot', async () => {
    await people('first', { ada: 'ACTIVE' });
    await access('first', 'ada', 'production', { risk: 'CRITICAL' });
    await people('second', { ada: 'ACTIVE' });
    await access('second', 'ada', 'wiki');
    expect(await judged()).toEqual([]);
  });
});

describe('review completion', () => {
  test('counts reviewers that are done, open and overdue, and who says so', async () => {
    const review = { policy: 'BY_MANAGER', seen_at: days.first };
    await insert('access_reviews', [
      { review_id: 'r-1', review: 'Production', deadline: '2020-01-01T00:00:00Z', ...review },
      { review_id: 'r-2', review: 'Finance', deadline: '2099-01-01T00:00:00Z', ...review },
      { review_id: 'r-3', review: 'Not tracked', deadline: '2099-01-01T00:00:00Z', ...review },
    ]);
    await insert('review_status', [
      { review_id: 'r-1', reviewer: 'ada', state: 'done', source: 'event' },
      { review_id: 'r-1', reviewer: 'ben', state: 'done', source: 'button' },
      { review_id: 'r-1', reviewer: 'cleo', state: 'open', source: 'derived' },
      { review_id: 'r-2', reviewer: 'ada', state: 'open', source: 'derived' },
    ]);
    const found = await rowsOf('review_completion');
    expect(
      found.map(({ review_id, reviewers, done, still_open, overdue, done_by_event, done_by_word, percent_done }) => [
        ...[review_id, Number(reviewers), Number(done), Number(still_open), Number(overdue)],
        ...[Number(done_by_event), Number(done_by_word), percent_done === null ? null : Number(percent_done)],
      ]),
    ).toEqual([
      ['r-1', 3, 2, 1, 1, 1, 1, 66.7],
      ['r-2', 1, 0, 1, 0, 0, 0, 0],
      ['r-3', 0, 0, 0, 0, 0, 0, null],
    ]);
  });
});

describe('time to revoke', () => {
  const measured = async () =>
    (await rowsOf('time_to_revoke'))
      .map(({ user_id, target_id, state, hours }) => [user_id, target_id, state, hours === null ? null : Number(hours)])
      .toSorted();
  const revoked = (person_id: string, resource_id: string, at: string) =>
    insert('access_events', [
      { event_id: `${person_id} ${resource_id} ${at}`, part: 1, person_id, resource_id, at, action: 'revoke' },
    ]);

  test('counts from the first snapshot that saw the person inactive to the event, or on while it is open', async () => {
    await people('first', { ada: 'ACTIVE', ben: 'ACTIVE' });
    for (const target of ['wiki', 'production', 'early', 'silent']) await access('first', 'ada', target);
    await access('first', 'ben', 'wiki');
    await people('second', { ada: 'SUSPENDED', ben: 'ACTIVE' });
    await people('third', { ada: 'DEPROVISIONED', ben: 'ACTIVE' });
    await access('third', 'ada', 'production');
    await revoked('ada', 'wiki', '2026-03-02T09:30:00Z');
    await revoked('ada', 'early', '2026-03-01T12:00:00Z');
    await revoked('ada', 'production', '2026-02-01T12:00:00Z');
    expect(await measured()).toEqual([
      ['ada', 'early', 'revoked', 0],
      ['ada', 'production', 'open', 24],
      ['ada', 'silent', 'gone, without an event', null],
      ['ada', 'wiki', 'revoked', 6],
    ]);
  });

  test('begins anew for somebody who came back and left again, and leaves inherited access aside', async () => {
    await people('first', { ada: 'SUSPENDED' });
    await access('first', 'ada', 'old');
    await people('second', { ada: 'ACTIVE' });
    await access('second', 'ada', 'wiki');
    await access('second', 'ada', 'shared', { direct: false });
    await people('third', { ada: 'DELETED' });
    await revoked('ada', 'wiki', '2026-03-03T04:00:00Z');
    expect(await measured()).toEqual([['ada', 'wiki', 'revoked', 0.5]]);
  });
});
