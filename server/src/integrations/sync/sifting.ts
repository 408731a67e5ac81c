import type { ExpressionHost } from '../../expressions/expression-host.js';
import type { ReadRecord } from '../directory-reader.service.js';
import { type FilteredKind, passing } from '../record-filter.js';
import type { Taken } from './keep-records.js';
import type { Kept, SyncUnderWay } from './sync-under-way.js';

/** What of some records is to be kept, and what was not taken. */
export interface Sifted<T> {
  taken: Taken<T>[];
  read: number;
  filtered: number;
  failures: Kept['failures'];
}

/** Takes what the filter lets in and fits the common form. */
export async function sift<T>(
  expressions: ExpressionHost,
  { filter: source, workspaceId }: SyncUnderWay,
  kind: FilteredKind,
  records: ReadRecord<T>[],
): Promise<Sifted<T>> {
  const such = records.filter(({ form, problem }) => form !== null || problem !== undefined);
  const verdicts = await passing(expressions, { source, workspaceId }, kind, such);
  const sifted: Sifted<T> = { taken: [], read: such.length, filtered: 0, failures: [] };
  for (const [index, { resource, payload, form, problem }] of such.entries()) {
    const verdict = verdicts[index] ?? { error: 'no answer' };
    const reason = 'error' in verdict ? verdict.error : verdict.passes ? problem : undefined;
    if (reason !== undefined) sifted.failures.push({ kind: `${kind}s`, resource, reason });
    else if ('passes' in verdict && verdict.passes && form !== null) sifted.taken.push({ form, payload });
    else sifted.filtered += 1;
  }
  return sifted;
}

/** What records come to that were sifted and kept. */
export const countsOf = (
  { read, filtered, failures }: Omit<Sifted<unknown>, 'taken'>,
  kept: { created: number; changed: number; unchanged: number },
): Kept['counts'] => ({ read, filtered, failed: failures.length, ...kept });
