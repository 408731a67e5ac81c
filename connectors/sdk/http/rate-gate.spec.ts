import { describe, expect, it } from 'vitest';
import { ConnectionGate, RateGate } from './rate-gate.js';

/** A gate on a clock that only sleeping moves. */
function gateAt(perSecond?: number) {
  const clock = { now: 1_000, slept: [] as number[] };
  const sleep = async (seconds: number) => {
    clock.slept.push(Number(seconds.toFixed(3)));
  };
  return { clock, gate: new RateGate(perSecond, () => clock.now, sleep) };
}

describe('the rate gate', () => {
  it('lets everything pass where the vendor names no rate', async () => {
    const { gate, clock } = gateAt();
    await Promise.all(Array.from({ length: 1_000 }, () => gate.pass()));
    expect(clock.slept).toEqual([]);
  });

  it('lets a second’s worth go at once and spaces the rest', async () => {
    const { gate, clock } = gateAt(10);
    await Promise.all(Array.from({ length: 13 }, () => gate.pass()));
    expect(clock.slept).toEqual([0.1, 0.2, 0.3]);
  });

  it('sends away whoever would wait too long, and says when to come back', async () => {
    const { gate } = gateAt(1);
    const calls = await Promise.allSettled(Array.from({ length: 20 }, () => gate.pass()));
    const sentAway = calls.filter(({ status }) => status === 'rejected');
    expect(sentAway).toHaveLength(9);
    expect(sentAway[0]).toMatchObject({ reason: { name: 'RetryableError', code: 'E_RATE', retryAfter: 11 } });
  });

  it('is closed for as long as the vendor said, for every caller', async () => {
    const { gate, clock } = gateAt(100);
    gate.close(30);
    await expect(gate.pass()).rejects.toMatchObject({ code: 'E_RATE', retryAfter: 30 });
    clock.now += 29.5;
    await expect(gate.pass()).rejects.toMatchObject({ retryAfter: 1 });
    clock.now += 0.5;
    await expect(gate.pass()).resolves.toBeUndefined();
  });

  it('is not opened by a shorter word of the vendor', async () => {
    const { gate } = gateAt();
    gate.close(30);
    gate.close(1);
    await expect(gate.pass()).rejects.toMatchObject({ retryAfter: 30 });
  });

  it('holds back those who were waiting when it was closed', async () => {
    const clock = { now: 0 };
    const gate: RateGate = new RateGate(
      1,
      () => clock.now,
      async () => gate.close(60),
    );
    await gate.pass();
    await expect(gate.pass()).rejects.toMatchObject({ retryAfter: 60 });
  });
});

describe('the gate of a connection', () => {
  /** How many of so many calls go at once. */
  const atOnce = async (gate: ConnectionGate, call: string, count: number) => {
    let passed = 0;
    const calls = Array.from({ length: count }, () => gate.pass(call).then(() => (passed += 1)));
    void Promise.allSettled(calls);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    return passed;
  };
  const vendor = { perSecond: 100, slower: [{ perSecond: 50, calls: /^PUT \/v1\/groups/ }] };
  const gateOf = () => new ConnectionGate(vendor, () => 1_000);

  it('lets fewer of those calls pass that the vendor allows less often', async () => {
    expect(await atOnce(gateOf(), 'GET /v1/groups', 120)).toBe(100);
    expect(await atOnce(gateOf(), 'PUT /v1/groups', 120)).toBe(50);
  });

  it('counts them among all calls, too', async () => {
    const gate = gateOf();
    expect(await atOnce(gate, 'PUT /v1/groups', 40)).toBe(40);
    expect(await atOnce(gate, 'GET /v1/users', 120)).toBe(60);
  });
});
