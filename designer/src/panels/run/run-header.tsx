import type { RunRow } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { Button, Menu, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { EllipsisVertical, FileCheck, FlaskConical, Pause, Play, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { evidenceAddress } from '../../api/evidence.js';
import { type RunCommand, useRunCommand, useWorkspace } from '../../api/index.js';
import { RunStatusBadge } from '../../status/statuses.js';
import { ConfirmDialog } from '../../ui/confirm.js';
import { Duration } from '../../ui/duration.js';
import { Failure } from '../../ui/failure.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { Tag } from '../../ui/tag.js';
import panels from '../panels.module.css';
import { CancelRun } from './cancel-run.js';
import { OpenInEditor } from './open-in-editor.js';
import classes from './run.module.css';
import { isOver } from './run-state.js';
import { SaveAsTest } from './save-as-test.js';
import { isUndo, versionInWords } from './undo/is-undo.js';
import { UndoRun } from './undo/undo-run.js';

interface RunHeaderProps {
  run: RunRow;
  draft: Draft;
  connected: boolean;
  /** Opens the choice of a retry; left out where nobody may. */
  onRetry?: () => void;
}

/** Which run it is, how it stands, and what a person may do to it. */
export function RunHeader({ run, draft, connected, onRetry }: RunHeaderProps) {
  const { id: ws, can } = useWorkspace();
  return (
    <header className={panels.toolbar}>
      <Text size="sm" c="dimmed" className={panels.crumb}>
        <Link to="/w/$ws/runs" params={{ ws }}>
          Runs
        </Link>
        {' › '}
      </Text>
      <h1 className={panels.runName}>
        <Link to="/w/$ws/flows/$flowId" params={{ ws, flowId: run.flowId }}>
          {run.flowName}
        </Link>
      </h1>
      <Text size="sm" c="dimmed" className={panels.nowrap}>
        {versionInWords(run)}
      </Text>
      <output>
        <RunStatusBadge status={run.status} waitingFor={run.waitingFor} />
      </output>
      {run.mode !== 'live' && <Tag>{run.mode}</Tag>}
      {run.simulated && <Tag icon={FlaskConical}>Simulated</Tag>}
      <Text size="sm" c="dimmed" className={panels.nowrap}>
        <RelativeTime at={run.createdAt} />
        {run.startedAt !== null && (
          <>
            {' · '}
            <Duration from={run.startedAt} to={run.endedAt} />
          </>
        )}
        {!isOver(run) && !connected && ' · connecting'}
      </Text>
      <span className={panels.spring} />
      {can('flow:read') && run.clearedAt === null && !isUndo(run) && <OpenInEditor run={run} />}
      {can('flow:write') &&
        isOver(run) &&
        run.status !== 'cancelled' &&
        run.mode !== 'plan' &&
        !isUndo(run) &&
        run.clearedAt === null && <SaveAsTest run={run} />}
      {can('run:evidence') && isOver(run) && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<FileCheck size={14} aria-hidden />}
          component="a"
          href={evidenceAddress(ws, run.id)}
          download
        >
          Evidence
        </Button>
      )}
      {onRetry !== undefined && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<RotateCcw size={14} aria-hidden />}
          onClick={() => onRetry()}
        >
          Retry
        </Button>
      )}
      {can('run:operate') && isOver(run) && (run.mode === 'live' || run.mode === 'test') && <UndoRun run={run} />}
      {can('run:operate') && !isOver(run) && <Controls run={run} draft={draft} />}
    </header>
  );
}

/** What a person asked for that has not come about yet. */
function comingWords(asked: RunCommand, { status }: RunRow): string | null {
  if (asked === 'pause' && status !== 'paused') return 'Pausing: calls under way finish first';
  if (asked === 'resume' && status === 'paused') return 'Going on';
  return null;
}

function Controls({ run, draft }: { run: RunRow; draft: Draft }) {
  const command = useRunCommand(run.id);
  const [asking, setAsking] = useState<'terminate' | null>(null);
  const send = (what: RunCommand) => command.mutate(what, { onSuccess: () => setAsking(null) });
  const coming = command.isSuccess ? comingWords(command.variables, run) : null;
  return (
    <>
      {coming !== null && (
        <span className={classes.asked} aria-live="polite">
          {coming}
        </span>
      )}
      {run.status === 'paused' ? (
        <Button size="compact-sm" variant="default" leftSection={<Play size={14} />} onClick={() => send('resume')}>
          Resume
        </Button>
      ) : (
        <Button size="compact-sm" variant="default" leftSection={<Pause size={14} />} onClick={() => send('pause')}>
          Pause
        </Button>
      )}
      <CancelRun run={run} draft={draft} />
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="compact-sm" variant="subtle" color="gray" aria-label="More" px={6}>
            <EllipsisVertical size={16} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setAsking('terminate')}>Terminate</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={asking !== null}
        title="Terminate the run"
        verb="Terminate"
        destructive
        busy={command.isPending}
        onConfirm={() => send('terminate')}
        onClose={() => setAsking(null)}
      >
        <Text size="sm">
          The run ends at once. Calls under way are not waited for: what they did in other systems may stay unknown
          here. Nothing is taken back.
        </Text>
        {command.error !== null && <Failure what="The run goes on" error={command.error} />}
      </ConfirmDialog>
    </>
  );
}
