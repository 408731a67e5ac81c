import { asKeyText } from '../../platform/key-text.js';
import { type Evaluation, failed, ofValue } from './conclusion.js';

const longestSeconds = 5 * 366 * 86_400;

/** What a wait waits for, resolved when it begins: an instant (epoch milliseconds), or what a delivery must hold. */
export type Awaited = { until: number } | { equals: string };

/** When or by what a wait ends; the conclusion's output is Awaited. */
export function awaited(
  step: { seconds?: unknown; until?: unknown; event?: { equals: unknown } },
  now: number,
): Evaluation {
  return step.event === undefined ? awaitedInstant(step, now) : awaitedValue(step.event);
}

function awaitedInstant({ seconds = null, until = null }: { seconds?: unknown; until?: unknown }, now: number) {
  return ofValue({ seconds, until }, '', (value) => {
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

function awaitedValue({ equals }: { equals: unknown }): Evaluation {
  return ofValue(equals, '/event/equals', (value) => {
    const text = typeof value === 'object' ? null : asKeyText(value);
    if (text !== null) return { status: 'succeeded', port: null, output: { equals: text } };
    const what = 'What a delivery is compared with is a text, a number, or true or false, and not empty';
    return failed('E_PARAM_TYPE', `${what} (/event/equals)`);
  });
}
