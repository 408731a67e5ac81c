import type { RunRow } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { Button, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { FileCheck, FlaskConical, Pause, Play, RotateCcw } from 'lucide-react';
import { evidenceAddress } from '../../api/evidence.js';
import { type RunCommand, useRunCommand, useWorkspace } from '../../api/index.js';
import { RunStatusBadge } from '../../status/statuses.js';
import { Duration } from '../../ui/duration.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { Tag } from '../../ui/tag.js';
import panels from '../panels.module.css';
import { CancelRun } from './cancel-run.js';
import classes from './run.module.css';
import { RunMenu } from './run-menu.js';
import { isOver } from './run-state.js';
import { versionInWords } from './undo/is-undo.js';
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
      <RunMenu run={run} />
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
  const coming = command.isSuccess ? comingWords(command.variables, run) : null;
  return (
    <>
      {coming !== null && (
        <span className={classes.asked} aria-live="polite">
          {coming}
        </span>
      )}
      {run.status === 'paused' ? (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<Play size={14} />}
          onClick={() => command.mutate('resume')}
        >
          Resume
        </Button>
      ) : (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<Pause size={14} />}
          onClick={() => command.mutate('pause')}
        >
          Pause
        </Button>
      )}
      <CancelRun run={run} draft={draft} />
    </>
  );
}
