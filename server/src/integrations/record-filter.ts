import { parse } from '@bufbuild/cel';
import type { DirectoryEnvelope } from '@castellan/sdk';
import type { ExpressionHost } from '../expressions/expression-host.js';
import { ApiError } from '../platform/errors.js';

/** An evaluation that takes longer fails. */
const filterMs = 500;

export type FilteredKind = 'account' | 'group' | 'membership';

/** Whether a record is taken, or why that cannot be told. */
export type Verdict = { passes: boolean } | { error: string };

/** Tries the filter of an integration on records of one kind. Without one, all pass. */
export async function passing(
  expressions: Pick<ExpressionHost, 'evaluate'>,
  filter: { source: string | null; workspaceId: string },
  kind: FilteredKind,
  envelopes: DirectoryEnvelope[],
): Promise<Verdict[]> {
  const { source, workspaceId } = filter;
  if (source === null) return envelopes.map(() => ({ passes: true }));
  const requests = envelopes.map(({ resource, payload }) => ({
    workspaceId,
    cel: source,
    context: { record: { kind, resource, payload } },
  }));
  const answers = await expressions.evaluate(requests, { milliseconds: filterMs });
  return answers.map((answer) =>
    answer.ok
      ? { passes: answer.value === true }
      : { error: `The filter cannot be evaluated: ${answer.error.message}` },
  );
}

/** Refuses what is no CEL at all. Whether it fits the records, a preview shows. */
export function checkFilter(source: string | null | undefined): void {
  if (source === null || source === undefined) return;
  try {
    parse(source);
  } catch (error) {
    throw new ApiError('invalid_input', `/filterExpr: this is not CEL: ${(error as Error).message}`);
  }
}
