import type { Trigger } from '@castellan/sdk';
import { governanceTriggers } from './sailpoint-governance-triggers.js';
import { identityTriggers } from './sailpoint-identity-triggers.js';
import { requestTriggers } from './sailpoint-request-triggers.js';

/** SailPoint's event triggers. One that is answered (REQUEST_RESPONSE) takes one subscription in a tenant, others 50. */
export const sailpointTriggers: Record<string, Trigger> = {
  ...requestTriggers,
  ...identityTriggers,
  ...governanceTriggers,
};

/** The key of the trigger that SailPoint calls so, or null. */
export function triggerOf(vendorId: string): string | null {
  return Object.keys(sailpointTriggers).find((key) => sailpointTriggers[key]?.vendorId === vendorId) ?? null;
}
