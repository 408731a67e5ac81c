import { proxyActivities } from '@temporalio/workflow';
import type { RawActivities } from './raw-temporal.js';

const { callVendor } = proxyActivities<RawActivities>({ startToCloseTimeout: '1 minute' });

/** The least that a workflow can do. */
export async function answer(body: unknown): Promise<unknown> {
  return body;
}

/** So many calls, up to `atOnce` at one time, each an activity. */
export async function callAll(url: string, calls: number, atOnce: number): Promise<number> {
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < calls) await callVendor(url, next++);
  };
  await Promise.all(Array.from({ length: Math.min(calls, atOnce) }, caller));
  return calls;
}
