import { expect, test } from 'vitest';
import type { Sql } from '../../platform/database/index.js';
import { nextPoll, wantedPolls } from './wanted-polls.js';

const ids = ['01a1fdda-f7f2-70bf-9abb-1a469502b740', '01a1fdda-f8dc-70db-9638-e6e2e07a007d'];

test('the next poll that is told is the one that the Schedule strikes next, and triggers do not strike together', async () => {
  const now = new Date('2026-03-01T10:00:00.500Z');
  const rows = ids.map((id) => ({ id, every: 3_600 }));
  const wanted = await wantedPolls({ query: async () => rows as never[] } satisfies Sql);
  const told = ids.map((id) => nextPoll(id, 3_600, now).getTime());
  for (const [index, { spec }] of wanted.entries()) {
    const [{ every, offset }] = spec.intervals as [{ every: number; offset: number }];
    const next = told[index] ?? 0;
    expect(next % every).toBe(offset);
    expect(next - now.getTime()).toBeGreaterThan(0);
    expect(next - now.getTime()).toBeLessThanOrEqual(every);
  }
  expect(new Set(told).size).toBe(ids.length);
});
