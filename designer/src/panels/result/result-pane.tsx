import { Text } from '@mantine/core';
import { useRun } from '../../api/index.js';
import type { Place } from '../../editor/outline.js';
import { JsonView } from '../../ui/json-view.js';
import classes from './result.module.css';
import { NotRunYet, RunLine } from './run-line.js';
import { useShownRun } from './shown-run.js';
import { StepResult } from './step-result.js';

/** What the chosen step was given and gave, or what started the flow, in the run that is shown. */
export function ResultPane({ place }: { place: Place }) {
  const runId = useShownRun();
  if (place.type === 'step') return <StepResult place={place} runId={runId} />;
  return runId === null ? <NotRunYet /> : <TriggerResult id={place.id} runId={runId} />;
}

function TriggerResult({ id, runId }: { id: string; runId: string }) {
  const { data: run } = useRun(runId);
  if (run === undefined) return null;
  return (
    <div className={classes.result}>
      <RunLine runId={runId} />
      {run.trigger.id === id ? (
        <JsonView label="What started the run" value={run.triggerData} />
      ) : (
        <Text size="sm" c="dimmed">
          Another trigger started this run.
        </Text>
      )}
    </div>
  );
}
