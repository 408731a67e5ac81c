import type { EmittedEventSubscription } from '@castellan/api';
import { StatusBadge } from '../../ui/status-badge.js';

/** Whether a subscription is sent what it asked for. */
export function SubscriptionState({ state, failingSince }: EmittedEventSubscription) {
  if (state === 'off') return <StatusBadge look="neutral" word="Off" />;
  if (state === 'stopped') return <StatusBadge look="failed" word="Stopped" />;
  return failingSince === null ? (
    <StatusBadge look="succeeded" word="On" />
  ) : (
    <StatusBadge look="waiting" word="Failing" />
  );
}
