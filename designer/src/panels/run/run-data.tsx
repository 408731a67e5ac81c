import type { RunRow } from '@castellan/api';
import { Button, Stack, Text } from '@mantine/core';
import { Eraser } from 'lucide-react';
import { useState } from 'react';
import { useClearRun, useRunChain, useRunSize, useWorkspace } from '../../api/index.js';
import { ConfirmDialog } from '../../ui/confirm.js';
import { Failure } from '../../ui/failure.js';
import { bytes } from '../../ui/format.js';
import { RelativeTime } from '../../ui/relative-time.js';
import classes from './run.module.css';
import { isOver } from './run-state.js';

/** How much the run holds, and its removal; of a run without data, since when it has none. */
export function RunData({ run }: { run: RunRow }) {
  const { can } = useWorkspace();
  const { data: size } = useRunSize(run.id);
  const [asking, setAsking] = useState(false);
  if (run.clearedAt !== null) {
    return (
      <div className={classes.notice} data-look="neutral">
        <Text size="sm">
          Its data was removed <RelativeTime at={run.clearedAt} /> by {run.clearedBy}. What happened, and when, is still
          told.
        </Text>
      </div>
    );
  }
  return (
    <>
      <dl className={classes.facts}>
        <dt>Data</dt>
        <dd>
          {size === undefined ? '–' : `about ${bytes(size.bytes)}`}
          {can('run:clear') && isOver(run) && (
            <Button
              ml="xs"
              size="compact-xs"
              variant="default"
              leftSection={<Eraser size={12} aria-hidden />}
              onClick={() => setAsking(true)}
            >
              Clear data
            </Button>
          )}
        </dd>
      </dl>
      {asking && <ClearDialog run={run} onClose={() => setAsking(false)} />}
    </>
  );
}

function ClearDialog({ run, onClose }: { run: RunRow; onClose: () => void }) {
  const clear = useClearRun(run.id);
  const { data: chain } = useRunChain(run.id);
  const others = (chain?.items.length ?? 1) - 1;
  return (
    <ConfirmDialog
      opened
      title="Clear the data of the run"
      verb="Clear data"
      destructive
      busy={clear.isPending}
      onConfirm={() => clear.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Stack gap="xs">
        <Text size="sm">
          What started it, what its steps were given and gave, and whom it was about are removed for good.
          {others > 0 &&
            ` So is the data of the ${others === 1 ? 'other run' : `${others} other runs`} of its retries.`}
        </Text>
        <Text size="sm">
          Its states, times and ways stay, and so do decisions and the audit. It can no longer be retried. Runs that it
          called, test cases and pinned outputs made of it keep their own data.
        </Text>
        {clear.error !== null && <Failure what="The data is still there" error={clear.error} />}
      </Stack>
    </ConfirmDialog>
  );
}
