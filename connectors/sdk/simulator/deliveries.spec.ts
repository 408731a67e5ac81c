import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { json, startVendor, type VendorServer } from '../testing/vendor-server.js';
import type { SimulatedDelivery } from './define.js';
import { deliver } from './deliveries.js';

let receiver: VendorServer;
beforeAll(async () => {
  receiver = await startVendor();
  return () => receiver.close();
});
afterEach(() => {
  receiver.seen.length = 0;
});

const delivery = (url: string, timeoutSeconds = 5): SimulatedDelivery => ({
  ...{ url, timeoutSeconds, headers: { authorization: 'Bearer of-the-subscription' }, body: { event: 1 } },
  settled: () => [],
});

describe('a simulator’s own call', () => {
  it('brings its body and its credential to a webhook of this machine, and hears the answer', async () => {
    receiver.answer = json('{"taken":true}', 202);
    expect(await deliver(delivery(`${receiver.origin}/hooks/abc?x=1`))).toEqual({ status: 202, body: { taken: true } });
    expect(receiver.seen).toMatchObject([{ method: 'POST', url: '/hooks/abc?x=1', body: '{"event":1}' }]);
    expect(receiver.seen[0]!.headers.authorization).toBe('Bearer of-the-subscription');
  });

  it('comes back to this machine where the installation has a public address', async () => {
    receiver.answer = json('{}');
    const own = { publicUrl: 'https://castellan.example.com', local: receiver.origin };
    expect(await deliver(delivery('https://castellan.example.com/hooks/abc'), own)).toMatchObject({ status: 200 });
    expect(receiver.seen).toHaveLength(1);
  });

  it.each([
    'https://elsewhere.example/hooks/abc',
    'http://169.254.169.254/hooks/abc',
    'http://127.0.0.1.elsewhere.example/hooks/abc',
    'file:///hooks/abc',
    'nowhere',
  ])('does not go to %s', async (url) => {
    expect(await deliver(delivery(url))).toEqual({ problem: expect.stringContaining('this installation only') });
  });

  it('goes to no other path than those of webhooks', async () => {
    expect(await deliver(delivery(`${receiver.origin}/api/v1/session`))).toMatchObject({ problem: expect.any(String) });
    expect(receiver.seen).toEqual([]);
  });

  it('says that nobody answered, or not in time', async () => {
    receiver.answer = () => undefined;
    expect(await deliver(delivery(`${receiver.origin}/hooks/abc`, 0.2))).toEqual({
      problem: 'No answer within 0.2 seconds.',
    });
    expect(await deliver(delivery('http://127.0.0.1:1/hooks/abc'))).toEqual({
      problem: 'The address could not be reached.',
    });
  });
});
