import type { StepError } from '@castellan/api';
import type { CompiledAction, CompiledSubflow } from '@castellan/flow';

/** A step of an iteration at which a rehearsal needs the world. */
export interface AskedPlace {
  step: string;
  iteration: string;
  /** Ids of the loops around it, the outermost first. */
  level: readonly string[];
  /** The items of every loop that has begun, by `loop@iteration`. */
  items: ReadonlyMap<string, readonly unknown[]>;
}

/** A call that a rehearsal has come to. */
export interface AskedCall extends AskedPlace {
  compiled: CompiledAction | CompiledSubflow;
  /** What identifies the item of the loops around it, as the ledger of effects would name it; null without a key. */
  item: string | null;
  /** From 1. */
  attempt: number;
  /** As resolved; values that were masked when they were saved stand in it masked. */
  input: unknown;
}

/** An approval, or a wait for an event, that a rehearsal has come to. */
export interface AskedDecision extends AskedPlace {
  kind: 'approval' | 'event';
}

/** What an answer was taken from: a recorded run, a test case, an example of the catalogue, or plain supposition. */
export type AnswerSource = 'recorded' | 'given' | 'sample' | 'assumed';

interface Timing {
  /** When it comes, as epoch milliseconds of the rehearsal's clock, but never before it was asked for. Default: at once. */
  at?: number;
  /** Of two that come at one time the lower comes first. */
  rank?: number;
}

/** How an attempt of a call ends. */
export type CallEnd = Timing &
  (
    | { output: unknown }
    /** Whether it is tried again follows from the error and the step's own policy. */
    | { error: StepError; retryAfterSeconds?: number }
    /** Aborted because the run was ended. */
    | { cancelled: true }
  );

/** What stands in for the answer to a call. */
export type CallAnswer = CallEnd & { from: AnswerSource };

/** How an approval or a wait for an event ends; by `timeout` when its time is over, which the clock jumps to. */
export type Decision = Timing & { from: AnswerSource; port: string; output?: unknown };

/** What stands in for the world in a rehearsal: other systems, people, other flows. */
export interface StandIns {
  /** Null: nothing stands in, and what hangs on the call stops there; what follows the end counts as done. */
  call(asked: AskedCall): CallAnswer | null | Promise<CallAnswer | null>;
  /** Null: nobody decides and nothing arrives; only a timeout goes on. */
  decide(asked: AskedDecision): Decision | null;
  /**
   * When a person ends the run, as epoch milliseconds of the rehearsal's clock; `compensate`: what the person said of
   * taking back what it did, where anything.
   */
  cancel?: { at: number; compensate?: boolean };
}
