import type { CallExpectation, StepExpectation, TestExpectation } from '@castellan/flow';
import { testStatuses } from '@castellan/flow';
import { findStep } from '../activities/contexts.js';
import type { PublishedVersion } from '../flows/versions.service.js';
import type { Rehearsal } from '../rehearsal/rehearsal.js';
import { callFailures, endFailures, madeCalls, responseFailures, stepFailures } from './expectations.js';
import { mismatchOf, sameParts } from './subset.js';

/**
 * The expectations with those that a rehearsal did not meet changed to what happened; the others stay as they are. What
 * concerns a step that the flow no longer has is left out.
 */
export function acceptResult(
  expected: TestExpectation,
  rehearsal: Rehearsal,
  version: Pick<PublishedVersion, 'program'>,
): TestExpectation {
  const has = (step: string): boolean => findStep(version, step) !== undefined;
  const { steps, calls } = expected;
  return {
    ...acceptEnd(expected, rehearsal),
    ...(steps === undefined ? {} : { steps: acceptSteps(steps, rehearsal, has) }),
    ...(calls === undefined
      ? {}
      : {
          calls: calls
            .filter(({ step }) => step === undefined || has(step))
            .map((wanted) => acceptCall(wanted, rehearsal)),
        }),
  };
}

function acceptEnd({ steps: _steps, calls: _calls, ...expected }: TestExpectation, rehearsal: Rehearsal) {
  const accepted: TestExpectation = { ...expected };
  if (endFailures(expected, rehearsal).length > 0) {
    const status = testStatuses.find((one) => one === rehearsal.status);
    if (expected.status !== undefined && status !== undefined) accepted.status = status;
    if (expected.outcome !== undefined) accepted.outcome = rehearsal.outcome ?? undefined;
    if (expected.error !== undefined || rehearsal.error !== null) accepted.error = errorOf(expected.error, rehearsal);
  }
  if (responseFailures(expected, rehearsal).length > 0) {
    const { response } = rehearsal;
    accepted.response =
      response === null ? undefined : (sameParts(expected.response, response) as typeof accepted.response);
  }
  return Object.fromEntries(Object.entries(accepted).filter(([, value]) => value !== undefined));
}

/** Code, and the step where it was named; none where the run did not end by an error. */
function errorOf(wanted: TestExpectation['error'], { error }: Rehearsal): TestExpectation['error'] {
  if (error === null) return undefined;
  return { code: error.code, ...(wanted?.step === undefined || !error.stepId ? {} : { step: error.stepId }) };
}

function acceptSteps(
  steps: Record<string, StepExpectation>,
  rehearsal: Rehearsal,
  has: (step: string) => boolean,
): Record<string, StepExpectation> {
  const kept = Object.entries(steps).filter(([step]) => has(step));
  return Object.fromEntries(
    kept.map(([step, wanted]) => {
      const isMet = stepFailures({ step, title: step, wanted, exists: true }, rehearsal).length === 0;
      return [step, isMet ? wanted : stepAsItWas(step, wanted, rehearsal)];
    }),
  );
}

/** In the form in which it stood: what was not asked of the step is not asked now. */
function stepAsItWas(step: string, wanted: StepExpectation, { steps }: Rehearsal): StepExpectation {
  const ran = steps.filter((row) => row.step === step && row.status !== 'skipped');
  const [first] = ran;
  if (first === undefined) return 'skipped';
  const asked = typeof wanted === 'string' ? { status: wanted } : wanted;
  const times = asked.times === undefined ? {} : { times: ran.length };
  const isOne = ran.every(({ status, port }) => status === first.status && port === first.port);
  const status = settled(first.status);
  if (!isOne || status === null) return { times: ran.length };
  if (typeof wanted === 'string') return status;
  const port = asked.port === undefined || first.port === null ? {} : { port: first.port };
  return { ...(asked.status === undefined ? {} : { status }), ...port, ...times };
}

function settled(status: string): Extract<StepExpectation, string> | null {
  const known = ['succeeded', 'failed', 'skipped', 'cancelled', 'waiting'] as const;
  return known.find((one) => one === status) ?? null;
}

function acceptCall(wanted: CallExpectation, rehearsal: Rehearsal): CallExpectation {
  if (callFailures(wanted, rehearsal, (step) => step).length === 0) return wanted;
  const { input: wantedInput, times: _times, ...place } = wanted;
  const made = madeCalls(wanted, rehearsal);
  const [first] = made;
  if (first === undefined) return { ...place, times: 0 };
  if (wantedInput === undefined) return { ...place, times: made.length };
  const input = sameParts(wantedInput, first.input) as CallExpectation['input'];
  const times = made.filter((row) => mismatchOf(input, row.input) === null).length;
  return { ...place, input, ...(wanted.times === undefined ? {} : { times }) };
}
