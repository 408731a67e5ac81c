import { FatalError, type JsonValue, RetryableError } from '@castellan/sdk';
import { describe, expect, test } from 'vitest';
import type { ReadGroup } from './keep-memberships.js';
import { groupsOfPage, readMembers } from './member-pages.js';

const groups: ReadGroup[] = Array.from({ length: groupsOfPage }, (_, index) => ({
  ...{ id: `g${index}`, seq: index + 1, externalId: `group-${index}`, payload: {} },
}));
const begin = { place: { phase: 'memberships' as const, page: null, group: 1 }, groupFailures: 0 };

/** So many members each, and what else is said of some groups. */
const giving =
  (members: number, of: Record<string, Error | { next: JsonValue }> = {}) =>
  async ({ id }: ReadGroup) => {
    const said = of[id];
    if (said instanceof Error) throw said;
    return { sifted: { taken: [], read: members, filtered: 0, failures: [] }, next: said?.next ?? null };
  };
const idsOf = ({ read }: Awaited<ReturnType<typeof readMembers>>) => read.map(({ group }) => group.id);

describe('A page of memberships', () => {
  test('holds as many groups as make it full, and says which comes then', async () => {
    const page = await readMembers(begin, groups, giving(200));
    expect([idsOf(page), page.behind?.id]).toEqual([['g0', 'g1', 'g2'], 'g3']);
  });

  test('holds no more than 50 groups however small they are, and has none behind the last', async () => {
    const many = await readMembers(begin, groups, giving(1));
    expect([many.read.length, many.behind?.id]).toEqual([50, 'g50']);
    expect((await readMembers(begin, groups.slice(0, 2), giving(1))).behind).toBeUndefined();
  });

  test('ends in a group that has more, and the next page goes on there', async () => {
    const page = await readMembers(begin, groups, giving(1, { g1: { next: 'second' } }));
    expect(idsOf(page)).toEqual(['g0', 'g1']);
    const asked: unknown[] = [];
    const at = { place: { phase: 'memberships' as const, page: 'second', group: 2 }, groupFailures: 3 };
    const next = await readMembers(at, groups.slice(1, 3), async (group, from) => {
      asked.push([group.id, from]);
      return giving(1)(group);
    });
    expect(asked).toEqual([
      ['g1', 'second'],
      ['g2', null],
    ]);
    expect(next.read).toMatchObject([
      { isContinued: true, failed: 3 },
      { isContinued: false, failed: 0 },
    ]);
  });

  test('ends before a group that fails, and fails itself with the first', async () => {
    const down = new RetryableError('busy', { code: 'E_HTTP', status: 503 });
    expect(idsOf(await readMembers(begin, groups, giving(1, { g2: down })))).toEqual(['g0', 'g1']);
    await expect(readMembers(begin, groups, giving(1, { g0: down }))).rejects.toBe(down);
  });

  test('passes over a group that is gone by now, which then ends no membership', async () => {
    const gone = new FatalError('not found', { code: 'E_HTTP', status: 404 });
    const page = await readMembers(begin, groups.slice(0, 3), giving(1, { g1: gone }));
    expect(page.read).toMatchObject([
      { failed: 0 },
      { failed: 1, sifted: { failures: [{ resource: 'group-1' }] } },
      { failed: 0 },
    ]);
  });
});
