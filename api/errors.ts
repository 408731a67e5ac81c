import { z } from 'zod';

/** Every error that the API answers with: its HTTP status and the sentence that says what to do. */
export const apiErrors = {
  invalid_input: { status: 400, remedy: 'Correct the fields that details names and send the request again.' },
  unauthenticated: { status: 401, remedy: 'Sign in, or send a valid API token.' },
  forbidden: { status: 403, remedy: 'Ask an administrator of the workspace for a role that allows this.' },
  not_found: { status: 404, remedy: 'Check the address; the thing may have been removed.' },
  conflict: { status: 409, remedy: 'Reload and try again.' },
  in_use: { status: 409, remedy: 'Remove what still uses it first; details lists it.' },
  setup_done: { status: 409, remedy: 'Sign in with an existing account, or ask an administrator for an invitation.' },
  stale_revision: {
    status: 412,
    remedy: 'Somebody saved in the meantime: load the present revision and apply your change to it.',
  },
  too_large: { status: 413, remedy: 'Send less at once; details names the limit.' },
  tests_failed: {
    status: 422,
    remedy:
      'Mend the flow or its test cases, then publish again. The settings of the flow say that failing ones stand in the way.',
  },
  flow_invalid: { status: 422, remedy: 'Mend the problems in details.problems, then publish again.' },
  precondition_required: { status: 428, remedy: 'Send the revision that you edited as If-Match.' },
  rate_limited: { status: 429, remedy: 'Wait for the seconds that Retry-After names.' },
  internal: { status: 500, remedy: 'Try again; if it happens again, look for the request id in the server log.' },
  unavailable: { status: 503, remedy: 'The server cannot reach a service that it needs; try again after Retry-After.' },
} as const;

export type ApiErrorCode = keyof typeof apiErrors;

/** The body of every answer with a status of 400 or more. */
export const ApiErrorBody = z
  .object({
    code: z.enum(Object.keys(apiErrors) as [ApiErrorCode, ...ApiErrorCode[]]),
    message: z.string(),
    details: z.unknown().optional(),
  })
  .meta({ id: 'ApiError' });
export type ApiErrorBody = z.infer<typeof ApiErrorBody>;

/** Errors that a step can end with. `retryable` is the default; a vendor's answer may say otherwise. */
export const stepErrors = {
  E_INPUT: { retryable: false, remedy: 'Correct the value of the field that the message names.' },
  E_EXPR: { retryable: false, remedy: 'Open the step and mend the expression at the place shown.' },
  E_EXPR_TIME: { retryable: false, remedy: 'The expression ran past its time; work on less data, or filter first.' },
  E_EXPR_MEMORY: { retryable: false, remedy: 'The expression needed too much memory; work on less data.' },
  E_TEMPLATE_LIMIT: {
    retryable: false,
    remedy: 'The template grew past its limit; shorten it or the data it repeats over.',
  },
  E_FUNC_DISABLED: { retryable: false, remedy: 'This function is not available in flows; use another way.' },
  E_PARAM_TYPE: {
    retryable: false,
    remedy: 'The value has another type than the field takes; convert it in the expression.',
  },
  E_OUTPUT_TOO_LARGE: { retryable: false, remedy: 'Ask the system for fewer records at once.' },
  E_LIMIT: { retryable: false, remedy: 'A published limit was reached; split the work.' },
  E_RECURSION: { retryable: false, remedy: 'The flow calls itself too deep; break the circle.' },
  E_FLOW: {
    retryable: false,
    remedy: 'Publish the flow that is called, with a call trigger, and switch it on; or choose another one.',
  },
  E_FLOW_OUTPUT: {
    retryable: false,
    remedy: 'Correct the respond step of the flow that was called, or the output that its call trigger declares.',
  },
  E_ITEM: {
    retryable: false,
    remedy: 'Look at the iterations that failed; the loop stops at the first unless it is told to continue.',
  },
  E_OPERATION: {
    retryable: false,
    remedy: 'Correct the step for the connectors of this release, publish, and retry with the published version.',
  },
  E_HTTP: { retryable: false, remedy: 'Read what the system answered and correct the request.' },
  E_TIMEOUT: { retryable: true, remedy: 'The system did not answer in time; retry, or raise the timeout of the step.' },
  E_RUN_TIMEOUT: {
    retryable: false,
    remedy: 'Look at what the run was doing or waiting for; give it more time in the settings of its flow.',
  },
  E_EGRESS: { retryable: false, remedy: 'The address is not allowed; an operator can open it with EGRESS_ALLOW.' },
  E_AUTH: { retryable: false, remedy: 'The system refused the credentials; test and renew the connection.' },
  E_RATE: { retryable: true, remedy: 'The system asked to slow down; the step is tried again when it allows.' },
  E_RESPONSE: { retryable: false, remedy: 'The system answered something that the connector cannot read.' },
  E_OUTCOME_UNKNOWN: { retryable: false, remedy: 'Check in the system whether it happened, then say so on the run.' },
  E_PLAN_DRIFT: { retryable: false, remedy: 'The state has moved since the plan; make a new plan.' },
  E_APPROVAL_STALE: { retryable: false, remedy: 'What was approved has changed; ask again.' },
  E_BUDGET: {
    retryable: false,
    remedy:
      'Nothing was sent: it was past a budget, and an approver refused it. Raise the limit in the settings of the flow or in Settings, Safety, then retry.',
  },
  E_PROTECTED: {
    retryable: false,
    remedy:
      'Nothing was sent. An administrator lets it through when the run asks, or takes the entry off Settings, Protected; break-glass accounts are changed by hand.',
  },
  E_MASKED: { retryable: false, remedy: 'The value was masked when it was saved; take it from a step again.' },
  E_CANCELLED: { retryable: false, remedy: 'The run was cancelled before this step ended.' },
  E_STOP: { retryable: false, remedy: 'The flow itself ended the run here.' },
} as const;

export type StepErrorCode = keyof typeof stepErrors;
