import { describe, expect, it } from 'vitest';
import { RetryableError, UnknownOutcomeError } from '../errors.js';
import { HostBreaker, HostFailing } from './host-breaker.js';

const host = 'https://vendor.test';

/** A breaker on a clock that the test moves, and a host that answers as it is told. */
function breakerAt() {
  const clock = { now: 1_000 };
  const vendor = { asked: 0, answer: async (): Promise<{ status: number }> => ({ status: 200 }) };
  const breaker = new HostBreaker(
    () => clock.now,
    () => 0,
  );
  const ask = (origin = host, insists = false, accept: number[] = []) =>
    breaker.ask({ origin, title: 'The vendor', insists, accept }, () => {
      vendor.asked += 1;
      return vendor.answer();
    });
  const askTimes = async (times: number) => {
    for (let done = 0; done < times; done += 1) await ask().catch(() => undefined);
  };
  return { clock, vendor, ask, askTimes };
}

const failing = async () => ({ status: 500 });

describe('the breaker of a host', () => {
  it.each([
    ['answers 5xx', failing],
    ['cannot be reached', () => Promise.reject(new RetryableError('no connection'))],
    ['leaves the answer out', () => Promise.reject(new UnknownOutcomeError('no whole answer'))],
  ])('opens when a host %s ten times in a row, and nothing is sent to it for a while', async (_, answer) => {
    const { vendor, ask, askTimes } = breakerAt();
    vendor.answer = answer;
    await askTimes(15);
    expect(vendor.asked).toBe(10);
    await expect(ask()).rejects.toBeInstanceOf(HostFailing);
    await expect(ask()).rejects.toMatchObject({ code: 'E_HTTP', retryable: true, retryAfter: 5, host: 'vendor.test' });
  });

  it('stays closed for a host that answers in between, also with a no', async () => {
    const { vendor, askTimes } = breakerAt();
    for (const status of [404, 429, 501, 200]) {
      vendor.answer = failing;
      await askTimes(9);
      vendor.answer = async () => ({ status });
      await askTimes(1);
    }
    expect(vendor.asked).toBe(40);
  });

  it('counts no answer that the caller takes for one', async () => {
    const { vendor, ask } = breakerAt();
    vendor.answer = failing;
    for (let times = 0; times < 15; times += 1) await ask(host, false, [500]);
    expect(vendor.asked).toBe(15);
  });

  it('holds back the calls to that host only', async () => {
    const { vendor, ask, askTimes } = breakerAt();
    vendor.answer = failing;
    await askTimes(10);
    vendor.answer = async () => ({ status: 200 });
    await expect(ask('https://other.test')).resolves.toEqual({ status: 200 });
  });

  it('lets one call find out after the pause, and all others once that was answered', async () => {
    const { clock, vendor, ask, askTimes } = breakerAt();
    vendor.answer = failing;
    await askTimes(10);
    clock.now += 5;
    let answer: (given: { status: number }) => void = () => undefined;
    vendor.answer = () => new Promise((resolve) => (answer = resolve));
    const probe = ask();
    await expect(ask()).rejects.toBeInstanceOf(HostFailing);
    answer({ status: 200 });
    await probe;
    vendor.answer = async () => ({ status: 200 });
    await askTimes(5);
    expect(vendor.asked).toBe(16);
  });

  it('waits twice as long after each call that found nothing better, up to a minute', async () => {
    const { clock, vendor, ask, askTimes } = breakerAt();
    vendor.answer = failing;
    await askTimes(10);
    const pauses: number[] = [];
    for (let probes = 0; probes < 6; probes += 1) {
      const { retryAfter } = (await ask().catch((error) => error)) as HostFailing;
      pauses.push(retryAfter ?? 0);
      clock.now += retryAfter ?? 0;
      await askTimes(1);
    }
    expect(pauses).toEqual([5, 10, 20, 40, 60, 60]);
    expect(vendor.asked).toBe(16);
  });

  it('lets the next call find out where the one that was to was given up', async () => {
    const { clock, vendor, ask, askTimes } = breakerAt();
    vendor.answer = failing;
    await askTimes(10);
    clock.now += 5;
    vendor.answer = () => Promise.reject(new Error('cancelled'));
    await askTimes(1);
    vendor.answer = async () => ({ status: 200 });
    await expect(ask()).resolves.toEqual({ status: 200 });
  });

  it('lets a person’s call pass, and closes when that is answered', async () => {
    const { vendor, ask, askTimes } = breakerAt();
    vendor.answer = failing;
    await askTimes(10);
    await expect(ask(host, true)).resolves.toEqual({ status: 500 });
    vendor.answer = async () => ({ status: 200 });
    await ask(host, true);
    await expect(ask()).resolves.toEqual({ status: 200 });
  });
});
