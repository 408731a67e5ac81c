import { disables } from '@castellan/flow';
import type { Change, Effect } from '@castellan/sdk';

/**
 * What a write takes away: revokes and deletions, updates that disable somebody, and whatever else an operation does
 * that calls itself destructive. Empty: it takes nothing away.
 */
export function destructiveChanges(effect: Effect, changes: Change[], input: unknown): Change[] {
  if (effect === 'read') return [];
  const all = effect === 'destructive';
  const taken = changes.filter(
    ({ action }) => action === 'revoke' || action === 'delete' || (action === 'update' && (all || disables(input))),
  );
  // It does not say what it takes away, but that it does.
  return all && taken.length === 0 ? [{ action: 'delete' }] : taken;
}
