import type { RunRow, RunStatus, StepState, StepStatus } from '@castellan/api';
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

const forSlot: Shown = { look: 'waiting', word: 'Waiting for a slot' };
const forPeople: Shown = { look: 'waiting', word: 'Waiting for approval' };

/** How a step stands; without `waitsFor` where that cannot be. */
export type StepStands = { status: StepStatus } & Partial<Pick<StepState, 'waitsFor'>>;

/** Word, look and icon of how a step stands. One that limits or people hold back has not failed. */
export function stepStatus({ status, waitsFor }: StepStands): Shown {
  if (status !== 'retrying' || waitsFor == null) return steps[status];
  return waitsFor.startsWith('approval') ? forPeople : forSlot;
}

interface RunBadgeProps {
  status: RunStatus;
  waitingFor?: RunRow['waitingFor'];
  plain?: boolean;
}

export function RunStatusBadge({ status, waitingFor, plain }: RunBadgeProps) {
  const shown = status === 'waiting' && waitingFor?.kind === 'slot' ? forSlot : runs[status];
  return <StatusBadge {...shown} plain={plain} />;
}

export function StepStatusBadge({ step, plain }: { step: StepStands; plain?: boolean }) {
  return <StatusBadge {...stepStatus(step)} plain={plain} />;
}
