import type { StepError } from '@castellan/api';
import type { CompiledAction, CompiledUndo } from '@castellan/flow';
import { getOperation, type JsonValue, type Operation } from '@castellan/sdk';
import { undoCall } from '../activities/calls/automatic-undo.js';
import { compiledStep } from '../activities/contexts.js';
import { connectorOf } from '../connector-registry/known-connectors.js';
import { calledConnector } from '../connector-registry/references.js';
import type { PublishedVersion } from '../flows/versions.service.js';
import { holdsMask } from '../platform/masking.js';
import type { RehearsedSteps } from './rehearsed-steps.js';

/**
 * What an automatic undo would do. `unknown`: the values that it would be made of are masked, so that nobody can say
 * with which input it would be called.
 */
export type RehearsedUndo =
  | { kind: 'call'; action: CompiledAction; made: { before?: 'sample' } }
  | { kind: 'error'; error: StepError }
  | { kind: 'nothing' }
  | { kind: 'unknown' };

/**
 * The call that takes a step back, made of what the rehearsal sent and what stood in for its answer. What there was
 * before nobody has read: the catalogue's example stands in for it.
 */
export function rehearsedUndo(
  { version, steps }: { version: PublishedVersion; steps: RehearsedSteps },
  undo: CompiledUndo,
  iteration: string,
): RehearsedUndo {
  const action = compiledStep(version, undo.undoes) as CompiledAction;
  const { input, output = null } = steps.find({ step: undo.undoes, iteration }) ?? {};
  const { sample } = operationOf(action);
  const before = hasStateBefore(action) ? (sample.before ?? null) : null;
  const call = undoCall(version, undo, { input, output: output as JsonValue, before });
  if (call === null) return { kind: 'nothing' };
  if ('error' in call) return holdsMask([input, output]) ? { kind: 'unknown' } : { kind: 'error', error: call.error };
  return { kind: 'call', action: call, made: hasStateBefore(action) ? { before: 'sample' } : {} };
}

/** Whether what takes the step back is made of what there was before it, which is read when it is done. */
export const hasStateBefore = (action: CompiledAction): boolean => operationOf(action).before !== undefined;

const operationOf = (action: CompiledAction): Operation =>
  getOperation(connectorOf(calledConnector(action)), action.operation);
