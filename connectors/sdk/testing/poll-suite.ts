import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Connector } from '../define.js';
import { type Poll, type PollPage, readPoll } from '../poll.js';
import type { Simulator } from '../simulator/index.js';
import type { JsonValue } from '../types.js';
import { type Exchange, record, replay } from './exchange.js';
import { hostOf, type Simulation, simulate } from './simulate.js';

/** One reading: from a cursor at a time, the calls that it leads to, and what came of them. */
export interface PollFixture {
  now: string;
  cursor: JsonValue;
  exchange: Exchange[];
  page: PollPage;
}

/** More pages than a history that is read here has. */
const mostPages = 50;

/** Declares the contract of a polled trigger: what its fixture shows, and that against the simulator nothing is lost. */
export function testPoll(
  connector: Connector,
  id: string,
  poll: Poll,
  simulator: Simulator | null,
  fixture: PollFixture | undefined,
): void {
  const { payload } = connector.triggers[id]!;

  describe(`${connector.title}: reading ${id}`, () => {
    it('says how often, and begins with a cursor that is JSON', () => {
      expect(poll.everySeconds).toBeGreaterThanOrEqual(10);
      const cursor = poll.begin(new Date('2026-01-01T00:00:00Z'));
      expect(JSON.parse(JSON.stringify(cursor))).toEqual(cursor);
    });

    it('asks and understands what its fixture shows', async () => {
      if (!fixture) throw new Error(`There is no fixture of ${id}. Record it with UPDATE_FIXTURES=1.`);
      const client = replay(fixture.exchange);
      const page = await readPoll(connector, id, fixture.cursor, hostOf(client, { now: new Date(fixture.now) }));
      expect(page).toEqual(fixture.page);
      expect(client.unused()).toEqual([]);
      expect(page.events.length).toBeGreaterThan(0);
      for (const event of page.events) expect(payload.safeParse(event.payload).error).toBeUndefined();
    });
  });

  if (!simulator) return;
  describe(`${connector.title}: reading ${id} from its simulator`, () => {
    let simulation: Simulation;
    beforeAll(async () => {
      simulation = await simulate(connector, simulator);
    });
    beforeEach(() => simulation.reset());
    afterAll(() => simulation.close());

    /** Reads to the end: the ids in order, and where it ended. */
    const readAll = async (from: JsonValue): Promise<{ ids: string[]; cursor: JsonValue }> => {
      const ids: string[] = [];
      let cursor = from;
      for (let pages = 0; pages < mostPages; pages++) {
        const page: PollPage = await readPoll(connector, id, cursor, simulation.host());
        for (const event of page.events) {
          ids.push(event.id);
          expect(payload.safeParse(event.payload).error).toBeUndefined();
        }
        cursor = JSON.parse(JSON.stringify(page.cursor)) as JsonValue;
        if (!page.more) return { ids, cursor };
      }
      throw new Error(`The history has more than ${mostPages} pages.`);
    };

    it('reads a history once, the same each time, and then nothing that was not read', async () => {
      const first = await readAll(poll.begin(new Date(0)));
      expect(first.ids.length).toBeGreaterThan(0);
      expect(new Set(first.ids).size).toBe(first.ids.length);
      expect((await readAll(poll.begin(new Date(0)))).ids).toEqual(first.ids);
      const after = await readAll(first.cursor);
      expect(after.ids.filter((event) => !first.ids.includes(event))).toEqual([]);
    });

    it('begins without the history', async () => {
      expect((await readAll(poll.begin(new Date()))).ids).toEqual([]);
    });

    it('fails as calls do, and reads the same again afterwards', async () => {
      const cursor = poll.begin(new Date(0));
      const failing = async (status: number, headers?: Record<string, string>) => {
        // A token that is refused is renewed once: nine times it is refused for good.
        await simulation.faults([{ status, headers, body: { message: 'the vendor’s words' }, times: 9 }]);
        const host = simulation.host({ connectionId: `${id}-${status}` });
        return readPoll(connector, id, cursor, host).catch((error: unknown) => error);
      };
      expect(await failing(429, { 'retry-after': '120' })).toMatchObject({ code: 'E_RATE', retryAfter: 120 });
      expect(await failing(401)).toMatchObject({ name: 'FatalError', code: 'E_AUTH' });
      expect(await failing(503)).toMatchObject({ name: 'RetryableError', status: 503 });
      await simulation.faults([]);
      expect((await readAll(cursor)).ids.length).toBeGreaterThan(0);
    });
  });
}

/** Records what each polled trigger reads of its simulator's history, where no fixture is there. */
export async function recordPoll(
  connector: Connector,
  simulation: Simulation,
  recorded: Record<string, unknown>,
): Promise<void> {
  for (const [id, { poll }] of Object.entries(connector.triggers)) {
    if (!poll || recorded[id]) continue;
    await simulation.reset();
    const now = new Date('2026-02-01T00:00:00Z');
    const cursor = poll.begin(new Date('2026-01-01T00:00:00Z'));
    const client = record(simulation.host().http);
    const page = await readPoll(connector, id, cursor, hostOf(client, { now }));
    recorded[id] = { now: now.toISOString(), cursor, exchange: client.exchanges, page } satisfies PollFixture;
  }
}
