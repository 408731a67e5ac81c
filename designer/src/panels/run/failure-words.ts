import { type StepError, stepErrors } from '@castellan/api';

/** What an error means, in the user's terms; the vendor's own sentence stands beside it. */
export function meaningOf({ code, status }: Pick<StepError, 'code' | 'status'>): string {
  if (code === 'E_HTTP' && status !== undefined) return meaningOfStatus(status);
  return meanings[code] ?? 'The step could not be done.';
}

/** What to do next. */
export function remedyOf({ code }: Pick<StepError, 'code'>): string {
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

const meanings: Record<string, string> = {
  E_INPUT: 'A field of the step got a value that it does not take.',
  E_EXPR: 'An expression could not be computed on this data.',
  E_EXPR_TIME: 'An expression took too long.',
  E_EXPR_MEMORY: 'An expression needed too much memory.',
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
