import type { Problem } from '../schema/catalog.js';

type Finding = Omit<Problem, 'severity'>;

/** A problem that keeps the flow from being published. */
export function error(finding: Finding): Problem {
  return { severity: 'error', ...finding };
}

/** A problem that the flow can be published with. */
export function warning(finding: Finding): Problem {
  return { severity: 'warning', ...finding };
}

/** A name as it stands in messages: in quotes, and cut where it is long. */
export function quote(name: unknown): string {
  const text = String(name);
  return `"${text.length > 60 ? `${text.slice(0, 57)}…` : text}"`;
}

/** Names in a sentence: `a, b and c`, cut after the first few. */
export function listNames(names: readonly string[], conjunction = 'and'): string {
  const shown = names.slice(0, 8).map(quote);
  if (names.length > shown.length) return `${shown.join(', ')}, …`;
  const last = shown.pop();
  if (last === undefined) return 'none';
  return shown.length === 0 ? last : `${shown.join(', ')} ${conjunction} ${last}`;
}
