import type { TextTarget } from '../evaluation.js';
import type { Room } from './data.js';

/** What the expressions of one request share. */
export interface Scope {
  workspace: string;
  context: Record<string, unknown>;
  /** Milliseconds since 1970 at which the request must have ended. */
  deadline: number;
  /** What the result may still grow by. */
  room: Room;
  /** Target of the text at a place of the value. */
  target(pointer: string): TextTarget;
}
