import { parse } from '@bufbuild/cel';
import type { ExpressionHost } from '../expressions/expression-host.js';
import { ApiError } from '../platform/errors.js';

/** An evaluation that takes longer fails. */
const filterMs = 500;

interface Filtered {
  /** CEL over `event`. */
  source: string;
  body: object;
  workspaceId: string;
}

/** Whether a filter lets an event through; `error` says why that cannot be told. */
export async function passesFilter(
  expressions: Pick<ExpressionHost, 'evaluate'>,
  { source, body, workspaceId }: Filtered,
): Promise<{ passes: boolean } | { error: string }> {
  const [answer] = await expressions.evaluate([{ workspaceId, cel: source, context: { event: body } }], {
    milliseconds: filterMs,
  });
  if (answer?.ok) return { passes: answer.value === true };
  return { error: `The filter cannot be evaluated: ${answer?.error.message ?? 'no answer'}` };
}

/** Refuses what is no CEL at all. Whether it fits the events, a trial shows. */
export function checkFilter(source: string | null | undefined): void {
  if (source === null || source === undefined) return;
  try {
    parse(source);
  } catch (error) {
    throw new ApiError('invalid_input', `/filter: this is not CEL: ${(error as Error).message}`);
  }
}
