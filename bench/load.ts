/** How much load a case puts on: so many callers, each sending its next request when the last was answered. */
export interface Load {
  callers: number;
  /** At most so many requests. */
  requests: number;
  /** Nothing new is sent after so long; what is under way is awaited. */
  seconds: number;
}

export interface Measured {
  /** Ids of the requests that were answered as they should be, in the order of their answers. */
  answered: string[];
  /** What went wrong, a sentence a request. */
  failures: string[];
  /** From the first request to the last answer. */
  seconds: number;
  /** Median time from request to answer. */
  p50Ms: number;
  p99Ms: number;
}

/**
 * Sends requests `<prefix>-0`, `<prefix>-1`, … and measures how they are answered. `send` throws for a wrong answer.
 * Rejects when `signal` is aborted, once what was under way has been answered.
 */
export async function putLoad(
  prefix: string,
  load: Load,
  send: (id: string) => Promise<void>,
  signal: AbortSignal,
): Promise<Measured> {
  const answered: string[] = [];
  const failures: string[] = [];
  const times: number[] = [];
  const startedAt = performance.now();
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < load.requests && performance.now() - startedAt < load.seconds * 1_000 && !signal.aborted) {
      const id = `${prefix}-${next++}`;
      const sentAt = performance.now();
      try {
        await send(id);
        times.push(performance.now() - sentAt);
        answered.push(id);
      } catch (error) {
        failures.push(`${id}: ${(error as Error).message}`);
      }
    }
  };
  await Promise.all(Array.from({ length: load.callers }, caller));
  signal.throwIfAborted();
  const seconds = (performance.now() - startedAt) / 1_000;
  times.sort((one, other) => one - other);
  return { answered, failures, seconds, p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) };
}

/** Of values in ascending order; NaN of none. */
export const quantile = (values: number[], share: number): number =>
  values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;
