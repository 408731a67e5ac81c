import type { StepError } from '@castellan/api';
import type { Sealer } from '../platform/crypto/index.js';
import { type Blob, mostBytes, splitLarge } from '../platform/large-values/index.js';
import { maskSecrets } from '../platform/masking.js';
import { stepError } from './kinds/index.js';
import type { ItemPlace } from './loop-items.js';

/** Where a step's values stand. */
export interface ValuePlace {
  runId: string;
  step: string;
  iteration: string;
}

export interface StepValue {
  output: unknown;
  error: unknown;
}

/**
 * The two forms of a step's values as its row has them: the masked one, and the exact one only where it differs. Of a
 * large one the row has a preview; the whole is in `blobs`, which are saved in the same transaction.
 */
export interface StoredForms {
  input: string | null;
  output: string | null;
  exact: string | null;
  large: string | null;
  blobs: Blob[];
}

/** Tells the places of values apart; values are sealed for it. */
export const valueKey = ({ runId, step, iteration }: ValuePlace): string => `${runId}/${step}/${iteration}`;

/** Where the values of steps and the items of loops are read. */
export interface ValueReads {
  /** What these steps put out, in their order; null of one that has not settled. */
  values(places: ValuePlace[]): Promise<(StepValue | null)[]>;
  /** Those of the items that there are. */
  items(places: ItemPlace[]): Promise<(ItemPlace & { item: unknown })[]>;
}

/** What steps put out and loops go over, as expressions read it: exact, from the rows and from the stretch at hand. */
export class StepValues {
  /** Of the stretch at hand. */
  private readonly made = new Map<string, StepValue>();
  /** Of rows; null where there is none that has settled. */
  private readonly read = new Map<string, StepValue | null>();

  constructor(private readonly reads: ValueReads) {}

  get(place: ValuePlace): StepValue | undefined {
    return this.made.get(valueKey(place)) ?? this.read.get(valueKey(place)) ?? undefined;
  }

  set(place: ValuePlace, value: StepValue): void {
    this.made.set(valueKey(place), value);
  }

  /** Reads what is not known yet, all at once. A step that has not settled stays unknown. */
  async fetch(places: ValuePlace[]): Promise<void> {
    const missing = new Map<string, ValuePlace>();
    for (const place of places) {
      const key = valueKey(place);
      if (!this.made.has(key) && !this.read.has(key)) missing.set(key, place);
    }
    if (missing.size === 0) return;
    const found = await this.reads.values([...missing.values()]);
    for (const [index, key] of [...missing.keys()].entries()) this.read.set(key, found[index] ?? null);
  }

  /** Lets go of what was read of iterations; it can be fetched again. */
  forgetIterations(): void {
    // At the top of a run the iteration, which a key ends with, is empty.
    for (const key of this.read.keys()) if (!key.endsWith('/')) this.read.delete(key);
  }

  items(places: ItemPlace[]): Promise<(ItemPlace & { item: unknown })[]> {
    return this.reads.items(places);
  }
}

/** A row's output as it was, not as it is shown. */
export async function exactOutput(
  sealer: Sealer,
  row: ValuePlace & { output: unknown; exact: string | null },
): Promise<unknown> {
  if (row.exact === null) return row.output;
  const forms = JSON.parse(await sealer.open(row.exact, valueKey(row))) as { output: unknown };
  return forms.output;
}

/** The exact form of a row that another run takes over, sealed for its new place. */
export async function movedForms(
  sealer: Sealer,
  { step, iteration, exact }: { step: string; iteration: string; exact: string },
  { from, to }: { from: string; to: string },
): Promise<string> {
  const plain = await sealer.open(exact, valueKey({ runId: from, step, iteration }));
  return sealer.seal(plain, valueKey({ runId: to, step, iteration }));
}

/** A value is longer than a step may put out. */
export class ValueTooLarge extends Error {
  constructor(readonly size: number) {
    super(`The value has ${megabytes(size)}, and a step keeps at most ${megabytes(mostBytes)}.`);
  }
}

/** Why a step cannot put this out; null when it can. */
export function tooLargeToKeep(output: unknown): StepError | null {
  const size = Buffer.byteLength(JSON.stringify(output ?? null));
  return size > mostBytes ? outputTooLarge(size) : null;
}

/** The error of a step that would put out so many bytes. */
export const outputTooLarge = (size: number): StepError =>
  stepError('E_OUTPUT_TOO_LARGE', new ValueTooLarge(size).message);

const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`;

/**
 * Makes the forms to store of a step's values, given the secrets that could stand in them.
 * @throws ValueTooLarge
 */
export async function storedForms(
  sealer: Sealer,
  secrets: readonly string[],
  place: ValuePlace & { workspaceId: string },
  values: { input?: unknown; output?: unknown },
): Promise<StoredForms> {
  const input = maskSecrets(values.input, secrets);
  const output = maskSecrets(values.output, secrets);
  const { parts, large, blobs } = splitLarge(place.workspaceId, { input, output });
  const tooLarge = blobs.find(({ size }) => size > mostBytes);
  if (tooLarge) throw new ValueTooLarge(tooLarge.size);
  const changed = input !== values.input || output !== values.output;
  const exact = changed ? await sealer.seal(JSON.stringify(values), valueKey(place)) : null;
  return { input: parts.input, output: parts.output, exact, large, blobs };
}

export const asJson = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
