import { ApiError } from './errors.js';

export interface GroupingOptions<Item, Result> {
  /** Groups at work at one time; what arrives meanwhile waits and is taken together. */
  atOnce: number;
  /** Items of one group. */
  most: number;
  /** Does the work of a group and answers in the order of its items. It does all of it or, when it throws, nothing. */
  work(items: Item[]): Promise<Result[]>;
}

/**
 * Group commit: at rest each item is worked on at once and alone; under load, what arrives while some groups are at
 * work is taken together. A group that fails is tried again item by item, so that none pays for its neighbour; an
 * outage of the database is everybody's.
 */
export class Grouping<Item, Result> {
  private waiting: { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void }[] = [];
  private atWork = 0;

  constructor(private readonly options: GroupingOptions<Item, Result>) {}

  add(item: Item): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      // What else comes in this pass of the event loop is of the same group.
      queueMicrotask(() => this.start());
    });
  }

  private start(): void {
    while (this.waiting.length > 0 && this.atWork < this.options.atOnce) {
      const group = this.waiting.splice(0, this.options.most);
      this.atWork++;
      void this.run(group).finally(() => {
        this.atWork--;
        this.start();
      });
    }
  }

  private async run(group: typeof this.waiting): Promise<void> {
    try {
      const results = await this.options.work(group.map(({ item }) => item));
      for (const [index, { resolve }] of group.entries()) resolve(results[index] as Result);
    } catch (error) {
      const isOutage = error instanceof ApiError && error.code === 'unavailable';
      if (group.length === 1 || isOutage) for (const { reject } of group) reject(error);
      else for (const one of group) await this.run([one]);
    }
  }
}
