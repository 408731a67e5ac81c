import { describe, expect, it } from 'vitest';
import type { Connector } from './define.js';
import type { PolledEvent } from './poll.js';
import { readSweep, type Sweep } from './sweep.js';
import { hostOf } from './testing/index.js';

const now = new Date('2026-03-01T12:00:00Z');

const reading = (read: Sweep['read']) => {
  const sweep: Sweep = { everySeconds: 600, graceSeconds: 900, begin: () => null, read };
  const connector = { title: 'Acme', triggers: { happened: { sweep }, pushed: {} } } as unknown as Connector;
  return (trigger = 'happened') =>
    readSweep(connector, trigger, null, hostOf({ send: () => Promise.reject() }, { now }));
};

const page =
  (...events: PolledEvent[]) =>
  async () => ({ events, cursor: 1 });

describe('a page of what should have been delivered', () => {
  it('is read by a clock that is slow by the grace period', async () => {
    const seen: string[] = [];
    await reading(async (host) => {
      seen.push(host.now().toISOString());
      return { events: [], cursor: 1 };
    })();
    expect(seen).toEqual(['2026-03-01T11:45:00.000Z']);
  });

  it('is put in the order in which it happened', async () => {
    const late = { id: 'b', payload: {}, occurredAt: '2026-03-01T11:00:00Z' };
    const early = { id: 'a', payload: {}, occurredAt: '2026-03-01T10:00:00Z' };
    expect((await reading(page(late, early))()).events.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('is refused as the vendor’s fault when an event has no time or no id', async () => {
    const timeless = reading(page({ id: 'a', payload: {} }))();
    await expect(timeless).rejects.toMatchObject({ code: 'E_RESPONSE', message: expect.stringContaining('no time') });
    const nameless = reading(page({ id: '', payload: {}, occurredAt: '2026-03-01T10:00:00Z' }))();
    await expect(nameless).rejects.toMatchObject({ code: 'E_RESPONSE' });
  });

  it('is not read of an event that has no list', async () => {
    await expect(reading(page())('pushed')).rejects.toMatchObject({ code: 'E_INPUT' });
  });
});
