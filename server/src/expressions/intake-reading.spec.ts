import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExpressionHost } from './expression-host.js';
import { type CompiledKey, IntakeFailure, IntakeReading } from './intake-reading.js';

let host: ExpressionHost;
beforeAll(() => {
  host = new ExpressionHost({ processes: 1 });
});
afterAll(() => host.onApplicationShutdown());

const trigger = { body: { id: 7, name: 'Jane', none: null, empty: [], 'a/b': { '~': 'x' }, list: [1, 2] } };
const scope = { workspaceId: 'w', context: { trigger, vars: { prefix: 'P' } } };

async function keyOf(key: CompiledKey): Promise<string | null> {
  const reading = new IntakeReading();
  const read = reading.key(scope, key, 'The key');
  await reading.answer(host, 1_000);
  return read();
}

test.each([
  ['/body/name', 'Jane'],
  ['/body/id', '7'],
  ['/body/a~1b/~0', 'x'],
  ['/body/list', '[1,2]'],
  ['/body/none', null],
  ['/body/empty', null],
  ['/body/gone/deeper', null],
  ['/body/name/length', null],
  ['/constructor/name', null],
])('the pointer %s reads %j', async (pointer, expected) => {
  expect(await keyOf(pointer)).toBe(expected);
});

test('an expression reads a key in either language, and nothing is no key', async () => {
  expect(await keyOf({ jsonata: 'vars.prefix & trigger.body.id' })).toBe('P7');
  expect(await keyOf({ cel: 'delivery.body.name + "!"' })).toBe('Jane!');
  expect(await keyOf({ jsonata: 'trigger.body.gone' })).toBeNull();
});

test('a key that is too long for an index is short and still tells two apart', async () => {
  const long = (end: string) => keyOf({ jsonata: `$pad("", 5000, "x") & "${end}"` });
  const [one, same, other] = [await long('a'), await long('a'), await long('b')];
  expect(one).toBe(same);
  expect(one).not.toBe(other);
  expect(one?.length).toBeLessThan(300);
});

test('one that fails says which, and what is wrong; the others are read', async () => {
  const reading = new IntakeReading();
  const good = reading.key(scope, { jsonata: '"fine"' }, 'The good one');
  const bad = reading.key(scope, { jsonata: '$number("x")' }, 'The order key of the flow');
  const filter = reading.filter(scope, { cel: 'delivery.body.id == 7.0' }, 'The filter');
  await reading.answer(host, 1_000);
  expect(good()).toBe('fine');
  expect(filter()).toBe(true);
  expect(bad).toThrow(IntakeFailure);
  expect(bad).toThrow(/^The order key of the flow cannot be evaluated: /);
});
