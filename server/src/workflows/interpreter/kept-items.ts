/**
 * The items of a loop that an earlier run of the chain has done, so that this one leaves them out: hex digits, each
 * for four items, the lowest bit for the first. 100,000 items take 25 KB.
 */
export type KeptItems = string;

/** Out of the items' indexes, in any order. */
export function keptItems(indexes: readonly number[]): KeptItems {
  const digits = new Uint8Array(indexes.reduce((most, index) => Math.max(most, (index >> 2) + 1), 0));
  for (const index of indexes) digits[index >> 2] = (digits[index >> 2] ?? 0) | (1 << (index & 3));
  return Array.from(digits, (digit) => digit.toString(16)).join('');
}

export function isKept(kept: KeptItems | undefined, index: number): boolean {
  const digit = kept?.[index >> 2];
  return digit !== undefined && (Number.parseInt(digit, 16) & (1 << (index & 3))) !== 0;
}
