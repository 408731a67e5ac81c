import type { CompiledAction } from '@castellan/flow';
import { asUnknown, isOwnError } from '../rehearsal/own-errors.js';
import type { RecordedRun, RecordedStep } from '../rehearsal/recorded-run.js';
import { placeKey } from '../rehearsal/rehearsal.js';
import { sampleAnswer } from '../rehearsal/sample-answer.js';
import type { AskedDecision, CallAnswer, Decision, StandIns } from '../rehearsal/stand-ins.js';
import type { ItemMatch } from './item-match.js';

/** Lets the run's own version find again just what the run met: answers and decisions at their time and place. */
export function asRecorded(run: RecordedRun): StandIns {
  const steps = byPlace(run);
  return {
    call: (asked) => answerOf(steps.get(placeKey(asked))),
    decide: (asked) => decisionOf(steps.get(placeKey(asked))),
    ...cancelOf(run),
  };
}

/**
 * Stands in for the world of another version on the same run. A call that the run did not make is answered with the
 * catalogue's example; an approval that it did not ask for counts as given, and what it did not wait for as not arrived.
 */
export function forOther(run: RecordedRun, match: ItemMatch): StandIns {
  const steps = byPlace(run);
  const recorded = (place: Parameters<ItemMatch['iterationOf']>[0] & { step: string }): RecordedStep | undefined => {
    const iteration = match.iterationOf(place);
    return iteration === null ? undefined : steps.get(placeKey({ step: place.step, iteration }));
  };
  return {
    call: (asked) => {
      match.note(asked.level, asked.iteration, asked.item);
      const found = recorded(asked);
      const compiled = asked.compiled as CompiledAction;
      return (isOwnError(found?.error) ? null : answerOf(found)) ?? sampleAnswer(compiled);
    },
    decide: (asked) => {
      const found = recorded(asked);
      return decisionOf(found) ?? { ...assumed[asked.kind], ...notBefore(found) };
    },
    ...cancelOf(run),
  };
}

const assumed: Record<AskedDecision['kind'], Decision> = {
  approval: { from: 'assumed', port: 'approved', output: { decisions: [] } },
  event: { from: 'assumed', port: 'timeout' },
};

/** What was still awaited when the run ended had not come until then. */
const notBefore = (step: RecordedStep | undefined): Pick<Decision, 'at' | 'rank'> =>
  step && step.endedAt !== null ? { at: step.endedAt, rank: Number.POSITIVE_INFINITY } : {};

const byPlace = ({ steps }: RecordedRun): Map<string, RecordedStep> =>
  new Map(steps.map((step) => [placeKey(step), step]));

function cancelOf({ cancelledAt, compensate }: RecordedRun): Pick<StandIns, 'cancel'> {
  if (cancelledAt === null) return {};
  return { cancel: { at: cancelledAt, ...(compensate === null ? {} : { compensate }) } };
}

function answerOf(step: RecordedStep | undefined): CallAnswer | null {
  if (!step || step.endedAt === null) return null;
  const timing = { from: 'recorded' as const, at: step.endedAt, rank: step.seq };
  if (step.status === 'succeeded') return { ...timing, output: step.output };
  if (step.status === 'failed' && step.error) return { ...timing, error: step.error };
  if (step.status === 'unknown' && step.error) return { ...timing, error: asUnknown(step.error) };
  return step.status === 'cancelled' ? { ...timing, cancelled: true } : null;
}

function decisionOf(step: RecordedStep | undefined): Decision | null {
  if (!step || step.endedAt === null || step.port === null) return null;
  return { from: 'recorded', at: step.endedAt, rank: step.seq, port: step.port, output: step.output };
}
