/** How long a list is kept for who reads it page by page. */
const keptMs = 60_000;
/** So many lists are kept at once; the oldest goes first. */
const keptLists = 10;

/** Lists that are being read page by page, for the pages that follow: a page that finds none is read anew. */
export class ListWalks<List> {
  private readonly kept = new Map<string, { list: List; until: number }>();

  constructor(private readonly now: () => number = Date.now) {}

  /** The list of a walk that goes on; null if it is over, too old, or was never begun in this process. */
  of(walk: string): List | null {
    const kept = this.kept.get(walk);
    return kept && kept.until > this.now() ? kept.list : null;
  }

  /** Keeps a list for the next page. One that is kept already ages on, however slowly it is read. */
  keep(walk: string, list: List): void {
    const now = this.now();
    for (const [name, { until }] of this.kept) if (until <= now) this.kept.delete(name);
    if (this.kept.get(walk)?.list === list) return;
    this.kept.delete(walk);
    this.kept.set(walk, { list, until: now + keptMs });
    const [oldest] = this.kept.keys();
    if (this.kept.size > keptLists && oldest !== undefined) this.kept.delete(oldest);
  }

  end(walk: string): void {
    this.kept.delete(walk);
  }
}
