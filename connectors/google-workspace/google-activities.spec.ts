import { type JsonObject, type JsonValue, readPoll } from '@castellan/sdk';
import { type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { googleWorkspace } from './google-workspace.connector.js';
import { googleWorkspaceSimulator } from './google-workspace.simulator.js';

const at = (time: string) => new Date(`2026-02-01T${time}Z`);

describe('Activity of Google Workspace', () => {
  let google: Simulation;
  beforeAll(async () => {
    google = await simulate(googleWorkspace, googleWorkspaceSimulator);
  });
  beforeEach(async () => {
    await google.reset();
    await google.seed({ activities: [] });
  });
  afterAll(() => google.close());

  const begin = () => googleWorkspace.triggers.loginActivity!.poll!.begin(at('08:00:00'));
  const read = (cursor: JsonValue, now: Date) =>
    readPoll(googleWorkspace, 'loginActivity', cursor, google.host({ now }));
  const list = async (...times: string[]) => {
    const { activities } = (await google.state()) as { activities: JsonObject[] };
    const more = times.map((time) => ({
      id: { time: at(time).toISOString(), uniqueQualifier: time, applicationName: 'login', customerId: 'C03az79cb' },
      actor: { email: 'jane.doe@example.com', profileId: '1', callerType: 'USER' },
      ipAddress: '203.0.113.7',
      events: [{ type: 'login', name: 'login_success', parameters: [] }],
    }));
    await google.seed({ activities: [...activities, ...more] });
  };

  it('is told by the same key each time, in the order in which it happened', async () => {
    await list('08:03:00', '08:01:00');
    const first = await read(begin(), at('08:05:00'));
    expect(first.events.map(({ occurredAt }) => occurredAt)).toEqual([
      at('08:01:00').toISOString(),
      at('08:03:00').toISOString(),
    ]);
    const again = await read(first.cursor, at('08:10:00'));
    expect(again.events.map(({ id }) => id)).toEqual(first.events.map(({ id }) => id));
  });

  it('is found although Google lists it some minutes late', async () => {
    const first = await read(begin(), at('08:30:00'));
    await list('08:24:00');
    expect((await read(first.cursor, at('08:35:00'))).events).toHaveLength(1);
  });

  it('is found although Google lists it hours late', async () => {
    let { cursor } = await read(begin(), at('09:00:01'));
    for (const time of ['10:00:02', '10:05:00']) cursor = (await read(cursor, at(time))).cursor;
    await list('08:10:00');
    const found: string[] = [];
    for (const time of ['10:30:00', '11:00:03', '11:05:00']) {
      const page = await read(cursor, at(time));
      found.push(...page.events.map(({ id }) => id));
      cursor = page.cursor;
    }
    expect(found).toHaveLength(1);
  });

  it('that is older than the beginning is not told, however far back is looked', async () => {
    await list('07:59:00');
    let { cursor } = await read(begin(), at('09:30:00'));
    const page = await read(cursor, at('10:30:00'));
    cursor = page.cursor;
    expect([...page.events, ...(await read(cursor, at('11:30:00'))).events]).toEqual([]);
  });

  it('is read again from its beginning where Google has forgotten a page of it', async () => {
    await list('08:01:00');
    const { cursor } = await read(begin(), at('08:05:00'));
    const forgotten = {
      ...(cursor as JsonObject),
      from: at('08:00:00').toISOString(),
      to: at('08:05:00').toISOString(),
    };
    const page = await read({ ...forgotten, page: 'forgotten' }, at('08:10:00'));
    expect(page).toMatchObject({ events: [], more: true });
    expect((await read(page.cursor, at('08:10:00'))).events).toHaveLength(1);
  });
});
