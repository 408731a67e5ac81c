import { type StepError, stepErrors } from '@castellan/api';

/** What an error means, in the user's terms; the vendor's own sentence stands beside it. */
export function meaningOf({ code, status }: Pick<StepError, 'code' | 'status'>): string {
  if (code === 'E_HTTP' && status !== undefined) return meaningOfStatus(status);
  return meanings[code] ?? 'The step could not be done.';
}

/** What to do next. */
export function remedyOf({ code, status }: Pick<StepError, 'code' | 'status'>): string {
  if (code === 'E_HTTP' && status !== undefined) return remedyOfStatus(status);
  const known: Record<string, { remedy: string }> = stepErrors;
  return known[code]?.remedy ?? 'Read what the system said and correct the step.';
}

function meaningOfStatus(status: number): string {
  if (status === 401) return 'The system does not accept the credentials of the connection.';
  if (status === 403) return 'The account of the connection may not do this there.';
  if (status === 404 || status === 410)
    return 'What the step names does not exist there, or the account may not see it.';
  if (status === 409 || status === 412) return 'The system is in another state than the step expects.';
  if (status === 429) return 'The system asked to slow down for longer than the step tries.';
  if (status >= 500) return 'The system itself failed.';
  return 'The system did not accept what it was sent.';
}

function remedyOfStatus(status: number): string {
  if (status === 401) return 'Test the connection and renew its credentials, then retry.';
  if (status === 403) return 'Give the account of the connection the right to do this there, then retry.';
  if (status === 404 || status === 410) return 'Check the id or name that the step sends, then retry.';
  if (status === 409 || status === 412)
    return 'Look at how it stands in the system now, mend the step or that, then retry.';
  if (status === 429) return 'Retry later, or let the step try more often and at longer intervals.';
  if (status >= 500) return 'Retry when the system is well again.';
  return 'Read what the system said, correct the input of the step, then retry.';
}

const meanings: Record<string, string> = {
  E_INPUT: 'A field of the step got a value that it does not take.',
  E_EXPR: 'An expression could not be computed on this data.',
  E_EXPR_TIME: 'An expression took too long.',
  E_EXPR_MEMORY: 'An expression needed too much memory.',
  E_TEMPLATE_LIMIT: 'A text with placeholders became too long or took too long.',
  E_FUNC_DISABLED: 'An expression uses a function that flows may not use.',
  E_PARAM_TYPE: 'A field of the step got a value of another type than it takes.',
  E_OUTPUT_TOO_LARGE: 'What the step gave is larger than a step may give.',
  E_RECURSION: 'Flows started one another too many times.',
  E_FLOW: 'The flow that the step starts cannot be started.',
  E_FLOW_OUTPUT: 'The flow that was called did not answer as its call trigger promises.',
  E_ITEM: 'An item of the loop failed, and the loop stops at the first that does.',
  E_OPERATION: 'The operation that the step calls is not in this release, or is not as it was at publish.',
  E_HTTP: 'The system did not accept what it was sent.',
  E_PLAN_DRIFT: 'What the plan was made of is not so any more.',
  E_APPROVAL_STALE: 'What is to be done is not what was approved.',
  E_MASKED: 'A secret was masked when the value was saved, and the mask is no value to send.',
  E_TIMEOUT: 'The system did not answer in the time of the step.',
  E_RUN_TIMEOUT: 'The run as a whole took longer than its flow allows.',
  E_EGRESS: 'The address is not one that this server may call.',
  E_AUTH: 'The system does not accept the credentials of the connection.',
  E_RATE: 'The system asked to slow down for longer than the step tries.',
  E_RESPONSE: 'The system answered something that the connector cannot read.',
  E_OUTCOME_UNKNOWN: 'The request was sent, the answer never came: it may have happened or not.',
  E_LIMIT: 'One of the published limits was reached.',
  E_BUDGET: 'A limit on changes was reached.',
  E_PROTECTED: 'The person is protected from changes without an approval.',
  E_CANCELLED: 'The run was cancelled before the step ended.',
  E_STOP: 'The flow itself ends the run here.',
};
