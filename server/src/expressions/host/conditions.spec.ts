import { describe, expect, it } from 'vitest';
import { holds } from './conditions.js';

const context = {
  trigger: {
    severity: 'high',
    count: 3,
    tags: ['siem', 'prod'],
    at: '2026-11-21T10:00:00Z',
    user: { id: 7 },
    none: null,
  },
};

function check(condition: unknown): Promise<boolean> {
  const scope = {
    workspace: 'w',
    context,
    deadline: Date.now() + 5_000,
    room: { bytes: 1e6 },
    target: () => 'plain' as const,
  };
  return holds(condition, scope);
}
const of = (path: string) => ({ jsonata: `trigger.${path}` });

describe('a comparison', () => {
  it.each([
    [of('severity'), 'eq', 'high', true],
    [of('severity'), 'ne', 'high', false],
    [of('user'), 'eq', { id: 7 }, true],
    [of('tags'), 'eq', ['prod', 'siem'], false],
    [of('count'), 'gt', 2, true],
    [of('count'), 'gte', 3, true],
    [of('count'), 'lt', 3, false],
    [of('count'), 'lte', 3, true],
    [of('severity'), 'contains', 'ig', true],
    [of('tags'), 'contains', 'prod', true],
    [of('tags'), 'contains', 'pro', false],
    [of('severity'), 'startsWith', 'hi', true],
    [of('severity'), 'endsWith', 'hi', false],
    [of('severity'), 'in', ['high', 'critical'], true],
    [of('count'), 'in', ['3'], false],
    [of('severity'), 'matches', '^h.*h$', true],
    [of('at'), 'before', '2026-11-21T11:30:00+01:00', true],
    [of('at'), 'after', '2026-11-21', true],
    [of('none'), 'exists', undefined, false],
    [of('missing.deeper'), 'exists', undefined, false],
    [of('count'), 'exists', undefined, true],
    [of('missing'), 'empty', undefined, true],
    [of('tags'), 'empty', undefined, false],
    [of('missing'), 'eq', null, true],
    [of('severity'), 'ne', null, true],
    [{ handlebars: '{{trigger.severity}}!' }, 'eq', 'high!', true],
    [{ literal: { jsonata: '1' } }, 'eq', { literal: { jsonata: '1' } }, true],
  ])('%j %s %j is %s', async (left, op, right, result) => {
    expect(await check({ all: [{ left, op, right }] })).toBe(result);
  });

  it.each([
    [of('count'), 'eq', '3'],
    [of('missing'), 'eq', 'high'],
    [of('severity'), 'gt', 1],
    [of('count'), 'gt', '2'],
    [of('severity'), 'lt', 'low'],
    [of('count'), 'contains', 3],
    [of('severity'), 'contains', 1],
    [of('missing'), 'contains', 'x'],
    [of('count'), 'startsWith', '3'],
    [of('severity'), 'in', 'high'],
    [of('count'), 'matches', '3'],
    [of('count'), 'before', '2026-01-01'],
    [of('count'), 'empty', undefined],
  ])('%j %s %j is an error, since the types do not fit', async (left, op, right) => {
    await expect(check({ any: [{ left, op, right }] })).rejects.toMatchObject({
      code: 'E_PARAM_TYPE',
      pointer: '/any/0',
    });
  });

  it('wants instants with a zone', async () => {
    const local = { left: '2026-11-21T10:00:00', op: 'before', right: of('at') };
    await expect(check({ all: [local] })).rejects.toMatchObject({ message: expect.stringMatching(/\$instant/) });
  });
});

describe('a group', () => {
  const yes = { left: 1, op: 'eq', right: 1 };
  const no = { left: 1, op: 'eq', right: 2 };
  const broken = { left: { jsonata: 'trigger.count' }, op: 'eq', right: 'three' };

  it('holds when all, or any, of its members hold, at any depth', async () => {
    expect(await check({ all: [yes, { any: [no, yes] }, { jsonata: 'trigger.count > 2' }] })).toBe(true);
    expect(await check({ any: [no, { all: [yes, no] }] })).toBe(false);
  });

  it('looks no further than it must, so that a check can stand before what needs it', async () => {
    expect(await check({ all: [no, broken] })).toBe(false);
    expect(await check({ any: [yes, broken] })).toBe(true);
    await expect(check({ all: [yes, broken] })).rejects.toMatchObject({ pointer: '/all/1' });
  });

  it('names the operand whose expression fails', async () => {
    const condition = { all: [{ any: [{ left: 1, op: 'gt', right: { jsonata: '1 +' } }] }] };
    await expect(check(condition)).rejects.toMatchObject({ pointer: '/all/0/any/0/right', position: 2 });
  });
});

describe('a condition', () => {
  it('may be an expression, which must give true or false', async () => {
    expect(await check({ jsonata: '"siem" in trigger.tags' })).toBe(true);
    await expect(check(of('severity'))).rejects.toMatchObject({ code: 'E_PARAM_TYPE' });
    await expect(check(of('missing'))).rejects.toMatchObject({ code: 'E_PARAM_TYPE' });
  });

  it.each([{ what: 1 }, { left: 1, op: 'like', right: 1 }, { left: 1, op: 'constructor', right: 1 }, 'yes', [], 5])(
    'is nothing else: %j',
    async (condition) => {
      await expect(check(condition)).rejects.toMatchObject({ code: 'E_INPUT' });
    },
  );

  it('nests to a limit', async () => {
    let deep: unknown = yesNo;
    for (let depth = 0; depth < 70; depth += 1) deep = { all: [deep] };
    await expect(check(deep)).rejects.toMatchObject({ code: 'E_LIMIT' });
  });
  const yesNo = { left: 1, op: 'eq', right: 1 };
});
