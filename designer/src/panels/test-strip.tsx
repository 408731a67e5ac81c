import { type Draft, diffFlows } from '@castellan/flow';
import { CloseButton, Popover, Text, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useRun, useWorkspace } from '../api/index.js';
import { useEditor, useEditorStore } from '../editor/editor-context.js';
import { hideRun } from '../editor/editor-store.js';
import { useLiveRun } from '../editor/live-run.js';
import { outlineOf } from '../editor/outline.js';
import { RunStatusBadge } from '../status/statuses.js';
import { Duration } from '../ui/duration.js';
import { count } from '../ui/format.js';
import { RelativeTime } from '../ui/relative-time.js';
import { DiffList } from './diff-list.js';
import classes from './panels.module.css';

/** The run that is drawn on the canvas: how far it is, whether the draft differs from it, and the way to all of it. */
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
      <strong>{run?.mode === 'test' ? 'Test' : 'Run'}</strong>
      {run !== null && <RunStatusBadge status={run.status} plain />}
      <Text size="sm" c="dimmed" className={classes.nowrap}>
        {settled} of {Object.keys(total).length} steps
        {run?.startedAt != null && (
          <>
            {' · '}
            <Duration from={run.startedAt} to={run.endedAt} />
            {' · '}
            <RelativeTime at={run.createdAt} />
          </>
        )}
        {run && ` · ${run.version ? `version ${run.version}` : 'draft'}`}
      </Text>
      <Differences runId={runId} />
      <Link to="/w/$ws/runs/$runId" params={{ ws, runId }}>
        Open the run
      </Link>
      <CloseButton ml="auto" size="sm" aria-label="Close the run" onClick={() => hideRun(store)} />
    </section>
  );
}

/** Says where the draft is not what the run did: its data may not fit any more. */
function Differences({ runId }: { runId: string }) {
  const draft = useEditor((state) => state.flow);
  const ran = useRun(runId).data?.flow as Draft | undefined;
  const changes = useMemo(() => (ran === undefined ? 0 : diffFlows(ran, draft).length), [ran, draft]);
  if (ran === undefined || changes === 0) return null;
  return (
    <Popover position="top" width={480} withinPortal>
      <Popover.Target>
        <UnstyledButton className={classes.differs}>
          The draft differs from it: {count(changes, 'change')}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <DiffList before={ran} after={draft} />
      </Popover.Dropdown>
    </Popover>
  );
}
