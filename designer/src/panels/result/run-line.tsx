import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useRun, useWorkspace } from '../../api/index.js';
import { runStatus } from '../../status/statuses.js';
import { RelativeTime } from '../../ui/relative-time.js';
import classes from './result.module.css';

export function NotRunYet() {
  return (
    <Text size="sm" c="dimmed">
      This flow has not run yet.
    </Text>
  );
}

/** Which run it is, with the way to it. */
export function RunLine({ runId, step }: { runId: string; step?: string }) {
  const ws = useWorkspace().id;
  const { data: run } = useRun(runId);
  if (run === undefined) return null;
  const kind = run.mode === 'test' ? 'test' : 'run';
  return (
    <Text size="xs" c="dimmed" className={classes.runLine}>
      In the{' '}
      <Link to="/w/$ws/runs/$runId" params={{ ws, runId }} search={step === undefined ? {} : { step }}>
        {kind} of <RelativeTime at={run.createdAt} />
      </Link>
      , {run.version ? `version ${run.version}` : 'of the draft'}, {runStatus(run.status).word.toLowerCase()}
    </Text>
  );
}
