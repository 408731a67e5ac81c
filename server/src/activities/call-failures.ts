import type { StepError } from '@castellan/api';
import type { CallFailure } from '../operations/call-failure.js';
import { stepError } from './kinds/index.js';
import type { ValueTooLarge } from './values.js';

/** What kept the call from being made, or from being made again. */
export const failureOf = (error: StepError): CallFailure => ({
  error,
  effect: 'refused',
  retryable: false,
  throttled: false,
});

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
