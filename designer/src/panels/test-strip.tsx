import { CloseButton, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useWorkspace } from '../api/index.js';
import { useEditor, useEditorStore } from '../editor/editor-context.js';
import { hideRun } from '../editor/editor-store.js';
import { useLiveRun } from '../editor/live-run.js';
import { outlineOf } from '../editor/outline.js';
import { RunStatusBadge } from '../status/statuses.js';
import { Duration } from '../ui/duration.js';
import classes from './panels.module.css';

/** The run that was started from here: how far it is, and the way to all of it. */
export function TestStrip() {
  const { run, steps } = useLiveRun();
  const store = useEditorStore();
  const ws = useWorkspace().id;
  const runId = useEditor((state) => state.runId);
  const total = useEditor((state) => outlineOf(state.flow).levels[0]?.steps ?? {});
  const settled = [...steps.values()].filter(
    ({ iteration, status }) => iteration === '' && ['succeeded', 'failed', 'skipped', 'cancelled'].includes(status),
  ).length;
  if (runId === null) return null;
  return (
    <section className={classes.strip} aria-label="Run">
      <strong>Run</strong>
      {run !== null && <RunStatusBadge status={run.status} plain />}
      <Text size="sm" c="dimmed">
        {settled} of {Object.keys(total).length} steps
        {run?.startedAt != null && (
          <>
            {' · '}
            <Duration from={run.startedAt} to={run.endedAt} />
          </>
        )}
        {run && ` · ${run.version ? `version ${run.version}` : 'draft'}`}
      </Text>
      <Link to="/w/$ws/runs/$runId" params={{ ws, runId }}>
        Open the run
      </Link>
      <CloseButton ml="auto" size="sm" aria-label="Close the run" onClick={() => hideRun(store)} />
    </section>
  );
}
