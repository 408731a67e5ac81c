import { describe, expect, it } from 'vitest';
import { failingPolls } from './failing-polls.js';
import { barsOf } from './run-bars.js';
import { silentTriggers } from './silent-triggers.js';

const now = Date.parse('2026-03-10T12:30:00Z');
const hoursAgo = (hours: number) => new Date(now - hours * 3_600_000).toISOString();

describe('silent triggers', () => {
  const flows = [
    { id: 'old', updatedAt: hoursAgo(24 * 30) },
    { id: 'new', updatedAt: hoursAgo(2) },
  ];
  const trigger = { flowId: 'old', kind: 'webhook', enabled: true, lastDeliveryAt: hoursAgo(24 * 8), poll: null };

  it('are on and have heard nothing for a week', () => {
    expect(silentTriggers([trigger], flows, now)).toHaveLength(1);
    expect(silentTriggers([{ ...trigger, lastDeliveryAt: hoursAgo(24 * 6) }], flows, now)).toEqual([]);
  });

  it('count from the change of their flow when they never heard anything', () => {
    const never = { ...trigger, lastDeliveryAt: null };
    expect(silentTriggers([never, { ...never, flowId: 'new' }], flows, now)).toEqual([never]);
  });

  it('are not those that are off, nor those that only people or flows start, nor those that ask themselves', () => {
    const others = [
      { ...trigger, enabled: false },
      { ...trigger, kind: 'manual' },
      { ...trigger, kind: 'call' },
      { ...trigger, kind: 'connector', poll: { failing: null } },
    ];
    expect(silentTriggers(others, flows, now)).toEqual([]);
  });
});

describe('events that cannot be read', () => {
  const failing = (hours: number) => ({ failing: { since: hoursAgo(hours), message: 'refused' } });

  it('are told once that has lasted, those longest ago first', () => {
    const [brief, longer, longest] = [0.05, 1, 2].map((hours) => ({ enabled: true, poll: failing(hours) }));
    const off = { enabled: false, poll: failing(3) };
    const fine = { enabled: true, poll: { failing: null } };
    const told = failingPolls([brief!, longer!, longest!, off, fine, { enabled: true, poll: null }], now);
    expect(told.map(({ poll }) => poll)).toEqual([longest?.poll, longer?.poll]);
  });
});

describe('the bars of the last day', () => {
  it('count runs by the hour, the present one last, and failed ones among them', () => {
    const bars = barsOf(
      [
        { createdAt: hoursAgo(0), status: 'succeeded' },
        { createdAt: hoursAgo(0.4), status: 'failed' },
        { createdAt: hoursAgo(1), status: 'stalled' },
        { createdAt: hoursAgo(23), status: 'running' },
        { createdAt: hoursAgo(30), status: 'failed' },
      ],
      now,
    );
    expect(bars).toHaveLength(24);
    expect(bars.at(-1)).toMatchObject({ total: 2, failed: 1 });
    expect(bars.at(-2)).toMatchObject({ total: 1, failed: 1 });
    expect(bars[0]).toMatchObject({ total: 1, failed: 0 });
  });
});
