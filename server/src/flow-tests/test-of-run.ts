import type {
  CallExpectation,
  CompiledAction,
  CompiledUndo,
  FlowTest,
  StepExpectation,
  TestAnswer,
} from '@castellan/flow';
import { type ControlLevel, failureFlow, portsOf } from '@castellan/flow/runtime';
import { findStep } from '../activities/contexts.js';
import type { PublishedVersion } from '../flows/versions.service.js';
import { ApiError } from '../platform/errors.js';
import { holdsMask } from '../platform/masking.js';
import { asUnknown, isOwnError } from '../rehearsal/own-errors.js';
import type { RecordedRun, RecordedStep } from '../rehearsal/recorded-run.js';
import { hasStateBefore } from '../rehearsal/rehearsed-undo.js';

/** Calls of one step beyond this many are expected by their number alone. */
const mostCalls = 20;

type JsonField = TestAnswer['output'];

/**
 * A run as a test case: what started it, what it was answered in the order in which it was, and as expectations how it
 * went. It is made of what people see of the run, so secrets stand in it masked.
 */
export function testOfRun(
  run: RecordedRun,
  version: PublishedVersion,
  { name, url }: { name: string; url: string },
): FlowTest {
  if (run.status === 'cancelled') {
    throw new ApiError(
      'conflict',
      'The run was cancelled: what it would have done is not known, so it is no test case.',
    );
  }
  const { facts } = run;
  const ids = [...stepIds(version.control.top), ...idsAfter(run, version)];
  return {
    name,
    trigger: { ...(facts.triggerData as object), id: facts.triggerId },
    run: { id: facts.id, url, version: facts.version, startedAt: facts.startedAt },
    answers: run.steps.flatMap(answerOf),
    expect: {
      status: run.status,
      ...(run.outcome === null ? {} : { outcome: run.outcome }),
      ...(run.error === null ? {} : { error: { code: run.error.code } }),
      ...(run.response === null ? {} : { response: responseOf(run.response) }),
      steps: Object.fromEntries(ids.map((id) => [id, expectationOf(run, version, id)])),
      calls: ids.flatMap((id) => callsOf(run, version, id)),
    },
  };
}

function answerOf(row: RecordedStep): TestAnswer[] {
  const { step, iteration, kind, status, port, output, error } = row;
  if (row.endedAt === null || status === 'cancelled') return [];
  const place = { step, ...(iteration === '' ? {} : { iteration }) };
  if (kind === 'approval' && port !== null) {
    const { port: _port, ...decision } = { ...(output as object | null) } as Record<string, unknown>;
    return [{ ...place, port, ...(Object.keys(decision).length === 0 ? {} : { output: decision as JsonField }) }];
  }
  // A wait for time has no input and needs no answer; one for an event says what it waits for.
  if (kind === 'wait' && row.input !== null && port !== null) {
    return [{ ...place, port, ...(port === 'out' ? { output: (output ?? null) as JsonField } : {}) }];
  }
  // The flow for failures is started, and nobody waits for its end.
  if ((kind !== 'action' && kind !== 'subflow') || step === failureFlow) return [];
  if (status === 'succeeded') return [{ ...place, output: (output ?? null) as JsonField }];
  if (!error || isOwnError(error)) return [];
  const { details, ...said } = status === 'unknown' ? asUnknown(error) : error;
  return [{ ...place, error: { ...said, ...(details === undefined ? {} : { details: details as JsonField }) } }];
}

/** Every step of the level and below, in the order in which they come. */
function stepIds(level: ControlLevel): string[] {
  return level.order.flatMap((id) => {
    const body = level.steps[id]?.body;
    return [id, ...(body ? stepIds(body) : [])];
  });
}

/** What could have followed the failure of the run. */
const idsAfter = ({ status }: RecordedRun, { control }: PublishedVersion): string[] =>
  status === 'failed' ? Object.keys(control.after?.steps ?? {}) : [];

function expectationOf(run: RecordedRun, version: PublishedVersion, id: string): StepExpectation {
  const rows = run.steps.filter(({ step }) => step === id);
  const [first] = rows;
  if (!first) return 'skipped';
  const same = rows.every(({ status, port }) => status === first.status && port === first.port);
  const compiled = findStep(version, id);
  const isInLoop = (compiled?.level.length ?? 0) > 0;
  const times = isInLoop ? { times: rows.length } : {};
  // Of what took a step back nobody may know what became of it.
  if (!same || first.status === 'unknown') return { times: rows.length };
  const status = asExpected(first.status);
  const isChoice = (portsOf(compiled ?? {})?.length ?? 0) > 1 && first.port !== null && first.port !== 'out';
  if (!isInLoop && !isChoice) return status;
  return { status, ...(isChoice ? { port: first.port as string } : {}), ...times };
}

/** A step of an ended run has settled, one way or another. */
function asExpected(status: string): Extract<StepExpectation, string> {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled' ? status : 'cancelled';
}

/** The writes, each with its input; what was masked in it may be anything. */
function callsOf(run: RecordedRun, version: PublishedVersion, id: string): CallExpectation[] {
  const compiled = findStep(version, id);
  if (compiled?.kind !== 'action' || compiled.effect === 'read') return [];
  const made = run.steps.filter((row) => row.step === id && row.input !== null && !isOwnError(row.error));
  if (made.length === 0) return [{ step: id, times: 0 }];
  if (made.length > mostCalls || isMadeOfBefore(version, compiled)) return [{ step: id, times: made.length }];
  return made.map(({ iteration, input }) => ({
    step: id,
    ...(iteration === '' ? {} : { iteration }),
    input: withoutMasks(input) as JsonField,
    times: 1,
  }));
}

/** An automatic undo that is made of what there was before, which a test case does not know. */
function isMadeOfBefore(version: PublishedVersion, compiled: CompiledAction): boolean {
  const undone = 'undoes' in compiled ? findStep(version, (compiled as CompiledUndo).undoes) : undefined;
  return undone?.kind === 'action' && hasStateBefore(undone);
}

function responseOf({ status, body }: NonNullable<RecordedRun['response']>) {
  return { status, body: withoutMasks(body) as JsonField };
}

/** The value without the fields that hold a mask, so that whatever they really are may stand there. */
function withoutMasks(value: unknown): unknown {
  if (!holdsMask(value) || typeof value !== 'object' || value === null) return value ?? null;
  if (Array.isArray(value)) return value.map((item) => withoutMasks(item));
  const kept = Object.entries(value).filter(([, item]) => typeof item !== 'string' || !holdsMask(item));
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutMasks(item)]));
}
