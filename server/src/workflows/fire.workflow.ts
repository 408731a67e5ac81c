import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { proxyLocalActivities, workflowInfo } from '@temporalio/workflow';
import type { TriggerActivities } from './contract.js';

/** Repeated until our own side can store it; that the fire is stored once is the activity's business. */
const { storeFire } = proxyLocalActivities<TriggerActivities>({
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '250 milliseconds', backoffCoefficient: 2, maximumInterval: '5 seconds' },
});

/** Temporal notes the nominal time here: without jitter, and the same however late the fire comes. */
const scheduledStart = defineSearchAttributeKey('TemporalScheduledStartTime', SearchAttributeType.DATETIME);

/** One fire of a schedule trigger: stored as a delivery, from which on it is like any other. */
export async function fire(trigger: string): Promise<void> {
  const scheduledAt = workflowInfo().typedSearchAttributes.get(scheduledStart);
  if (!scheduledAt) throw new Error('This was started by no schedule.');
  await storeFire({ trigger, scheduledAt: scheduledAt.toISOString() });
}
