import { ApiError } from './errors.js';

const lookAgainMs = 500;

/**
 * What `attempt` comes to, which is made again for so many milliseconds while a service that it needs cannot be reached.
 * For what must not end a start: on a busy machine a first connection may take longer than any request waits for one.
 */
export async function whileUnavailable<T>(patienceMs: number, attempt: () => Promise<T>): Promise<T> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const isAway = error instanceof ApiError && error.code === 'unavailable';
      if (!isAway || Date.now() >= until) throw error;
      await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
    }
  }
}
