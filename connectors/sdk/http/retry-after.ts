/** The longest that a vendor's word holds us off, in seconds: beyond it the step tries again and is told again. */
export const longestRetryAfter = 900;

/** Headers that say it, the plainest first; Okta alone writes the last one so. */
const places = ['retry-after', 'ratelimit-reset', 'x-ratelimit-reset', 'x-rate-limit-reset'];

/**
 * How many seconds the vendor asks us to wait: Retry-After in seconds or as a date, else the reset of its rate limit
 * (seconds from now or a Unix time). Undefined where nothing usable is said: then the step's own backoff applies.
 */
export function readRetryAfter(headers: Record<string, string>, now: Date): number | undefined {
  const told = places.map((name) => headers[name]).find((value) => value !== undefined);
  const seconds = told === undefined ? undefined : secondsFrom(told.trim(), now.getTime() / 1000);
  if (seconds === undefined || !(seconds > 0)) return undefined;
  return Math.min(Math.ceil(seconds), longestRetryAfter);
}

function secondsFrom(told: string, nowSeconds: number): number | undefined {
  if (/^\d+(\.\d+)?$/.test(told)) {
    const value = Number(told);
    return value > 1_000_000_000 ? value - nowSeconds : value;
  }
  // An HTTP date begins with the day's name; Date.parse alone would take “-1” for a year.
  const date = /^[a-z]{3,9},? /i.test(told) ? Date.parse(told) : Number.NaN;
  return Number.isNaN(date) ? undefined : date / 1000 - nowSeconds;
}
