import { type Evaluation, failed, ofValue } from './conclusion.js';

const longestSeconds = 5 * 366 * 86_400;

/** When a wait ends, as epoch milliseconds in the conclusion's output `{ until }`. */
export function waitUntil(step: { seconds?: unknown; until?: unknown }, now: number): Evaluation {
  return ofValue({ seconds: step.seconds ?? null, until: step.until ?? null }, '', (value) => {
    const { seconds, until } = value as { seconds: unknown; until: unknown };
    if (seconds !== null) {
      if (typeof seconds !== 'number' || seconds < 0 || seconds > longestSeconds) {
        return failed('E_PARAM_TYPE', `A wait takes 0 to ${longestSeconds} seconds (/seconds)`);
      }
      return { status: 'succeeded', port: null, output: { until: now + seconds * 1_000 } };
    }
    const instant = typeof until === 'string' && /(Z|[+-]\d\d:?\d\d)$/.test(until) ? Date.parse(until) : Number.NaN;
    if (Number.isNaN(instant)) {
      return failed('E_PARAM_TYPE', 'The end of a wait is an ISO 8601 instant with its zone (/until)');
    }
    return { status: 'succeeded', port: null, output: { until: instant } };
  });
}
