/** Signals that ask the supervisor to end. */
const ENDING: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** One Ctrl+C reaches npm and us, and npm passes its own on: signals this close are one. */
export const MERGE_WITHIN_MS = 2_000;

/**
 * Merges signals that arrive together: the first request is `polite`, one that comes more than two seconds later is
 * `impatient`, and nothing beyond that is of interest.
 */
export class EndRequests {
  private firstAt: number | undefined;
  private isImpatient = false;

  constructor(private readonly onRequest: (kind: 'polite' | 'impatient') => void) {}

  receive(now: number): void {
    if (this.firstAt === undefined) {
      this.firstAt = now;
      this.onRequest('polite');
    } else if (!this.isImpatient && now - this.firstAt > MERGE_WITHIN_MS) {
      this.isImpatient = true;
      this.onRequest('impatient');
    }
  }
}

/** Listens to this process's signals. @returns a function that stops listening */
export function listenForSignals(requests: EndRequests): () => void {
  const listener = () => requests.receive(Date.now());
  for (const signal of ENDING) process.on(signal, listener);
  return () => {
    for (const signal of ENDING) process.off(signal, listener);
  };
}
