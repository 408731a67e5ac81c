import type { RetryPlace, RunRow } from '@castellan/api';
import { Button, Text } from '@mantine/core';
import { RotateCcw } from 'lucide-react';
import classes from './run.module.css';
import { RunLink } from './run-link.js';
import { isOver } from './run-state.js';

/** A newer run of the same key takes this one's place. Whoever thinks otherwise starts this one again. */
export function Superseded({ run, onRetry }: { run: RunRow; onRetry: ((place: RetryPlace) => void) | undefined }) {
  const { supersededBy, supersededByFlow } = run;
  if (supersededBy === null) return null;
  const newer = supersededByFlow === run.flowName ? 'a newer run' : `a newer run of “${supersededByFlow}”`;
  return (
    <div className={classes.notice} data-look="waiting">
      <Text size="sm">
        {isOver(run) ? 'Cancelled, for' : 'Being cancelled, for'} {newer} of the same key took its place.{' '}
        <RunLink runId={supersededBy}>Open the newer run</RunLink>
      </Text>
      {isOver(run) && onRetry !== undefined && (
        <Button
          size="compact-sm"
          variant="default"
          style={{ alignSelf: 'flex-start' }}
          leftSection={<RotateCcw size={14} aria-hidden />}
          onClick={() => onRetry({ at: 'start' })}
        >
          Start it again
        </Button>
      )}
    </div>
  );
}

/** The older runs whose place this one took. */
export function Supersedes({ runs }: { runs: RunRow['supersedes'] }) {
  return runs.map(({ runId, flowName }) => (
    <Text key={runId} size="sm">
      It took the place of <RunLink runId={runId}>a run of {flowName}</RunLink>.
    </Text>
  ));
}
