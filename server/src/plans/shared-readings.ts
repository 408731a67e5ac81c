/** How far something long has come. */
export interface Progress {
  read: number;
  of: number;
}

interface Reading<Found> {
  progress: Progress;
  found: Promise<Found>;
}

/** A result that nobody has asked for by then is old, and is read anew. */
const keptMs = 60_000;

/**
 * Readings that may take longer than a request: whoever asks for the same again meanwhile joins the one that is under way.
 * They are of this process; where it dies, or another one is asked, they begin again.
 */
export class SharedReadings<Found> {
  private readonly underWay = new Map<string, Reading<Found>>();

  /**
   * What is found, or after so many milliseconds how far the reading has come. What is found, or fails, is told to all who
   * wait for it by then, and to the next who asks; whoever asks later reads anew.
   */
  async within(
    ms: number,
    key: string,
    read: (progress: Progress) => Promise<Found>,
  ): Promise<{ found: Found } | { progress: Progress }> {
    const reading = this.underWay.get(key) ?? this.begin(key, read);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), ms);
    });
    try {
      const answer = await Promise.race([reading.found.then((found) => ({ found })), late]);
      if (answer === null) return { progress: { ...reading.progress } };
      this.forget(key, reading);
      return answer;
    } catch (error) {
      this.forget(key, reading);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private begin(key: string, read: (progress: Progress) => Promise<Found>): Reading<Found> {
    const progress = { read: 0, of: 0 };
    const reading = { progress, found: read(progress) };
    this.underWay.set(key, reading);
    const dropLater = () => setTimeout(() => this.forget(key, reading), keptMs).unref();
    reading.found.then(dropLater, dropLater);
    return reading;
  }

  private forget(key: string, reading: Reading<Found>): void {
    if (this.underWay.get(key) === reading) this.underWay.delete(key);
  }
}
