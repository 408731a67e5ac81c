import { createHash } from 'node:crypto';
import type { PlanAction } from '@castellan/api';
import type { Change } from '@castellan/sdk';

/** A planned write as the plan's hash sees it. */
export interface HashedWrite {
  runId: string;
  step: string;
  iteration: string;
  connectionId: string | null;
  operation: string;
  inputHash: string;
  open: string[];
  changes: Change[];
  beforeHash: string | null;
}

/** One change of one write. */
export interface HashedRow extends Omit<HashedWrite, 'changes'> {
  action: PlanAction;
  subject: Change['subject'] | null;
  object: Change['object'] | null;
}

/** The changes of all writes in the order in which a plan shows them: by person, by system, by what is changed. */
export function rowsOf(writes: readonly HashedWrite[]): HashedRow[] {
  const rows = writes.flatMap(({ changes, ...write }) =>
    changes.map(({ action, subject = null, object = null }) => ({ ...write, action, subject, object })),
  );
  return rows
    .map((row) => ({ row, key: orderOf(row) }))
    .sort((one, other) => compare(one.key, other.key))
    .map(({ row }) => row);
}

/** Rows about no person come last. */
function orderOf({ subject, object, connectionId, operation, action, step, iteration, runId }: HashedRow): string[] {
  const person = subject ? (subject.email ?? subject.id).toLowerCase() : '\uffff';
  const thing = object ? [object.type, object.title ?? '', object.id] : [];
  return [
    person,
    operation.split('.')[0] ?? '',
    connectionId ?? '',
    ...thing,
    action,
    step,
    byNumber(iteration),
    runId,
  ];
}

/** So that iteration 10 comes after 9. */
const byNumber = (iteration: string): string => iteration.replace(/\d+/g, (digits) => digits.padStart(9, '0'));

function compare(one: string[], other: string[]): number {
  const [a, b] = [one.join('\0'), other.join('\0')];
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The hash of a plan: over its rows in their order, each with its person, system, object, step and iteration, the hash
 * of its input and that of what there was before. Ids of runs are left out, so that the same plan made twice has one hash.
 */
export function planHash(rows: readonly HashedRow[]): string {
  const hash = createHash('sha256');
  for (const row of rows) hash.update(`${JSON.stringify(hashed(row))}\n`);
  return hash.digest('hex');
}

function hashed({ action, subject, object, step, iteration, connectionId, operation, ...row }: HashedRow): unknown[] {
  const who = subject ? [subject.type, subject.id, subject.email ?? null] : null;
  const what = object ? [object.type, object.id, object.title ?? null] : null;
  const { inputHash, open, beforeHash } = row;
  return [action, who, what, step, iteration, connectionId, operation, inputHash, open, beforeHash];
}

/** How many changes of each kind there are. */
export function countsOf(rows: readonly HashedRow[]): Partial<Record<PlanAction, number>> {
  const counts: Partial<Record<PlanAction, number>> = {};
  for (const { action } of rows) counts[action] = (counts[action] ?? 0) + 1;
  return counts;
}
