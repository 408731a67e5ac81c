import type { StepError } from '@castellan/api';
import type { CompiledAction } from '@castellan/flow';
import { changeInWords, changeOf } from '../../connector-registry/operation-changes.js';
import type { PublishedVersion } from '../../flows/versions.service.js';
import type { CallFailure } from '../../operations/call-failure.js';
import { stepError } from '../kinds/index.js';
import type { ValueTooLarge } from '../values.js';

/** What kept the call from being made, or from being made again. */
export const failureOf = (error: StepError): CallFailure => ({
  error,
  effect: 'refused',
  retryable: false,
  throttled: false,
});

/** The operation is not in this release: nothing can be called. Null where it is. */
export function missingOperation(version: PublishedVersion, action: CompiledAction): CallFailure | null {
  if (changeOf(version.program, action) !== 'gone') return null;
  return failureOf(stepError('E_OPERATION', changeInWords(version, action, 'gone')));
}

/** The failure, and, where an input does not fit an operation that has changed since publish, that it has. */
export function withChange(failure: CallFailure, version: PublishedVersion, action: CompiledAction): CallFailure {
  if (failure.error.code !== 'E_INPUT' || changeOf(version.program, action) !== 'changed') return failure;
  const message = `${failure.error.message} ${changeInWords(version, action, 'changed')}`;
  return { ...failure, error: { ...failure.error, code: 'E_OPERATION', message } };
}

/** The call was made, and what came back cannot be kept. */
export const outputTooLarge = ({ message }: ValueTooLarge): CallFailure => ({
  error: stepError('E_OUTPUT_TOO_LARGE', message),
  effect: 'done',
  retryable: false,
  throttled: false,
});

/** Nobody can say whether the call of an earlier attempt happened. */
export const outcomeUnknown = (): CallFailure => ({
  error: stepError(
    'E_OUTCOME_UNKNOWN',
    'The call was under way when its process ended, and the system cannot be asked whether it happened.',
  ),
  effect: 'unknown',
  retryable: false,
  throttled: false,
});
