import type { StepError } from '@castellan/api';
import type { Change } from '@castellan/sdk';
import type { FlowResponse } from '../activities/kinds/index.js';
import type { AnswerSource } from './stand-ins.js';

/** What a rehearsal makes of one step of one iteration. */
export interface RehearsedStep {
  step: string;
  iteration: string;
  kind: string;
  /** `waiting`: nobody decided. `running`: nothing stood in for the call. */
  status: 'running' | 'waiting' | 'retrying' | 'unknown' | 'succeeded' | 'failed' | 'cancelled' | 'skipped';
  port: string | null;
  attempts: number;
  /** Of calls and approvals, as resolved. */
  input?: unknown;
  output?: unknown;
  error?: StepError;
  /** Items of a loop. */
  count?: number;
  /** What stood in for the world, where the step needed it. */
  from?: AnswerSource;
  call?: RehearsedCall;
  /** Of an automatic undo: the catalogue's example stood in for what there was before the step that it takes back. */
  before?: 'sample';
}

/** A call that would have been made. */
export interface RehearsedCall {
  connector: string;
  operation: string;
  effect: 'read' | 'write' | 'destructive';
  /** What it would change in the other system. */
  changes: Change[];
  /** What identifies the item of the loops around it, by their keys; null where a key cannot be evaluated. */
  item: string | null;
}

/** What came of a rehearsal. Nothing was called and nothing was written. */
export interface Rehearsal {
  /** `waiting`: somebody or something would have to answer that nothing stood in for. */
  status: 'succeeded' | 'failed' | 'cancelled' | 'waiting';
  error: (StepError & { stepId?: string; stepTitle?: string }) | null;
  outcome: string | null;
  response: FlowResponse | null;
  /**
   * In the order in which they settled, and after them what follows the end; those that never began are left out, but
   * for skipped ones at the top.
   */
  steps: RehearsedStep[];
  /** Items that loops went over, by `step@iteration`. */
  items: ReadonlyMap<string, readonly unknown[]>;
  /** Seconds that the run would have taken. */
  seconds: number;
}

export const placeKey = ({ step, iteration }: { step: string; iteration: string }): string => `${step}@${iteration}`;
