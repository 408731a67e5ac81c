import type { RunRow, StepState } from '@castellan/api';
import { type Draft, isAfter } from '@castellan/flow';
import { Anchor, Text } from '@mantine/core';
import { StepStatusBadge } from '../../status/statuses.js';
import classes from './run.module.css';
import { stepTitle } from './step-title.js';
import { itemWords } from './timeline.js';

interface AfterEndProps {
  run: RunRow;
  draft: Draft;
  states: StepState[];
  onChoose: (stepId: string, iteration: string) => void;
}

/** Steps that ran after the end, in the order in which they began. */
export const afterEnd = (states: StepState[]): StepState[] =>
  states
    .filter(({ stepId }) => isAfter(stepId))
    .toSorted((a, b) => (a.startedAt ?? '').localeCompare(b.startedAt ?? '') || a.seq - b.seq);

/** What was taken back, who was told and what was started once the run had failed or was cancelled. */
export function AfterEnd({ run, draft, states, onChoose }: AfterEndProps) {
  const steps = afterEnd(states);
  if (steps.length === 0 && run.ending === null) return null;
  return (
    <section aria-label="After the end">
      <Text size="sm" fw={600} mb={4}>
        After the end
      </Text>
      {run.ending !== null && (
        <Text size="sm" mb={4}>
          {endingWords[run.ending.status]}
        </Text>
      )}
      <ul className={classes.after}>
        {steps.map((state) => (
          <li key={`${state.stepId} ${state.iteration}`}>
            <Anchor component="button" type="button" size="sm" onClick={() => onChoose(state.stepId, state.iteration)}>
              {stepTitle(draft, state.stepId)}
              {state.iteration !== '' && ` (item ${itemWords(state.iteration)})`}
            </Anchor>{' '}
            <StepStatusBadge status={state.status} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const endingWords = {
  succeeded: 'The run is about to end.',
  failed: 'The run has failed. It ends once this is done; a cancel does not stop it.',
  cancelled: 'The run was cancelled. It ends once this is done; a second cancel does not stop it.',
};
