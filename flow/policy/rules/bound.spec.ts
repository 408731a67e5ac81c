import { describe, expect, test } from 'vitest';
import { aFlow, approval, checkPolicy, find, revoke, under, wires } from '../../testing/policy.js';

describe('an approval before what takes something away', () => {
  const rule = under({ bound: { mode: 'refuse' } });
  const each = (covers?: string[], inner: object = revoke) => ({
    ask: { ...approval, covers },
    loop: {
      ...{ kind: 'loop', title: 'Each', items: { jsonata: '[1]' } },
      ...{ steps: { revoke: inner }, wires: wires('loop:each -> revoke') },
    },
  });
  const lines = ['hook -> ask', 'ask:approved -> loop'];

  test('names it, in loops too, or breaks the rule with the way to it', () => {
    expect(checkPolicy(aFlow(each(['revoke']), lines), rule)).toEqual([]);
    for (const covers of [undefined, [], ['loop']]) {
      expect(checkPolicy(aFlow(each(covers), lines), rule)).toMatchObject([
        {
          ...{ stepId: 'ask', code: 'policy_unbound', pointer: '/steps/ask/covers' },
          message: 'This approval lets something be taken away that it is not bound to: hook → Ask → Each → Revoke it.',
          fix: expect.stringContaining('Name "Revoke it" among the steps'),
        },
      ]);
    }
    expect(checkPolicy(aFlow(each(undefined, find), lines), rule)).toEqual([]);
  });

  test('counts, too, where the removal is reached past it as well', () => {
    const flow = aFlow({ ask: approval, revoke }, ['hook -> ask', 'hook -> revoke', 'ask:approved -> revoke']);
    expect(checkPolicy(flow, rule)).toHaveLength(1);
    const anyway = aFlow({ ask: approval, revoke }, [
      ...['hook -> ask', 'ask:approved -> revoke', 'ask:rejected -> revoke'],
    ]);
    expect(checkPolicy(anyway, rule)).toEqual([]);
  });

  test('need not name it where another approval on the way does', () => {
    const second = { ...approval, covers: ['revoke'] };
    const flow = (port: string) =>
      aFlow({ first: approval, second, revoke }, [
        'hook -> first',
        `first:approved -> second`,
        `second:${port} -> revoke`,
      ]);
    expect(checkPolicy(flow('approved'), rule)).toEqual([]);
    expect(checkPolicy(flow('timeout'), rule)).toHaveLength(1);
  });
});
