import { proxyActivities } from '@temporalio/workflow';
import type { TriggerActivities } from './contract.js';

/**
 * The heartbeat tells within 6 s that a worker has died; another one takes the poll over. It is repeated until our own
 * side can record what the system said.
 */
const { pollTrigger } = proxyActivities<TriggerActivities>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '6 seconds',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '10 seconds' },
});

/** One reading of a trigger's events: what is new is stored as deliveries, which from then on are like any other. */
export async function poll(trigger: string): Promise<void> {
  await pollTrigger(trigger);
}
