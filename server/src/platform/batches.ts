/** A list in pieces of up to so many, in its order. */
export function batches<Item>(items: readonly Item[], size: number): Item[][] {
  const lists: Item[][] = [];
  for (let start = 0; start < items.length; start += size) lists.push(items.slice(start, start + size));
  return lists;
}
