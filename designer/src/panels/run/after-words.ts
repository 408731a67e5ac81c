import type { StepState } from '@castellan/api';
import { type Draft, failureFlow, failureNotify, isAfter, stepPlaces, undoOf } from '@castellan/flow';
import { count } from '../../ui/format.js';

/** Steps after the end of which the same is to be said: one, or the same step for several items. */
export interface AfterLine {
  /** The first of them. */
  state: StepState;
  sentence: string;
}

/** What the sentences call steps and systems. */
export interface AfterNames {
  step: (id: string) => string;
  /** The system that a step after the end calls. */
  system: (id: string) => string;
}

/** Steps that ran after the end, in the order in which they began. */
const afterEnd = (states: StepState[]): StepState[] =>
  states
    .filter(({ stepId }) => isAfter(stepId))
    .toSorted((a, b) => (a.startedAt ?? '').localeCompare(b.startedAt ?? '') || a.seq - b.seq);

/** What was taken back, what could not be, who was told and what was started: a sentence each, in that order. */
export function afterLines(states: StepState[], names: AfterNames): AfterLine[] {
  const groups = new Map<string, StepState[]>();
  for (const state of afterEnd(states)) {
    const key = [state.stepId, state.status, state.error?.message].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), state]);
  }
  return [...groups.values()].map((group) => ({
    state: group[0] as StepState,
    sentence: sentenceOf(group[0] as StepState, names, group.length),
  }));
}

/**
 * Steps that changed something and whose flow does not say how that is undone, where others of the run were taken back.
 * `writes`: whether the operation of a step changes anything.
 */
export function leftDone(draft: Draft, states: StepState[], writes: (stepId: string) => boolean): string[] {
  if (!states.some(({ stepId }) => stepId.startsWith(undoOf('')))) return [];
  const done = new Set(states.filter(({ status }) => status === 'succeeded').map(({ stepId }) => stepId));
  return stepPlaces(draft)
    .filter(({ id, step }) => step.kind === 'action' && step.undo === undefined && done.has(id) && writes(id))
    .map(({ id }) => id);
}

function sentenceOf(state: StepState, names: AfterNames, items: number): string {
  const { stepId } = state;
  if (stepId === failureNotify) return notifyWords(state, names.system(stepId));
  if (stepId === failureFlow) return flowWords(state);
  const undone = stepId.slice(undoOf('').length);
  const what = `“${names.step(undone)}”${items > 1 ? ` for ${count(items, 'item')}` : itemOf(state)}`;
  return undoWords(state, what, names.system(stepId));
}

const itemOf = ({ iteration }: StepState): string =>
  iteration === ''
    ? ''
    : ` for item ${iteration
        .split('.')
        .map((index) => Number(index) + 1)
        .join('.')}`;

function undoWords({ status, error }: StepState, what: string, system: string): string {
  switch (status) {
    case 'succeeded':
      return `${what} was taken back.`;
    case 'failed':
      return `${what} could not be taken back: ${said(error)} Take it back in ${system} yourself.`;
    case 'unknown':
      return `Nobody knows whether ${what} was taken back: the answer never came. Look in ${system}.`;
    case 'cancelled':
      return `${what} was not taken back: the run was ended before.`;
    default:
      return `${what} is being taken back.`;
  }
}

function notifyWords({ status, error }: StepState, system: string): string {
  switch (status) {
    case 'succeeded':
      return `The failure was told through ${system}.`;
    case 'failed':
      return `The failure could not be told through ${system}: ${said(error)}`;
    case 'unknown':
      return `Nobody knows whether the failure was told through ${system}: the answer never came.`;
    case 'cancelled':
      return 'The failure was told to nobody: the run was ended before.';
    default:
      return `The failure is being told through ${system}.`;
  }
}

function flowWords({ status, error }: StepState): string {
  if (status === 'succeeded') return 'The flow for failures was started.';
  if (status === 'failed') return `The flow for failures could not be started: ${said(error)}`;
  return status === 'cancelled'
    ? 'The flow for failures was not started: the run was ended before.'
    : 'The flow for failures is being started.';
}

const said = (error: StepState['error']): string => {
  const message = error?.message ?? 'it is not known why';
  return /[.!?]$/.test(message) ? message : `${message}.`;
};
