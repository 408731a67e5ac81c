/** The instant that `$now()` and `$millis()` give: one for everything that a request evaluates. */
export const clock = { now: Date.now() };
