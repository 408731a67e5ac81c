import type { ContextSource } from '../activities/contexts.js';
import type { ItemPlace } from '../activities/loop-items.js';
import type { StepValue, ValuePlace } from '../activities/values.js';
import { placeKey } from './rehearsal.js';

/** The values of one rehearsal: all of them made by itself or by what stands in for the world. */
export class MemorySource implements ContextSource {
  private readonly values = new Map<string, StepValue>();
  /** Items of loops by `step@iteration`. */
  readonly loops = new Map<string, readonly unknown[]>();

  async fetch(): Promise<void> {
    // Nothing is known that was not set.
  }

  get(place: ValuePlace): StepValue | undefined {
    return this.values.get(placeKey(place));
  }

  set(place: ValuePlace, value: StepValue): void {
    this.values.set(placeKey(place), value);
  }

  forgetIterations(): void {
    // Nothing is read: all there is was made here.
  }

  async items(places: ItemPlace[]): Promise<(ItemPlace & { item: unknown })[]> {
    return places.map((place) => {
      const items = this.loops.get(placeKey({ step: place.loop, iteration: place.iteration }));
      return { ...place, item: items?.[place.index] ?? null };
    });
  }
}
