/** One row of the audit, without its own hash. Everything in it is bound by the hash. */
export interface AuditEntry {
  workspaceId: string;
  /** From 1, without gaps, in each workspace. */
  seq: number;
  /** ISO 8601 with milliseconds. */
  at: string;
  actor: string;
  actorId: string | null;
  action: string;
  objectType: string;
  objectId: string;
  objectName: string | null;
  before: unknown;
  after: unknown;
  /** Hash of the row before. */
  previous: string;
}

/** What the first row of a workspace has as `previous`. */
export const firstLink = '0'.repeat(64);

/** The text whose hash binds a row: the same however the database orders keys or writes numbers. */
export function linkOf(entry: AuditEntry): string {
  return canonical(entry);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
    .join(',')}}`;
}

/** The first row that does not follow from the one before it; null if the chain is whole. */
export function firstBreak(
  rows: readonly (AuditEntry & { hash: string })[],
  start: { seq: number; hash: string },
  isLink: (text: string, hash: string) => boolean,
): number | null {
  let { seq, hash } = start;
  for (const row of rows) {
    seq += 1;
    if (row.seq !== seq) return seq;
    const { hash: own, ...entry } = row;
    if (row.previous !== hash || !isLink(linkOf(entry), own)) return seq;
    hash = own;
  }
  return null;
}
