import { describe, expect, it } from 'vitest';
import { functionDocs } from './functions.js';
import { addedFunctions } from './host/functions/index.js';
import { evaluateJsonata } from './host/jsonata.js';

function evaluate(source: string, context: Record<string, unknown> = {}): Promise<unknown> {
  return evaluateJsonata(source, { workspace: 'w', context, deadline: Date.now() + 5_000 });
}

describe('the added functions', () => {
  it.each(functionDocs.map(({ name, example }) => [name, example] as const))(
    '$%s gives what its example says',
    async (_, { jsonata, gives }) => {
      expect(structuredClone(await evaluate(jsonata))).toEqual(gives);
    },
  );

  it('are all in the published table', () => {
    expect(functionDocs.map(({ name }) => name).sort()).toEqual(Object.keys(addedFunctions).sort());
  });

  it('give nothing for nothing', async () => {
    for (const call of [
      '$date(none)',
      '$instant(none, "UTC")',
      '$addTime(none, 1, "day")',
      '$lookupBy(none, "a", 1)',
    ]) {
      expect(await evaluate(call)).toBeUndefined();
    }
    for (const call of ['$groupBy(none, "a")', '$unique(none)', '$mask(none)', '$sha256(none)', '$parseEmail(none)']) {
      expect(await evaluate(call)).toBeUndefined();
    }
    expect(await evaluate('$diffLists(none, [1]).added')).toEqual([1]);
  });

  it('can be applied in part', async () => {
    const hours = await evaluate('$map(["2026-01-01", "2026-07-01"], $date(?, "Europe/Zurich", "[H01]"))');
    expect([...(hours as string[])]).toEqual(['01', '02']);
  });

  it('refuse arguments of another type', async () => {
    for (const call of [
      '$sha256(1)',
      '$mask([])',
      '$groupBy([1], 2)',
      '$date(true)',
      '$addTime("2026-01-01", "1", "day")',
    ]) {
      await expect(evaluate(call)).rejects.toMatchObject({ code: 'E_EXPR', position: expect.any(Number) });
    }
  });
});

describe('dates', () => {
  it.each([
    ['a skipped time moves on', '$instant("2026-03-29 02:30", "Europe/Zurich")', '2026-03-29T01:30:00.000Z'],
    [
      'of a time that comes twice it is the first',
      '$instant("2026-10-25 02:30", "Europe/Zurich")',
      '2026-10-25T00:30:00.000Z',
    ],
    ['a date alone is its midnight', '$instant("2026-12-01", "Asia/Tokyo")', '2026-11-30T15:00:00.000Z'],
    [
      'a day keeps the clock of the zone',
      '$addTime("2026-03-28T11:00:00Z", 1, "days", "Europe/Zurich")',
      '2026-03-29T10:00:00.000Z',
    ],
    ['24 hours do not', '$addTime("2026-03-28T11:00:00Z", 24, "hours", "Europe/Zurich")', '2026-03-29T11:00:00.000Z'],
    ['a month ends on its last day', '$addTime("2026-01-31", 1, "month")', '2026-02-28T00:00:00.000Z'],
    ['backwards too', '$addTime("2026-03-31T12:00:00Z", -1, "months")', '2026-02-28T12:00:00.000Z'],
    ['half hours of a zone', '$date("2026-01-01", "Asia/Kolkata")', '2026-01-01T05:30:00.000+05:30'],
    ['west of Greenwich', '$date(0, "America/New_York", "[H01]:[m01] [Z]")', '19:00 -05:00'],
  ])('%s', async (_, source, result) => {
    expect(await evaluate(source)).toBe(result);
  });

  it.each([
    '$date("2026-02-30")',
    '$date("soon")',
    '$date("2026-01-01T10:00")',
    '$date(0, "Nowhere/City")',
    '$date(1e20)',
  ])('are refused when they cannot be: %s', async (source) => {
    await expect(evaluate(source)).rejects.toMatchObject({ code: 'E_EXPR' });
  });

  it('are the same instant in all of one evaluation', async () => {
    expect(await evaluate('$now() = $fromMillis($millis())')).toBe(true);
  });
});

describe('lists', () => {
  it('are compared as JSON: the order of members does not matter, their types do', async () => {
    expect(await evaluate('$unique([1, "1", 1, {"a": 1, "b": 2}, {"b": 2, "a": 1}])')).toHaveLength(3);
  });

  it('are compared by a key', async () => {
    const before = [{ id: 1, role: 'read' }, { id: 2 }];
    const after = [{ id: 1, role: 'admin' }, { id: 3 }];
    expect(await evaluate('$diffLists(before, after, "id")', { before, after })).toEqual({
      added: [{ id: 3 }],
      removed: [{ id: 2 }],
      kept: [{ id: 1, role: 'admin' }],
    });
  });

  it('are read through own members only', async () => {
    expect(await evaluate('$lookupBy([{"a": 1}], "constructor.name", "Object")')).toBeUndefined();
    await expect(evaluate('$groupBy([{"k": "_jsonata_function"}], "k")')).rejects.toMatchObject({ code: 'E_EXPR' });
    await expect(evaluate('$groupBy([{"k": "__proto__"}], "k")')).rejects.toMatchObject({ code: 'E_EXPR' });
  });
});

describe('e-mail addresses', () => {
  it.each(['a@b.ch, c@d.ch', 'a@b@c.ch', '<script>@x.ch', 'a b@c.ch', 'anna@-x.ch', '@x.ch', 'anna@', 'A <a@b.ch> B'])(
    'are one or none: %s',
    async (text) => {
      expect(await evaluate('$parseEmail(text)', { text })).toBeUndefined();
    },
  );
});
