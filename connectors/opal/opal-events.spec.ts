import {
  callOperation,
  FatalError,
  type HttpRequest,
  type JsonObject,
  type JsonValue,
  type PollPage,
  pollOf,
  readPoll,
} from '@castellan/sdk';
import { hostOf, type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { affectedPerson } from '../simulated-company.js';
import { opal } from './opal.connector.js';
import { opalSimulator } from './opal.simulator.js';

const begin = (from: string | Date): JsonValue => pollOf(opal, 'eventLogged').begin(new Date(from));

describe('the audit log of the simulated company', () => {
  let simulation: Simulation;
  beforeAll(async () => {
    simulation = await simulate(opal, opalSimulator);
  });
  beforeEach(() => simulation.reset());
  afterAll(() => simulation.close());

  const call = <T>(operation: string, input: JsonObject): Promise<T> =>
    callOperation(opal, operation, input, simulation.host()) as Promise<T>;

  it('tells each change of access once, with the person and what it was about', async () => {
    const cursor = begin(new Date());
    const { user } = await call<{ user: { userId: string } }>('findUser', { email: affectedPerson.email });
    const { items } = await call<{ items: { groupId: string }[] }>('listGroups', {});
    const { groupId } = items[0] as { groupId: string };
    await call('grantGroup', { userId: user.userId, groupId, durationMinutes: 60 });
    const first = await readPoll(opal, 'eventLogged', cursor, simulation.host());
    expect(first.events.map(({ payload }) => payload)).toEqual([
      expect.objectContaining({
        eventType: 'USERS_ADDED_TO_GROUP',
        subEvents: [expect.objectContaining({ userId: user.userId, groupId })],
      }),
    ]);
    await call('revokeGroup', { userId: user.userId, groupId });
    const second = await readPoll(opal, 'eventLogged', first.cursor, simulation.host());
    const known = new Set(first.events.map(({ id }) => id));
    expect(second.events.filter(({ id }) => !known.has(id)).map(({ payload }) => payload)).toEqual([
      expect.objectContaining({ eventType: 'USERS_REMOVED_FROM_GROUP' }),
    ]);
  });
});

describe('reading the audit log of Opal', () => {
  const lines: JsonObject[] = Array.from({ length: 5 }, (_, index) => ({
    event_id: `event-${index}`,
    event_type: 'USERS_CREATED',
    created_at: `2026-03-01T10:0${index}:00Z`,
    actor_user_id: 'a',
    actor_name: 'Ada',
  }));
  const refusal = (status: number) => new FatalError('refused', { status });

  /** Opal with two events a page, newest first, that answers some calls in another way. */
  function vendor(otherwise: (call: number) => FatalError | null = () => null) {
    const asked: HttpRequest['query'][] = [];
    const http = {
      send: async ({ query = {} }: HttpRequest) => {
        asked.push(query);
        const refused = otherwise(asked.length);
        if (refused) throw refused;
        const within = lines.filter(
          ({ created_at: at }) =>
            Date.parse(String(at)) >= Date.parse(String(query.start_date_filter)) &&
            Date.parse(String(at)) <= Date.parse(String(query.end_date_filter)),
        );
        const start = Number(query.cursor ?? 0);
        const next = start + 2 < within.length ? String(start + 2) : null;
        return { status: 200, headers: {}, body: { next, results: within.toReversed().slice(start, start + 2) } };
      },
    };
    const read = (cursor: JsonValue, now: string) =>
      readPoll(opal, 'eventLogged', cursor, hostOf(http, { now: new Date(now) }));
    return { asked, read };
  }

  async function readAll(read: ReturnType<typeof vendor>['read'], from: JsonValue, now: string) {
    const ids: string[] = [];
    let page: PollPage = { events: [], cursor: from, more: true };
    while (page.more) {
      page = await read(page.cursor, now);
      ids.push(...page.events.map(({ id }) => id));
    }
    return { ids, cursor: page.cursor };
  }

  it('closes its window before the first page, so that a new event moves no page, and finds it next time', async () => {
    const { asked, read } = vendor();
    const first = await read(begin('2026-03-01T10:00:00Z'), '2026-03-01T10:03:30Z');
    expect(first.events.map(({ id }) => id)).toEqual(['event-2', 'event-3']);
    const rest = await readAll(read, first.cursor, '2026-03-01T10:10:00Z');
    expect(rest.ids).toEqual(['event-0', 'event-1']);
    expect(new Set(asked.map((query) => query?.end_date_filter))).toEqual(new Set(['2026-03-01T10:03:30.000Z']));
    expect((await readAll(read, rest.cursor, '2026-03-01T10:10:00Z')).ids).toContain('event-4');
  });

  it('reads the last two minutes again, for what was listed late, and never what is older than its start', async () => {
    const { asked, read } = vendor();
    const { cursor } = await readAll(read, begin('2026-03-01T10:00:00Z'), '2026-03-01T10:01:00Z');
    await read(cursor, '2026-03-01T10:01:10Z');
    expect(asked.at(-1)).toMatchObject({ start_date_filter: '2026-03-01T10:00:00.000Z' });
    const later = await readAll(read, cursor, '2026-03-01T11:00:00Z');
    await read(later.cursor, '2026-03-01T11:01:00Z');
    expect(asked.at(-1)).toMatchObject({ start_date_filter: '2026-03-01T10:58:00.000Z' });
  });

  it('reads a window again from its beginning when Opal has forgotten a page, and fails the second time', async () => {
    const once = vendor((call) => (call === 2 ? refusal(400) : null));
    const { ids } = await readAll(once.read, begin('2026-03-01T10:00:00Z'), '2026-03-01T10:05:00Z');
    expect(new Set(ids)).toEqual(new Set(lines.map(({ event_id }) => event_id)));
    const always = vendor((call) => (call % 2 === 0 ? refusal(400) : null));
    const first = await always.read(begin('2026-03-01T10:00:00Z'), '2026-03-01T10:05:00Z');
    const begunAgain = await always.read(first.cursor, '2026-03-01T10:05:00Z');
    const { cursor } = await always.read(begunAgain.cursor, '2026-03-01T10:05:01Z');
    await expect(always.read(cursor, '2026-03-01T10:05:02Z')).rejects.toMatchObject({ status: 400 });
    always.asked.length = 1;
    expect(await always.read(cursor, '2026-03-01T10:20:00Z')).toMatchObject({ events: [], more: true });
  });

  it('says what is wrong with an event that has no time', async () => {
    const http = { send: async () => ({ status: 200, headers: {}, body: { results: [{ event_id: 'x' }] } }) };
    const reading = readPoll(opal, 'eventLogged', begin('2026-03-01T10:00:00Z'), hostOf(http));
    await expect(reading).rejects.toMatchObject({ code: 'E_RESPONSE' });
  });
});
