import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Connector } from '../define.js';
import type { Simulator } from '../simulator/index.js';
import { readSweep, type Sweep, sweepLimits } from '../sweep.js';
import type { JsonValue } from '../types.js';
import { type Simulation, simulate } from './simulate.js';

/** More pages than what is read here has. */
const mostPages = 100;
/** Before all that seeds hold, and near enough for a list that is read month by month. */
const longAgo = new Date('2025-01-01T00:00:00Z');
/** After all that seeds hold, whenever the test is run. */
const later = new Date('2028-01-01T00:00:00Z');

/** Declares the contract of a trigger whose deliveries are checked: its list holds each event once, as deliveries tell it. */
export function testSweep(connector: Connector, id: string, sweep: Sweep, simulator: Simulator): void {
  const { payload, poll } = connector.triggers[id]!;

  describe(`${connector.title}: the sweep of ${id}`, () => {
    let simulation: Simulation;
    beforeAll(async () => {
      simulation = await simulate(connector, simulator);
    });
    beforeEach(() => simulation.reset());
    afterAll(() => simulation.close());

    /** Reads to the end: the events' ids and times, and where it ended. */
    const readAll = async (from: JsonValue, now = later) => {
      const found: { id: string; at: number }[] = [];
      let cursor = from;
      for (let pages = 0; pages < mostPages; pages++) {
        const page = await readSweep(connector, id, cursor, simulation.host({ now }));
        for (const event of page.events) {
          found.push({ id: event.id, at: Date.parse(event.occurredAt as string) });
          expect(payload.safeParse(event.payload).error).toBeUndefined();
        }
        cursor = JSON.parse(JSON.stringify(page.cursor)) as JsonValue;
        if (!page.more) return { found, cursor };
      }
      throw new Error(`The list has more than ${mostPages} pages.`);
    };

    it('leaves deliveries their time, and is not made of an event that is read in any case', () => {
      expect(sweep.everySeconds).toBeGreaterThanOrEqual(sweepLimits.everySeconds);
      expect(sweep.graceSeconds).toBeGreaterThanOrEqual(sweepLimits.graceSeconds);
      expect(poll).toBeUndefined();
      expect(connector.address).toBeDefined();
    });

    it('lists what happened once, the same each time, and then nothing else', async () => {
      const first = await readAll(sweep.begin(longAgo));
      const ids = first.found.map((event) => event.id);
      expect(ids.length).toBeGreaterThan(0);
      expect(new Set(ids).size).toBe(ids.length);
      expect(await readAll(sweep.begin(longAgo))).toMatchObject({ found: first.found });
      const after = await readAll(first.cursor);
      expect(after.found.filter((event) => !ids.includes(event.id))).toEqual([]);
    });

    it('lists nothing that may still be delivered', async () => {
      const { found } = await readAll(sweep.begin(longAgo));
      const newest = Math.max(...found.map(({ at }) => at));
      const { found: soon } = await readAll(sweep.begin(longAgo), new Date(newest + 1_000));
      expect(soon.some(({ at }) => at > newest + 1_000 - sweep.graceSeconds * 1_000)).toBe(false);
      expect(soon.length).toBeLessThan(found.length);
    });
  });
}
