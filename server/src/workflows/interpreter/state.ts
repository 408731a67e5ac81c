import type { KeptItems } from './kept-items.js';

/** Where a step of one iteration stands. A step that the state does not name is still pending. */
export type StepStatus =
  | 'ready'
  | 'running'
  | 'retrying'
  | 'waiting'
  | 'unknown'
  | 'succeeded'
  | 'failed'
  | 'skipped'
  | 'cancelled';

const settled: ReadonlySet<StepStatus> = new Set(['succeeded', 'failed', 'skipped', 'cancelled']);
export const isSettled = (status: StepStatus): boolean => settled.has(status);

export interface LoopState {
  count: number;
  /** Index of the next item to start. */
  next: number;
  finished: number;
  failed: number;
  /** An item failed and the loop does not go on. */
  stopped?: boolean;
  /** Items that need no iteration here: an earlier run of the chain has done them. */
  kept?: KeptItems;
}

export interface StepState {
  status: StepStatus;
  /** The port by which it settled; null when it settled without one. */
  port?: string | null;
  attempts?: number;
  /** When a retry or a wait is due, as epoch milliseconds. */
  due?: number;
  /** The port by which a wait goes on when it is due; left out: that of its kind. */
  duePort?: string;
  /** When more people are asked, as epoch milliseconds: what is still to come, the next first. */
  escalations?: number[];
  loop?: LoopState;
}

/** The steps of one level in one iteration. */
export interface Frame {
  /** Id of the loop; '' at the top. */
  loop: string;
  /** Path of iterations: '' at the top, '3', '3.0'. */
  iteration: string;
  steps: Record<string, StepState>;
  /** Steps of the level that are not settled yet. */
  open: number;
  /** Nothing new starts here: a step failed and nobody handles it, or the run ends. */
  halted?: boolean;
}

export interface Ending {
  status: 'succeeded' | 'failed' | 'cancelled';
  reason?: string;
  /** The step whose error or message becomes the run's. */
  step?: string;
  iteration?: string;
  /** Whether what the run did is taken back; left out: as its flow says. */
  compensate?: boolean;
}

/**
 * The control of one run: which step of which iteration stands where, and the few scalars that control
 * needs. It never holds a value.
 */
export interface RunState {
  /** `ending`: calls under way finish. `after`: they have, and what follows the end is done. */
  phase: 'running' | 'ending' | 'after' | 'ended';
  trigger: string;
  frames: Record<string, Frame>;
  paused?: boolean;
  /** How it ends. Known from its row before the phase says so, while a host reads the rows. */
  ending?: Ending;
  /** Steps after the end that have settled. */
  settledAfter?: number;
}

export const frameKey = (loop: string, iteration: string): string => (loop === '' ? '' : `${loop}:${iteration}`);

/** '3.0' is iteration 0 of an inner loop in iteration 3 of the outer one. */
export const childIteration = (parent: string, index: number): string =>
  parent === '' ? String(index) : `${parent}.${index}`;

export function parentIteration(iteration: string): string {
  const dot = iteration.lastIndexOf('.');
  return dot < 0 ? '' : iteration.slice(0, dot);
}

/** The next instant at which something is to be done for a step that waits; undefined where it waits without end. */
export function nextAlarm({ due, escalations = [] }: StepState): number | undefined {
  const [next] = escalations;
  return next !== undefined && (due === undefined || next < due) ? next : due;
}
