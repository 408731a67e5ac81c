import { describe, expect, it } from 'vitest';
import { keptItems, type ListProgram } from './lists.js';

const people = [
  { name: 'Jane', age: 41 },
  { name: 'Ola', age: 17 },
  { name: 'Kim', age: 29 },
];

const keep = (program: ListProgram, context: object = {}, milliseconds = 5_000) =>
  keptItems(program, {
    workspace: 'w',
    context: { trigger: { people, limit: 18 }, ...context },
    deadline: Date.now() + milliseconds,
    room: { bytes: 1e6 },
    target: () => 'plain' as const,
  });

const list = { jsonata: 'trigger.people' };

describe('the items that fulfil a condition', () => {
  it('are kept in their order; the condition sees the item, its index and what is around', async () => {
    expect(await keep({ items: list, when: { jsonata: 'item.age > trigger.limit' } })).toEqual([people[0], people[2]]);
    expect(await keep({ items: list, when: { jsonata: 'index = 1' } })).toEqual([people[1]]);
    const typed = { all: [{ left: { jsonata: 'item.age' }, op: 'lt', right: { jsonata: 'trigger.limit' } }] };
    expect(await keep({ items: list, when: typed })).toEqual([people[1]]);
  });

  it('hide the item of a loop around, which is reached by the name of the loop', async () => {
    const around = { item: 'outer', index: 7, loops: { each: { item: 'Kim', index: 7 } } };
    expect(await keep({ items: list, when: { jsonata: 'item.name = loops.each.item' } }, around)).toEqual([people[2]]);
  });

  it('may be all and none', async () => {
    expect(await keep({ items: list })).toEqual(people);
    expect(await keep({ items: [], when: { jsonata: 'false' } })).toEqual([]);
    expect(await keep({ items: list, when: { jsonata: 'false' } })).toEqual([]);
  });

  it('of a path that matches one thing or nothing are those of a list of one or none', async () => {
    const when = { jsonata: '$exists(item)' };
    expect(await keep({ items: { jsonata: 'trigger.people[age < 18]' }, when })).toEqual([people[1]]);
    expect(await keep({ items: { jsonata: 'trigger.people[age > 99]' }, when })).toEqual([]);
  });
});

describe('what fails', () => {
  it('says that a literal is no list', async () => {
    await expect(keep({ items: { a: 1 }, when: { jsonata: 'true' } })).rejects.toMatchObject({
      code: 'E_PARAM_TYPE',
      pointer: '/items',
    });
  });

  it('names the item at which a condition fails, and its place in the condition', async () => {
    const when = { all: [{ left: { jsonata: 'item' }, op: 'gt', right: 1 }] };
    await expect(keep({ items: [2, 3, 'four'], when })).rejects.toMatchObject({
      code: 'E_PARAM_TYPE',
      pointer: '/when/all/0',
      message: 'At index 2 of the list: gt takes numbers, but here is text.',
    });
    await expect(keep({ items: ['x'], when: { jsonata: 'item' } })).rejects.toMatchObject({
      message: 'At index 0 of the list: A condition must give true or false, but this gives text.',
    });
  });

  it('refuses more items than a list may have, before the first is looked at', async () => {
    const items = Array.from({ length: 100_001 }, () => 0);
    await expect(keep({ items, when: { jsonata: '$error("never")' } })).rejects.toMatchObject({ code: 'E_LIMIT' });
  });

  it('stops at the deadline even where the condition has no expression', async () => {
    const when = { all: [{ left: 1, op: 'eq', right: 1 }] };
    await expect(keep({ items: [1], when }, {}, -1)).rejects.toMatchObject({ code: 'E_EXPR_TIME' });
  });
});
