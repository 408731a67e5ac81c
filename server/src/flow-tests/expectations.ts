import type { TestFailure } from '@castellan/api';
import type { CallExpectation, StepExpectation, TestExpectation } from '@castellan/flow';
import { isAfter } from '@castellan/flow/runtime';
import { findStep } from '../activities/contexts.js';
import { presentName } from '../connector-registry/renamed-operations.js';
import type { PublishedVersion } from '../flows/versions.service.js';
import { isOwnError } from '../rehearsal/own-errors.js';
import type { Rehearsal, RehearsedStep } from '../rehearsal/rehearsal.js';
import { mismatchOf } from './subset.js';

/** What a test case expected of a rehearsal and did not get. */
export function failuresOf(expected: TestExpectation, rehearsal: Rehearsal, version: PublishedVersion): TestFailure[] {
  const titleOf = (step: string): string => findStep(version, step)?.title ?? step;
  return [
    ...endFailures(expected, rehearsal),
    ...responseFailures(expected, rehearsal),
    ...Object.entries(expected.steps ?? {}).flatMap(([step, wanted]) =>
      stepFailures({ step, title: titleOf(step), wanted, exists: findStep(version, step) !== undefined }, rehearsal),
    ),
    ...(expected.calls ?? []).flatMap((wanted) => callFailures(wanted, rehearsal, titleOf)),
  ];
}

function failure(message: string, more: Partial<TestFailure> = {}): TestFailure[] {
  return [{ message, stepId: null, ...more }];
}

export function endFailures({ status, outcome, error }: TestExpectation, rehearsal: Rehearsal): TestFailure[] {
  const why = rehearsal.error ? `: ${rehearsal.error.message}` : '';
  const stepId = rehearsal.error?.stepId ?? null;
  if (status !== undefined && status !== rehearsal.status) {
    const end = rehearsal.status === 'waiting' ? 'did not come to an end' : rehearsal.status;
    return failure(`The run was to be ${status} and ${end === rehearsal.status ? 'was ' : ''}${end}${why}`, {
      stepId,
      expected: status,
      actual: rehearsal.status,
    });
  }
  if (outcome !== undefined && outcome !== rehearsal.outcome) {
    return failure('The outcome is another one', { expected: outcome, actual: rehearsal.outcome });
  }
  const wrongCode = error?.code !== undefined && error.code !== rehearsal.error?.code;
  const wrongStep = error?.step !== undefined && error.step !== rehearsal.error?.stepId;
  if (!wrongCode && !wrongStep) return [];
  const actual = rehearsal.error && { code: rehearsal.error.code, step: rehearsal.error.stepId };
  return failure('The run ended by another error', { stepId, expected: error, actual });
}

export function responseFailures({ response }: TestExpectation, rehearsal: Rehearsal): TestFailure[] {
  if (!response) return [];
  if (!rehearsal.response) return failure('The caller was to get an answer and got none', { expected: response });
  const mismatch = mismatchOf(response, rehearsal.response);
  if (!mismatch) return [];
  const { pointer, expected, actual } = mismatch;
  return failure(`The answer to the caller is another one at ${pointer}`, { expected, actual });
}

interface WantedStep {
  step: string;
  title: string;
  wanted: StepExpectation;
  exists: boolean;
}

export function stepFailures({ step, title, wanted, exists }: WantedStep, { steps }: Rehearsal): TestFailure[] {
  if (!exists) return failure(`The flow has no step ${step}`, { stepId: step });
  const { status, port, times } = typeof wanted === 'string' ? { status: wanted } : wanted;
  const ran = steps.filter((row) => row.step === step && row.status !== 'skipped');
  if (times !== undefined && ran.length !== times) {
    return failure(`${title} was to run ${timesWords(times)} and ran ${timesWords(ran.length)}`, {
      stepId: step,
      expected: times,
      actual: ran.length,
    });
  }
  if (status === 'skipped') {
    return ran.length === 0
      ? []
      : failure(`${title} was to be skipped and ran`, { stepId: step, actual: ran[0]?.status });
  }
  if ((status !== undefined || port !== undefined) && ran.length === 0) {
    return times === 0
      ? []
      : failure(`${title} was to run and was skipped`, { stepId: step, expected: status ?? port });
  }
  const other = ran.find(
    (row) => (status !== undefined && row.status !== status) || (port !== undefined && row.port !== port),
  );
  if (!other) return [];
  return failure(
    `${title}${itemWords(other)} was to be ${wayWords(status, port)} and was ${wayWords(other.status, other.port)}`,
    {
      stepId: step,
      expected: wanted,
      actual: { status: other.status, port: other.port, ...(other.error ? { error: other.error } : {}) },
    },
  );
}

export function callFailures(
  wanted: CallExpectation,
  rehearsal: Rehearsal,
  titleOf: (step: string) => string,
): TestFailure[] {
  const { step, connector, operation, input, times } = wanted;
  const made = madeCalls(wanted, rehearsal);
  const name = step === undefined ? [connector, operation].filter(Boolean).join('.') : titleOf(step);
  const stepId = step ?? null;
  const mismatches = made.map((row) => (input === undefined ? null : mismatchOf(input, row.input)));
  const fitting = mismatches.filter((mismatch) => mismatch === null).length;
  if (times === undefined ? fitting > 0 : fitting === times) return [];
  const [first] = mismatches.filter((mismatch) => mismatch !== null);
  if (first && made.length === (times ?? 1)) {
    const { pointer, expected, actual } = first;
    return failure(`${name} was called with another input at ${pointer || '/'}`, { stepId, expected, actual });
  }
  const how = input === undefined ? '' : ' with this input';
  return failure(
    `${name} was to be called ${times === undefined ? 'at least once' : timesWords(times)}${how} and was called ${timesWords(fitting)}`,
    {
      stepId,
      expected: input ?? times ?? 1,
      actual: input === undefined ? made.length : made.map((row) => row.input).slice(0, 5),
    },
  );
}

/** The calls that an expectation is about, whatever their input. */
export function madeCalls(
  { step, iteration, connector, operation }: CallExpectation,
  { steps }: Rehearsal,
): RehearsedStep[] {
  return steps.filter(
    (row) =>
      isMade(row) &&
      (step === undefined || row.step === step) &&
      (iteration === undefined || row.iteration === iteration) &&
      (connector === undefined || row.call?.connector === connector) &&
      (operation === undefined || isOperation(row, operation)),
  );
}

/**
 * It reached the other system; a step whose own input failed has called nobody. Of a step that is taken back, masks may
 * hide with which input.
 */
const isMade = ({ step, call, input, error }: RehearsedStep): boolean =>
  call !== undefined && (input !== undefined || isAfter(step)) && !isOwnError(error);

/** By its id, or by one that it had before. */
const isOperation = ({ call }: RehearsedStep, operation: string): boolean =>
  call !== undefined && presentName(`${call.connector}.${operation}`) === `${call.connector}.${call.operation}`;

const timesWords = (times: number): string => (times === 0 ? 'not at all' : times === 1 ? 'once' : `${times} times`);

function wayWords(status: string | undefined, port: string | null | undefined): string {
  const by = port === undefined || port === null ? '' : `by ${port}`;
  return [status, by].filter(Boolean).join(' ');
}

const itemWords = ({ iteration }: RehearsedStep): string => (iteration === '' ? '' : ` in iteration ${iteration}`);
