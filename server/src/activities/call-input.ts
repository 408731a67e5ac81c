import type { StepError } from '@castellan/api';
import type { CompiledAction } from '@castellan/flow';
import type { ExpressionHost } from '../expressions/expression-host.js';
import type { PublishedVersion } from '../flows/versions.service.js';
import { textTargetsOf } from '../operations/operations.service.js';
import { holdsMask } from '../platform/masking.js';
import { compiledStep } from './contexts.js';
import { evaluationError, stepError } from './kinds/index.js';

/** What there is to resolve of a call: the step, its place, and what its expressions see. */
export interface CallPlace {
  version: PublishedVersion;
  workspaceId: string;
  iteration: string;
  context: Record<string, unknown>;
  /** The instant that expressions take for now, as epoch milliseconds; left out: the present one. */
  now?: number;
}

/** The input of the call, resolved; a value that was masked when it was saved never goes out. */
export async function resolveInput(
  expressions: Pick<ExpressionHost, 'evaluate'>,
  action: CompiledAction,
  place: CallPlace,
): Promise<{ input: unknown } | { error: StepError }> {
  const resolved = await evaluateInput(expressions, action, place);
  if ('input' in resolved && holdsMask(resolved.input)) {
    return { error: stepError('E_MASKED', 'The input holds a value that was masked when it was saved (/input)') };
  }
  return resolved;
}

/** The input as its expressions give it, masked values and all: for looking at, not for sending. */
export async function evaluateInput(
  expressions: Pick<ExpressionHost, 'evaluate'>,
  action: CompiledAction,
  { workspaceId, context, now }: CallPlace,
): Promise<{ input: unknown } | { error: StepError }> {
  const text = textTargetsOf(action.connector, action.operation);
  const [result] = await expressions.evaluate([{ workspaceId, value: action.input, text, context, now }]);
  if (!result) return { error: stepError('E_EXPR', 'Nothing was evaluated (/input)') };
  if (!result.ok) return { error: evaluationError(result, '/input') };
  return { input: result.value };
}

/** What identifies the item of the loops around a call: their keys, or the index where a loop has none. */
export async function resolveItem(
  expressions: Pick<ExpressionHost, 'evaluate'>,
  action: CompiledAction,
  { version, workspaceId, iteration, context, now }: CallPlace,
): Promise<{ item: string } | { error: StepError }> {
  const indexes = iteration.split('.');
  const parts: string[] = [];
  for (const [depth, loop] of action.level.entries()) {
    const { key } = compiledStep(version, loop) as { key?: unknown };
    const own = (context.loops as Record<string, object> | undefined)?.[loop];
    if (key === undefined || !own) {
      parts.push(indexes[depth] ?? '');
      continue;
    }
    const place = `/steps/${loop}/key`;
    const [result] = await expressions.evaluate([{ workspaceId, value: key, context: { ...context, ...own }, now }]);
    if (!result) return { error: stepError('E_EXPR', `Nothing was evaluated (${place})`) };
    if (!result.ok) return { error: evaluationError(result, place) };
    if (result.value === null) {
      return { error: stepError('E_PARAM_TYPE', `The key of loop ${loop} is empty for this item (${place})`) };
    }
    parts.push(typeof result.value === 'string' ? result.value : JSON.stringify(result.value));
  }
  return { item: JSON.stringify(parts) };
}
