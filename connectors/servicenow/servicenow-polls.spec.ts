import {
  type HttpRequest,
  type HttpResponse,
  type JsonObject,
  type JsonValue,
  type PollPage,
  pollOf,
  readPoll,
} from '@castellan/sdk';
import { hostOf } from '@castellan/sdk/testing';
import { describe, expect, it } from 'vitest';
import { servicenow } from './servicenow.connector.js';

const begin = pollOf(servicenow, 'incidentChanged').begin(new Date('2026-03-01T10:00:00Z'));

const incident = (number: number, at: string, changes = 0): JsonObject => ({
  sys_id: String(number).padStart(32, '0'),
  sys_updated_on: at,
  sys_mod_count: String(changes),
});

/** An instance that answers by sys_id, two records a page, and may keep a page's records from the account. */
function vendor(records: JsonObject[], hidden: (record: JsonObject) => boolean = () => false) {
  const asked: string[] = [];
  const http = {
    async send({ query }: HttpRequest): Promise<HttpResponse> {
      const condition = String(query?.sysparm_query);
      asked.push(condition);
      const after = /sys_id>(\w+)/.exec(condition)?.[1] ?? '';
      const rest = records.filter(({ sys_id }) => String(sys_id) > after);
      const start = Number(query?.sysparm_offset ?? 0) / 100;
      const more = start + 2 < rest.length;
      const link = `<https://x.service-now.com/?sysparm_offset=${(start + 2) * 100}>;rel="next"`;
      const result = rest.slice(start, start + 2).filter((each) => !hidden(each));
      return { status: 200, headers: more ? { link } : {}, body: { result } };
    },
  };
  const read = (cursor: JsonValue, now = '2026-03-01T11:00:00Z') =>
    readPoll(servicenow, 'incidentChanged', cursor, hostOf(http, { now: new Date(now) }));
  return { asked, read };
}

async function readAll(read: (cursor: JsonValue) => Promise<PollPage>, from: JsonValue) {
  const ids: string[] = [];
  let page: PollPage = { events: [], cursor: from, more: true };
  while (page.more) {
    page = await read(page.cursor);
    ids.push(...page.events.map(({ id }) => id.split(' ')[0]!.replace(/^0+/, '')));
  }
  return { ids, cursor: page.cursor };
}

describe('Reading what changed', () => {
  it('loses nothing when more records than a page share one second', async () => {
    const bulk = Array.from({ length: 7 }, (_, index) => incident(index + 1, '2026-03-01 10:30:00'));
    const { read } = vendor(bulk);
    expect((await readAll(read, begin)).ids).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  });

  it('asks in minutes ago, which no time zone changes, and a little more than is needed', async () => {
    const { asked, read } = vendor([]);
    await read(begin);
    expect(asked).toEqual(['sys_updated_onRELATIVEGT@minute@ago@62^ORDERBYsys_id']);
  });

  it('begins the next pass where this one began, and a little before', async () => {
    const { read } = vendor([1, 2, 3].map((number) => incident(number, '2026-03-01 10:30:00')));
    const first = await read(begin, '2026-03-01T11:00:00Z');
    const last = await read(first.cursor, '2026-03-01T11:05:00Z');
    expect(last).toMatchObject({ cursor: { from: '2026-03-01T10:57:00.000Z' } });
    expect(last.more).toBeUndefined();
  });

  it('goes on past pages of which the account may see nothing', async () => {
    const all = Array.from({ length: 6 }, (_, index) => incident(index + 1, '2026-03-01 10:30:00'));
    const { read } = vendor(all, ({ sys_id }) => ['3', '4'].includes(String(sys_id).replace(/^0+/, '')));
    expect((await readAll(read, begin)).ids).toEqual(['1', '2', '5', '6']);
  });

  it('tells two changes within one second apart, and nothing from before its start', async () => {
    const once = vendor([incident(1, '2026-03-01 10:30:00', 4), incident(2, '2026-03-01 09:59:00')]);
    const again = vendor([incident(1, '2026-03-01 10:30:00', 5)]);
    const [first, second] = [await once.read(begin), await again.read(begin)];
    expect(first.events).toHaveLength(1);
    expect(second.events[0]!.id).not.toBe(first.events[0]!.id);
    expect(first.events[0]!.occurredAt).toBe('2026-03-01T10:30:00.000Z');
  });

  it('says what is wrong with a record that has no time of its change', async () => {
    await expect(vendor([{ sys_id: '1' }]).read(begin)).rejects.toMatchObject({ code: 'E_RESPONSE' });
  });
});
