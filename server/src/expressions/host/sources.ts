/**
 * Compiled sources, the least recently used dropped first. Bounded by characters of source, since what is compiled
 * grows with them.
 */
export class CompiledSources<Compiled> {
  private readonly entries = new Map<string, { compiled: Compiled; size: number }>();
  private size = 0;

  constructor(
    private readonly compile: (source: string) => Compiled,
    private readonly capacity = 200_000,
  ) {}

  /** The compiled source, kept apart for each workspace: nothing that one leaves in it reaches another. */
  get(workspace: string, source: string): Compiled {
    const key = `${workspace}\n${source}`;
    const entry = this.entries.get(key) ?? { compiled: this.compile(source), size: key.length };
    if (this.entries.delete(key)) this.size -= entry.size;
    this.entries.set(key, entry);
    this.size += entry.size;
    for (const [oldest, { size }] of this.entries) {
      if (this.size <= this.capacity || oldest === key) break;
      this.entries.delete(oldest);
      this.size -= size;
    }
    return entry.compiled;
  }
}
