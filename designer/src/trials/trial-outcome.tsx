import type { Shadow } from '@castellan/api';
import { Progress, Stack, Text } from '@mantine/core';
import { GitCompare } from 'lucide-react';
import { Notice } from '../ui/notice.js';

/** How a trial stands: how many runs have been looked at, or all that it found in a sentence. */
export function TrialOutcome({ trial }: { trial: Shadow }) {
  if (trial.status === 'running') {
    return (
      <Stack gap={4} role="status">
        <Text size="sm">
          {trial.done} of {trial.total} runs looked at
        </Text>
        <Progress
          value={trial.total === 0 ? 100 : (trial.done / trial.total) * 100}
          aria-label="Runs looked at"
          size="sm"
        />
      </Stack>
    );
  }
  if (trial.status === 'failed') return <Notice look="failed" title={trial.error ?? 'It was not played to its end.'} />;
  if (trial.counts.same === trial.total) return <Notice look="succeeded" title={trial.sentence} />;
  return <Notice look="waiting" icon={GitCompare} title={trial.sentence} />;
}
