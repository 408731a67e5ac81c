import { findStep } from '../activities/contexts.js';
import type { PublishedVersion } from '../flows/versions.service.js';
import type { Rehearsal } from '../rehearsal/rehearsal.js';

/** Where a step stands in the rehearsal that is held against the run. */
export interface OtherPlace {
  /** Ids of the loops around it, the outermost first. */
  level: readonly string[];
  iteration: string;
  /** Items of its rehearsal's loops, by `loop@iteration`. */
  items: ReadonlyMap<string, readonly unknown[]>;
}

/** The items of a list as JSON, and where each text stands. */
interface ItemTexts {
  texts: string[];
  places: Map<string, number[]>;
}

/**
 * Finds for an iteration of one rehearsal the iteration of another that goes over the same items: by the loop's key
 * where both have one, else by the item itself, else by its place in a list of the same length. So an item that is new,
 * or has moved, is never answered with what was recorded for another.
 */
export class ItemMatch {
  /** Index of each key in the first rehearsal, by `loop@iteration`. */
  private readonly keys = new Map<string, Map<string, number>>();
  /** Keys of the other rehearsal's items, by `loop@iteration` and index. */
  private readonly otherKeys = new Map<string, string>();

  private readonly texts = new WeakMap<readonly unknown[], ItemTexts>();

  constructor(
    private readonly first: Pick<Rehearsal, 'steps' | 'items'>,
    private readonly versions: { first: PublishedVersion; other: PublishedVersion },
  ) {
    for (const { step, iteration, call } of first.steps) {
      const level = findStep(versions.first, step)?.level ?? [];
      this.eachKey(level, iteration, call?.item ?? null, (place, index, key) => {
        const known = this.keys.get(place) ?? new Map<string, number>();
        if (!known.has(key)) known.set(key, index);
        this.keys.set(place, known);
      });
    }
  }

  /** Notes the keys of an iteration of the other rehearsal, as a call in it names its item. */
  note(level: readonly string[], iteration: string, item: string | null): void {
    this.eachKey(level, iteration, item, (place, index, key) => this.otherKeys.set(`${place}/${index}`, key));
  }

  /** The iteration of the first rehearsal; null where it went over no such item. */
  iterationOf({ level, iteration, items }: OtherPlace): string | null {
    const indexes = pathOf(iteration);
    const path: number[] = [];
    for (const [depth, loop] of level.entries()) {
      const here = `${loop}@${indexes.slice(0, depth).join('.')}`;
      const there = `${loop}@${path.join('.')}`;
      const index = this.indexOf(here, there, indexes[depth] ?? 0, items.get(here) ?? []);
      if (index === null) return null;
      path.push(index);
    }
    return path.join('.');
  }

  private indexOf(here: string, there: string, index: number, items: readonly unknown[]): number | null {
    const key = this.otherKeys.get(`${here}/${index}`);
    const keys = this.keys.get(there);
    if (key !== undefined && keys) return keys.get(key) ?? null;
    const before = this.first.items.get(there) ?? [];
    const same = this.sameItem(before, items, index);
    if (same !== null) return same;
    return before.length === items.length && index < before.length ? index : null;
  }

  /** The same item in another list: of equal ones the second stands for the second. */
  private sameItem(before: readonly unknown[], items: readonly unknown[], index: number): number | null {
    const { texts, places } = this.textsOf(items);
    const text = texts[index] ?? '';
    const nth = places.get(text)?.indexOf(index) ?? 0;
    return this.textsOf(before).places.get(text)?.[nth] ?? null;
  }

  private textsOf(list: readonly unknown[]): ItemTexts {
    const known = this.texts.get(list);
    if (known) return known;
    const texts = list.map((item) => JSON.stringify(item));
    const places = new Map<string, number[]>();
    for (const [index, text] of texts.entries()) {
      const same = places.get(text);
      if (same) same.push(index);
      else places.set(text, [index]);
    }
    this.texts.set(list, { texts, places });
    return { texts, places };
  }

  private eachKey(
    level: readonly string[],
    iteration: string,
    item: string | null,
    take: (place: string, index: number, key: string) => void,
  ): void {
    if (item === null) return;
    const parts = JSON.parse(item) as string[];
    const indexes = pathOf(iteration);
    for (const [depth, loop] of level.entries()) {
      const key = parts[depth];
      if (key === undefined || !this.hasKeys(loop)) continue;
      take(`${loop}@${indexes.slice(0, depth).join('.')}`, indexes[depth] ?? 0, key);
    }
  }

  private hasKeys(loop: string): boolean {
    const { first, other } = this.versions;
    return [first, other].every(({ program }) => {
      const compiled = program.steps[loop];
      return compiled?.kind === 'loop' && compiled.key !== undefined;
    });
  }
}

const pathOf = (iteration: string): number[] => (iteration === '' ? [] : iteration.split('.').map(Number));
