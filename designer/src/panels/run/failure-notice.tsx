import type { RetryPlace, RunRow, StepState } from '@castellan/api';
import { Anchor, Button, Text } from '@mantine/core';
import { RotateCcw } from 'lucide-react';
import { useRunSteps } from '../../api/index.js';
import { AttemptList } from './attempt-list.js';
import { meaningOf, remedyOf } from './failure-words.js';
import { usualPlace } from './retry/retry-dialog.js';
import classes from './run.module.css';

interface Props {
  run: RunRow;
  failed: StepState | undefined;
  onChoose: (stepId: string, iteration: string) => void;
  onRetry: ((place: RetryPlace) => void) | undefined;
}

/** What was tried by a run that failed, what was said, what it means and what to do. */
export function FailureNotice({ run, failed, onChoose, onRetry }: Props) {
  const error = run.error!;
  const { stepId } = error;
  return (
    <section className={classes.notice} data-look="failed" aria-label="Failure">
      <dl className={classes.story}>
        <dt>What was tried</dt>
        <dd>
          {stepId === undefined ? (
            'The run as a whole'
          ) : (
            <>
              <Anchor
                component="button"
                type="button"
                size="sm"
                onClick={() => onChoose(stepId, failed?.iteration ?? '')}
              >
                {error.stepTitle ?? stepId}
              </Anchor>
              {failed !== undefined && failed.attempts > 1 && `, ${failed.attempts} times`}
              {failed !== undefined && failed.attempts > 1 && <Attempts runId={run.id} failed={failed} />}
            </>
          )}
        </dd>
        <dt>What was said</dt>
        <dd className="break-anywhere">{error.message}</dd>
        {error.code !== 'E_STOP' && (
          <>
            <dt>What it means</dt>
            <dd>{meaningOf(error)}</dd>
            <dt>What to do</dt>
            <dd>{remedyOf(error)}</dd>
          </>
        )}
      </dl>
      <Text size="xs" c="dimmed">
        {error.code}
        {error.status !== undefined && ` · HTTP ${error.status}`}
      </Text>
      {onRetry !== undefined && (
        <Button
          size="compact-sm"
          variant="default"
          style={{ alignSelf: 'flex-start' }}
          leftSection={<RotateCcw size={14} aria-hidden />}
          onClick={() => onRetry(usualPlace(run))}
        >
          {usualPlace(run).at === 'start' ? 'Retry from the start' : 'Retry from here'}
        </Button>
      )}
    </section>
  );
}

/** Each attempt of the step that failed. */
function Attempts({ runId, failed }: { runId: string; failed: StepState }) {
  const { data: rows } = useRunSteps(runId, failed.stepId);
  const tries = rows?.find(({ iteration }) => iteration === failed.iteration)?.tries ?? [];
  return tries.length === 0 ? null : <AttemptList tries={tries} attempts={failed.attempts} />;
}
