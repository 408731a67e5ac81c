import type { StepError } from '@castellan/api';
import type { CompiledAction } from '@castellan/flow';
import { textTargetsOf } from '../../connector-registry/known-connectors.js';
import { calledConnector } from '../../connector-registry/references.js';
import type { ExpressionHost } from '../../expressions/expression-host.js';
import type { PublishedVersion } from '../../flows/versions.service.js';
import { holdsMask } from '../../platform/masking.js';
import { contextIn } from '../contexts.js';
import { itemKeys } from '../item-keys.js';
import { evaluationError, stepError } from '../kinds/index.js';

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
  const text = textTargetsOf(calledConnector(action), action.operation);
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
  const { parts, conclude } = itemKeys(version, action.level, iteration);
  if (parts.length === 0) return conclude([]);
  const asked = parts.map(({ value, within }) => ({ workspaceId, value, context: contextIn(context, within), now }));
  return conclude(await expressions.evaluate(asked));
}
