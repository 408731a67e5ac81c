/** Something that will happen in a rehearsal. */
export interface Happening {
  /** Epoch milliseconds of the rehearsal's clock. */
  due: number;
  /** Of two that are due at one time the lower comes first. */
  rank: number;
  happen(): void;
}

/** What is to come, earliest first; of equals, the one that was added first. */
export class Happenings {
  private readonly coming: (Happening & { added: number })[] = [];
  private count = 0;

  add(happening: Happening): void {
    const entry = { ...happening, added: this.count++ };
    let low = 0;
    let high = this.coming.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(entry, this.coming[middle]!)) low = middle + 1;
      else high = middle;
    }
    this.coming.splice(low, 0, entry);
  }

  /** The earliest, taken out. */
  next(): Happening | undefined {
    return this.coming.pop();
  }
}

function isBefore(one: Happening & { added: number }, other: Happening & { added: number }): boolean {
  if (one.due !== other.due) return one.due < other.due;
  if (one.rank !== other.rank) return one.rank < other.rank;
  return one.added < other.added;
}
