/** One place where two values differ; `before` or `after` is undefined where there was nothing. */
export interface Difference {
  /** `draft.steps.find_user.title`; empty for the whole. */
  path: string;
  before: unknown;
  after: unknown;
}

/** A change beyond this many places is cut, since nobody reads it and the page would stall. */
export const mostDifferences = 200;

/** What changed between two values, place by place, in the order in which the places stand. */
export function differences(before: unknown, after: unknown): Difference[] {
  const found: Difference[] = [];
  collect('', before ?? undefined, after ?? undefined, found);
  return found;
}

function collect(path: string, before: unknown, after: unknown, found: Difference[]): void {
  if (found.length >= mostDifferences || Object.is(before, after)) return;
  if (isTree(before) && isTree(after) && Array.isArray(before) === Array.isArray(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      collect(path === '' ? key : `${path}.${key}`, before[key], after[key], found);
    }
    return;
  }
  // What came or went as a whole is still told leaf by leaf, so that it can be read.
  const whole = before === undefined ? after : after === undefined ? before : undefined;
  if (isTree(whole) && Object.keys(whole).length > 0) {
    for (const [key, value] of Object.entries(whole)) {
      const place = path === '' ? key : `${path}.${key}`;
      if (before === undefined) collect(place, undefined, value, found);
      else collect(place, value, undefined, found);
    }
    return;
  }
  found.push({ path, before, after });
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
