import { describe, expect, it } from 'vitest';
import type { Connector } from './define.js';
import { type PolledEvent, type PollPage, pollLimits, readPoll } from './poll.js';
import { hostOf } from './testing/index.js';

const reading = (page: PollPage) => {
  const poll = { everySeconds: 60, begin: () => null, read: async () => page };
  const connector = { title: 'Acme', triggers: { happened: { poll }, pushed: {} } } as unknown as Connector;
  return (trigger = 'happened') => readPoll(connector, trigger, null, hostOf({ send: () => Promise.reject() }));
};
const happened = (id: string, occurredAt?: string): PolledEvent => ({
  ...{ id, payload: {} },
  ...(occurredAt === undefined ? {} : { occurredAt }),
});

describe('a page of polled events', () => {
  it('is put in the order in which it happened', async () => {
    const events = [happened('b', '2026-03-01T12:00:00+02:00'), happened('a', '2026-03-01T09:00:00Z')];
    const page = await reading({ events, cursor: 1 })();
    expect(page.events.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('keeps the order of a vendor that says no times', async () => {
    const page = await reading({ events: [happened('b'), happened('a', '2026-03-01T09:00:00Z')], cursor: 1 })();
    expect(page.events.map(({ id }) => id)).toEqual(['b', 'a']);
  });

  it.each<[string, PollPage]>([
    ['more than 1000', { events: Array.from({ length: pollLimits.events + 1 }, () => happened('a')), cursor: 1 }],
    ['no id', { events: [happened('')], cursor: 1 }],
    ['no id', { events: [happened('x'.repeat(pollLimits.idLength + 1))], cursor: 1 }],
    ['cannot be read', { events: [happened('a', 'yesterday')], cursor: 1 }],
    ['too long', { events: [], cursor: 'x'.repeat(pollLimits.cursorLength) }],
  ])('is refused as the vendor’s fault when it is none: %s', async (words, page) => {
    const refusal = { code: 'E_RESPONSE', message: expect.stringContaining(words) };
    await expect(reading(page)()).rejects.toMatchObject(refusal);
  });

  it('is not read of an event that the vendor delivers', async () => {
    await expect(reading({ events: [], cursor: 1 })('pushed')).rejects.toMatchObject({ code: 'E_INPUT' });
  });
});
