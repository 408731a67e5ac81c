import type { RunStatus, StepStatus } from '@castellan/api';
import type { LucideIcon } from 'lucide-react';
import { type Look, StatusBadge, stateIcons } from '../ui/status-badge.js';

interface Shown {
  look: Look;
  word: string;
  icon?: LucideIcon;
}

const runs: Record<RunStatus, Shown> = {
  queued: { look: 'neutral', word: 'Queued', icon: stateIcons.waiting },
  running: { look: 'running', word: 'Running' },
  waiting: { look: 'waiting', word: 'Waiting' },
  paused: { look: 'waiting', word: 'Paused', icon: stateIcons.paused },
  stalled: { look: 'failed', word: 'Stalled', icon: stateIcons.paused },
  succeeded: { look: 'succeeded', word: 'Succeeded' },
  failed: { look: 'failed', word: 'Failed' },
  cancelled: { look: 'skipped', word: 'Cancelled', icon: stateIcons.cancelled },
};

const steps: Record<StepStatus, Shown> = {
  pending: { look: 'neutral', word: 'Pending' },
  running: { look: 'running', word: 'Running' },
  retrying: { look: 'running', word: 'Retrying' },
  waiting: { look: 'waiting', word: 'Waiting' },
  unknown: { look: 'unknown', word: 'Unknown' },
  succeeded: { look: 'succeeded', word: 'Succeeded' },
  failed: { look: 'failed', word: 'Failed' },
  skipped: { look: 'skipped', word: 'Skipped' },
  cancelled: { look: 'skipped', word: 'Cancelled', icon: stateIcons.cancelled },
};

/** Word, look and icon of a run's status. */
export function runStatus(status: RunStatus): Shown {
  return runs[status];
}

/** Word, look and icon of a step's status. */
export function stepStatus(status: StepStatus): Shown {
  return steps[status];
}

export function RunStatusBadge({ status, plain }: { status: RunStatus; plain?: boolean }) {
  return <StatusBadge {...runs[status]} plain={plain} />;
}

export function StepStatusBadge({ status, plain }: { status: StepStatus; plain?: boolean }) {
  return <StatusBadge {...steps[status]} plain={plain} />;
}
