import type { StepError, StepErrorCode } from '@castellan/api';

/** Errors that a step makes of its own input: no system was asked. */
const ownErrors: ReadonlySet<string> = new Set<StepErrorCode>([
  'E_EXPR',
  'E_EXPR_TIME',
  'E_EXPR_MEMORY',
  'E_TEMPLATE_LIMIT',
  'E_FUNC_DISABLED',
  'E_PARAM_TYPE',
  'E_INPUT',
  'E_OPERATION',
  'E_MASKED',
]);

/** Whether a step failed before any system was asked. */
export const isOwnError = (error: { code: string } | null | undefined): boolean => ownErrors.has(error?.code ?? '');

/** The error of a call of which nobody knows what became, whichever way its answer was lost. */
export const asUnknown = (error: StepError): StepError => ({ ...error, code: 'E_OUTCOME_UNKNOWN', retryable: false });
