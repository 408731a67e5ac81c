import { type HttpRequest, type JsonValue, type PollPage, readSweep, sweepOf } from '@castellan/sdk';
import { hostOf } from '@castellan/sdk/testing';
import { describe, expect, it } from 'vitest';
import { pagerduty } from './pagerduty.connector.js';

const now = new Date('2026-03-01T12:15:00Z');

const incident = (number: number, createdAt: string) => ({
  ...{ id: `P${number}`, type: 'incident', incident_number: number, title: `Incident ${number}`, status: 'resolved' },
  ...{ created_at: createdAt, assignments: [{ at: createdAt, assignee: { id: 'PU1', summary: 'Sam' } }] },
});

/** A list of incidents as PagerDuty gives it, two on a page, and what it was asked. */
function listOf(...incidents: ReturnType<typeof incident>[]) {
  const asked: Record<string, unknown>[] = [];
  const send = async ({ query = {} }: HttpRequest) => {
    asked.push(query);
    const [since, until] = [Date.parse(String(query.since)), Date.parse(String(query.until))];
    const within = incidents.filter(({ created_at: at }) => Date.parse(at) >= since && Date.parse(at) < until);
    const offset = Number(query.offset ?? 0);
    const page = within.slice(offset, offset + 2);
    return { status: 200, headers: {}, body: { incidents: page, more: offset + 2 < within.length } as JsonValue };
  };
  const read = (cursor: JsonValue, at = now): Promise<PollPage> =>
    readSweep(pagerduty, 'incidentTriggered', cursor, hostOf({ send }, { now: at }));
  return { asked, read };
}

const begin = (from: string): JsonValue => sweepOf(pagerduty, 'incidentTriggered').begin(new Date(from));

describe('the sweep of PagerDuty’s incidents', () => {
  it('reads a window that is closed before the grace period, page by page, and the next one a little before its end', async () => {
    const times = ['10:00', '10:30', '11:00', '11:59'].map((time) => `2026-03-01T${time}:00Z`);
    const { asked, read } = listOf(...times.map((time, index) => incident(index + 1, time)));
    const first = await read(begin('2026-03-01T09:00:00Z'));
    expect(first.more).toBe(true);
    const second = await read(first.cursor, new Date('2026-03-01T12:20:00Z'));
    expect(second.more).toBe(false);
    const ids = [...first.events, ...second.events].map(({ id }) => id);
    expect(ids).toEqual([1, 2, 3, 4].map((number) => `incident.triggered P${number}`));
    expect(new Set(asked.map(({ until }) => until))).toEqual(new Set(['2026-03-01T12:00:00.000Z']));
    const third = await read(second.cursor, new Date('2026-03-01T12:30:00Z'));
    expect(asked.at(-1)).toMatchObject({ since: '2026-03-01T11:58:00.000Z', until: '2026-03-01T12:15:00.000Z' });
    expect(third.events.map(({ id }) => id)).toEqual(['incident.triggered P4']);
  });

  it('reads a long time month by month', async () => {
    const { asked, read } = listOf(incident(1, '2026-01-01T00:00:00Z'), incident(2, '2026-02-20T00:00:00Z'));
    const found: string[] = [];
    let cursor = begin('2026-01-01T00:00:00Z');
    for (let more = true; more; ) {
      const page = await read(cursor);
      found.push(...page.events.map(({ id }) => id));
      cursor = page.cursor;
      more = page.more === true;
    }
    expect(found).toEqual(['incident.triggered P1', 'incident.triggered P2']);
    expect(asked).toHaveLength(2);
  });

  it('asks nothing before the grace period of its beginning is over', async () => {
    const { asked, read } = listOf(incident(1, '2026-03-01T12:10:00Z'));
    expect(await read(begin('2026-03-01T12:05:00Z'))).toMatchObject({ events: [] });
    expect(asked).toEqual([]);
  });

  it('tells an incident as a webhook does', async () => {
    const { read } = listOf(incident(7, '2026-03-01T10:00:00Z'));
    const [event] = (await read(begin('2026-03-01T09:00:00Z'))).events;
    expect(event?.payload).toMatchObject({
      ...{ event_type: 'incident.triggered', occurred_at: '2026-03-01T10:00:00Z', agent: null },
      data: { id: 'P7', number: 7, title: 'Incident 7', assignees: [{ id: 'PU1', summary: 'Sam' }] },
    });
  });
});
