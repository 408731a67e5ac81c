import type { Sql } from '../platform/database/index.js';
import type { DeliveryStatus, LoggedDelivery, TakenRun } from './inbox.js';
import type { Candidate, Match } from './matching.js';

/** How a delivery stands in the log. */
export interface Standing {
  status: DeliveryStatus;
  reason: string | null;
}

/** How the delivery stands in the log, given the runs that it made and those that it woke. */
export function cameOf({ status, reason }: LoggedDelivery, made: TakenRun[], woken: string[]): Standing {
  if (woken.length > 0 && status === 'filtered') return { status: 'accepted', reason: null };
  // A trigger for which that failed is still to have it.
  if (status === 'unmatched') return { status, reason };
  const repeated = made.length > 0 && made.every((run) => run.duplicate) && woken.length === 0;
  return { status: repeated ? 'duplicate' : status, reason };
}

/** Writes those that stand otherwise than they were stored. */
export async function writeChangedStatuses(
  tx: Sql,
  arriving: { delivery: LoggedDelivery }[],
  taken: ({ deliveryId: string } & Standing)[],
): Promise<void> {
  const changed = taken.filter(({ status }, index) => status !== arriving[index]?.delivery.status);
  if (changed.length === 0) return;
  await tx.query(
    `update deliveries d set status = n.status, reason = n.reason
       from unnest($1::uuid[], $2::text[], $3::text[]) as n (id, status, reason) where d.id = n.id`,
    [
      changed.map(({ deliveryId }) => deliveryId),
      changed.map(({ status }) => status),
      changed.map(({ reason }) => reason),
    ],
  );
}

export const together = (candidates: Candidate[], matches: Match[]) =>
  candidates.map((candidate, index) => ({ candidate, match: matches[index] as Match }));

/** How a delivery stands, given what each trigger makes of it. */
export function summary(candidates: Candidate[], matches: Match[]): Standing {
  if (candidates.length === 0)
    return {
      status: 'filtered',
      reason: 'No flow that is switched on listens to this event, and no run waits for it.',
    };
  const failed = matches.find((match) => match.outcome === 'failed');
  if (failed) return { status: 'unmatched', reason: failed.reason };
  const filtered = matches.filter((match) => match.outcome === 'filtered');
  if (filtered.length < matches.length) return accepted;
  return { status: 'filtered', reason: filtered[0]?.reason ?? null };
}

export const accepted = { status: 'accepted', reason: null } as const;
/** What was signed before. */
export const asRepeated = {
  status: 'duplicate',
  reason: 'What is signed here was taken in before: it starts nothing a second time.',
} as const;
