import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from './errors.js';
import { whileUnavailable } from './while-unavailable.js';

describe('what needs a service at a start', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const failing = (error: Error, times: number) => {
    let made = 0;
    return vi.fn(async () => {
      made += 1;
      if (made <= times) throw error;
      return 'there';
    });
  };

  it('is made again until the service is reached', async () => {
    const attempt = failing(new ApiError('unavailable'), 3);
    const outcome = whileUnavailable(60_000, attempt);
    await vi.runAllTimersAsync();
    await expect(outcome).resolves.toBe('there');
    expect(attempt).toHaveBeenCalledTimes(4);
  });

  it('is given up in the end', async () => {
    const outcome = whileUnavailable(2_000, failing(new ApiError('unavailable'), 1_000));
    const told = expect(outcome).rejects.toMatchObject({ code: 'unavailable' });
    await vi.runAllTimersAsync();
    await told;
  });

  it('fails at once for any other reason', async () => {
    const attempt = failing(new ApiError('conflict'), 1);
    await expect(whileUnavailable(60_000, attempt)).rejects.toMatchObject({ code: 'conflict' });
    expect(attempt).toHaveBeenCalledTimes(1);
  });
});
