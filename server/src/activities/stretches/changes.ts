import type { StepError } from '@castellan/api';
import type { NewRun } from '../../runs/make-run.js';
import type { Ending } from '../../workflows/interpreter/index.js';
import type { ApprovalRequest } from '../kinds/approval.js';
import type { FlowResponse } from '../kinds/index.js';

/** A step's row to write; values not yet masked. */
export interface StepChange {
  step: string;
  iteration: string;
  kind: string;
  status: 'running' | 'retrying' | 'waiting' | 'succeeded' | 'failed' | 'cancelled' | 'skipped';
  port?: string | null;
  input?: unknown;
  output?: unknown;
  error?: StepError;
  count?: number;
  /** Epoch milliseconds. */
  due?: number;
  /** Whom or what the step waits for, for the sentence on the run. */
  detail?: {
    kind: 'approval' | 'time' | 'event' | 'outcome' | 'subflow';
    what: string;
    who: string | null;
    /** The port by which the step goes on when it is due. */
    port?: string;
    /** When more people are asked until then, as epoch milliseconds. */
    escalations?: number[];
  };
  /** The run that the step started. */
  childRunId?: string;
  /** The step begins here: a row that is there already was written by a host that died before it said so. */
  begins?: boolean;
}

/** A delivery that a step waits for. */
export interface EventOpening {
  step: string;
  iteration: string;
  /** Where it is to arrive; null: at a webhook of the flow itself. */
  connectionId: string | null;
  /** The connector's event, or the id of the webhook trigger. */
  event: string;
  /** JSON pointer into the delivery. */
  pointer: string;
  valueHash: string;
}

export interface ApprovalOpening extends Omit<ApprovalRequest, 'ask'> {
  /** The chat in which they are asked. */
  ask: { connectionId: string; channel: string | null } | null;
  step: string;
  iteration: string;
  title: string;
  due?: number;
  /** What it allows is planned first, and holds for just that. */
  binds: boolean;
  /** Which decisions have to say why. */
  commentOn: 'none' | 'reject' | 'both';
  /** How those who have not decided are reminded where they were asked. */
  remind: { everySeconds: number; times: number } | null;
  /** Whether whoever started the run may decide. */
  starterDecides: boolean;
  /** Who else is asked, and when (epoch milliseconds). */
  stages: { at: number; approvers: string[] }[];
}

/** All that a stretch has to commit for one run. */
export interface RunChanges {
  steps: StepChange[];
  items: { step: string; iteration: string; items: unknown[] }[];
  approvals: ApprovalOpening[];
  awaitedEvents: EventOpening[];
  /** Approvals and waits for events whose time is over, by the place of their step. */
  expired: { step: string; iteration: string; kind: 'approval' | 'event' }[];
  /** Approvals for which more people are to be asked now: those of all instants up to `until` (epoch milliseconds). */
  escalated: { step: string; iteration: string; until: number }[];
  /** Loops that ended: what is left open in their iterations is cancelled. */
  closedLoops: { step: string; iteration: string }[];
  /** Runs that are started here; each is named on its step's row. */
  children: NewRun[];
  /** Steps whose called run is no longer waited for. */
  abandoned: { step: string; iteration: string }[];
  controls: number[];
  /** What people found out of writes whose answer never came. */
  outcomes: { step: string; iteration: string; outcome: 'happened' | 'not_happened' | 'fail' }[];
  /** Waits whose time has come while the run had given its turn back. */
  woken: { step: string; iteration: string }[];
  response?: FlowResponse;
  outcome?: string;
  ending?: Ending;
}

export const noChanges = (): RunChanges => ({
  steps: [],
  items: [],
  approvals: [],
  awaitedEvents: [],
  expired: [],
  escalated: [],
  closedLoops: [],
  children: [],
  abandoned: [],
  controls: [],
  outcomes: [],
  woken: [],
});
