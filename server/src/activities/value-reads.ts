import type { Sealer } from '../platform/crypto/index.js';
import { prepared, type Sql } from '../platform/database/index.js';
import { Grouping } from '../platform/grouping.js';
import { wholeValue } from '../platform/large-values/index.js';
import { type ItemPlace, itemKey, readItems } from './loop-items.js';
import { exactOutput, type StepValue, type ValuePlace, type ValueReads, valueKey } from './values.js';

/** Reads of a stretch, which asks for all that it needs at once. */
export const readsOf = (sql: Sql, sealer: Sealer): ValueReads => ({
  values: (places) => readValues(sql, sealer, places),
  items: (places) => readItems(sql, sealer, places),
});

/** Few, since each value may be large. */
const groups = { atOnce: 2, most: 50 };

/**
 * Reads of calls, each of which asks for its own: what calls of this process need at the same time is read together, and
 * once where several need the same.
 */
export function groupedReads(sql: Sql, sealer: Sealer): ValueReads {
  const values = new Grouping<ValuePlace, StepValue | null>({
    ...groups,
    work: onceEach(valueKey, (places) => readValues(sql, sealer, places)),
  });
  const items = new Grouping<ItemPlace, (ItemPlace & { item: unknown }) | null>({
    ...groups,
    work: onceEach(itemKey, async (places) => {
      const found = new Map((await readItems(sql, sealer, places)).map((item) => [itemKey(item), item]));
      return places.map((place) => found.get(itemKey(place)) ?? null);
    }),
  });
  return {
    values: (places) => Promise.all(places.map((place) => values.add(place))),
    items: async (places) =>
      (await Promise.all(places.map((place) => items.add(place)))).filter((item) => item !== null),
  };
}

/** What these steps put out, in their order; null of one that has not settled. */
export async function readValues(sql: Sql, sealer: Sealer, places: ValuePlace[]): Promise<(StepValue | null)[]> {
  const rows = await sql.query<ValuePlace & { output: unknown; error: unknown; exact: string | null }>(
    prepared(`select s.run_id as "runId", s.step_id as step, s.iteration, s.error, s.exact,
            case when s.exact is null then ${wholeValue('s', 'output')} end as output
       from unnest($1::uuid[], $2::text[], $3::text[]) as w (run_id, step_id, iteration)
       join steps s on s.run_id = w.run_id and s.step_id = w.step_id and s.iteration = w.iteration and s.pass = 0
      where s.ended_at is not null`),
    [places.map((p) => p.runId), places.map((p) => p.step), places.map((p) => p.iteration)],
  );
  const found = new Map<string, StepValue>();
  for (const row of rows) found.set(valueKey(row), { output: await exactOutput(sealer, row), error: row.error });
  return places.map((place) => found.get(valueKey(place)) ?? null);
}

/** Work on places of which several may be the same: each is worked on once. */
function onceEach<Place, Result>(keyOf: (place: Place) => string, work: (places: Place[]) => Promise<Result[]>) {
  return async (places: Place[]): Promise<Result[]> => {
    const distinct = new Map(places.map((place) => [keyOf(place), place]));
    const results = await work([...distinct.values()]);
    const byKey = new Map([...distinct.keys()].map((key, index) => [key, results[index] as Result]));
    return places.map((place) => byKey.get(keyOf(place)) as Result);
  };
}
