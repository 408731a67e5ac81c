import type { KeptItems } from './kept-items.js';
import type { Ending } from './state.js';

interface Place {
  step: string;
  iteration: string;
}

/** What a call came to, as its activity reports it. */
export type CallOutcome =
  | { kind: 'succeeded' }
  | { kind: 'failed' }
  /** Tried again at `due` (epoch milliseconds); so many attempts have been used up by now. */
  | { kind: 'retry'; due: number; attempts: number }
  | { kind: 'unknown' }
  | { kind: 'cancelled' };

/** What happened to a run. */
export type RunEvent =
  | { type: 'start' }
  | (Place & { type: 'settled'; status: 'succeeded' | 'failed' | 'cancelled'; port: string | null })
  | (Place & { type: 'called'; outcome: CallOutcome })
  | (Place & { type: 'items'; count: number; kept?: KeptItems })
  /**
   * A wait, an approval or a called flow has begun. `due` is its end in epoch milliseconds, where it has one, and `port` the way by
   * which it goes on then; at each of `escalations` before that more people are asked.
   */
  | (Place & { type: 'opened'; due?: number; port?: string; escalations?: number[] })
  /** A timer has gone off that was set for `at`. */
  | (Place & { type: 'due'; at?: number })
  /** More people have been asked. */
  | (Place & { type: 'escalated' })
  | (Place & { type: 'resolved'; outcome: 'happened' | 'not_happened' | 'fail' })
  /** What is done after the end now; null: nothing is left. */
  | { type: 'next'; place: Place | null }
  | { type: 'end'; ending: Ending }
  | { type: 'pause' }
  | { type: 'resume' }
  | { type: 'finished' };

/** What is to be done for a run. `call` and `timer` are the driver's, the others one local activity does in a stretch. */
export type Command =
  | (Place & { type: 'evaluate' })
  | (Place & { type: 'items' })
  | (Place & { type: 'collect' })
  | (Place & { type: 'open' })
  | (Place & { type: 'expire' })
  | (Place & { type: 'escalate' })
  | (Place & { type: 'call'; attempt: number })
  | (Place & { type: 'timer'; due: number })
  /** The rows are asked what is to be done after the end. */
  | { type: 'next' }
  | { type: 'finish'; ending: Ending };

export type PureCommand = Exclude<Command, { type: 'call' } | { type: 'timer' }>;

export const isPure = (command: Command): command is PureCommand => command.type !== 'call' && command.type !== 'timer';
