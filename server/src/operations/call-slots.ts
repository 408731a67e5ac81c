import type { CallLimits } from '../connections/open-connection.js';

/** How things stand at a gate when a call asks to enter. Times are milliseconds from now; past ones are negative. */
export interface GateState {
  /** Calls under way. */
  underWay: number;
  /** Calls that wait and came before this one. */
  ahead: number;
  /** Of these, those that are here now or about to be. */
  aheadAndHere: number;
  /** When the next call may go by the limit of calls in a second. */
  earliest: number;
  /** The first time by that limit that was not given to any call yet. */
  next: number;
  /** The call's own time by that limit, if it was given one before. */
  reserved: number | null;
  /** How long a call takes, lately. */
  typical: number;
}

/** May a call enter, and if not, when it is to come again. The other times are to be kept. */
export type Verdict = Pick<GateState, 'earliest' | 'next' | 'reserved'> &
  ({ enter: true; sleep: number } | { enter: false; why: 'slots' | 'rate'; wait: number; near: boolean });

/** So long a call may wait where it is, in milliseconds; for longer it goes away and comes again. */
const shortWait = 1_000;
const leastWait = 500;
/** A limit that was raised is noticed after so long by those who are away. */
const mostWait = 60_000;

/**
 * Decides by the limits of a connection. Slots first: a free one is for whoever came first of those who are here. Then
 * the rate: calls are spaced evenly, also those that are late, and one whose time is further off is given that time,
 * which is its own when it comes again.
 */
export function judge({ atOnce, perSecond }: CallLimits, state: GateState): Verdict {
  const { underWay, ahead, aheadAndHere, typical, earliest, next } = state;
  const reserved = perSecond === null ? null : state.reserved;
  if (atOnce !== null && underWay + aheadAndHere >= atOnce) {
    const wait = clamp(((ahead + 1) / atOnce) * typical, leastWait, mostWait);
    return { earliest, next, reserved, enter: false, why: 'slots', wait, near: ahead < atOnce };
  }
  if (perSecond === null) return { earliest, next, reserved, enter: true, sleep: 0 };
  const spacing = 1_000 / perSecond;
  const own = reserved ?? Math.max(0, next);
  const given = reserved === null ? own + spacing : next;
  const at = Math.max(0, own, earliest);
  if (at > shortWait) {
    const wait = Math.min(at, mostWait);
    return { earliest, next: given, reserved: own, enter: false, why: 'rate', wait, near: false };
  }
  return { earliest: at + spacing, next: Math.max(given, at + spacing), reserved: own, enter: true, sleep: at };
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);
