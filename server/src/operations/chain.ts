import { createHash } from 'node:crypto';
import type { Idempotency } from '@castellan/sdk';

/** The latest effect that a chain of retries has at one place: at one step, for one item. */
export interface EarlierEffect {
  /** The run that sent it last. */
  runId: string;
  /** `sending` only when nobody is sending any more. */
  state: 'sending' | 'done' | 'refused' | 'unknown';
  /** It was done and has been taken back. */
  undone: boolean;
  generation: number;
  inputHash: string;
  operation: string;
  connectionId: string | null;
}

/** The write that a run has come to. */
export interface WantedEffect {
  runId: string;
  inputHash: string;
  operation: string;
  connectionId: string | null;
  idempotency: Idempotency;
  /** A person who was shown the earlier one chose to repeat it. */
  again: boolean;
}

export interface Fate {
  /** Sent; asked about and sent if it did not happen; kept as it is done; left to a person to say what happened. */
  fate: 'send' | 'ask' | 'keep' | 'leave';
  generation: number;
}

/**
 * What becomes of a write, given what the chain did before at its place. A new generation, which is a new key, arises
 * only when the earlier one was refused or taken back, when the input differs, or when a person wants it again. Another attempt
 * within one run is never a new generation.
 */
export function fateOf(earlier: EarlierEffect | null, wanted: WantedEffect): Fate {
  if (!earlier) return { fate: 'send', generation: 0 };
  const { state, generation } = earlier;
  const ofThisRun = earlier.runId === wanted.runId;
  const equal = ofThisRun || isSame(earlier, wanted);
  if (state === 'done') {
    return equal && !earlier.undone && !(wanted.again && !ofThisRun)
      ? { fate: 'keep', generation }
      : { fate: 'send', generation: generation + 1 };
  }
  if (state === 'refused') return { fate: 'send', generation: ofThisRun ? generation : generation + 1 };
  if (wanted.idempotency === 'none') return { fate: 'leave', generation };
  return { fate: wanted.idempotency === 'lookup' ? 'ask' : 'send', generation: equal ? generation : generation + 1 };
}

const isSame = (earlier: EarlierEffect, wanted: WantedEffect): boolean =>
  earlier.inputHash === wanted.inputHash &&
  earlier.operation === wanted.operation &&
  earlier.connectionId === wanted.connectionId;

/** Inputs are equal when their values are, in whatever order their fields were written. */
export function inputHashOf(input: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(input)) ?? '')
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
