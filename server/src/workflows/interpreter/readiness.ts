import { type ControlStep, decideJoin, type Wire } from '@castellan/flow/runtime';
import { type Frame, isSettled } from './state.js';

/** All triggers of the version, and the one that started the run. */
export interface FiredTrigger {
  triggers: string[];
  trigger: string;
}

export type Readiness = ReturnType<typeof decideJoin>;

/**
 * Whether a step may start, given how the steps before it settled in the same frame.
 * A wire is live when its step settled by the wire's port, dead when it settled otherwise, else undecided.
 */
export function readiness(step: ControlStep, incoming: Wire[], frame: Frame, fired: FiredTrigger): Readiness {
  let live = 0;
  let dead = 0;
  for (const wire of incoming) {
    const decided = isLive(wire, frame, fired);
    if (decided === true) live++;
    else if (decided === false) dead++;
  }
  return decideJoin(step.join, { total: incoming.length, live, dead });
}

function isLive(wire: Wire, frame: Frame, fired: FiredTrigger): boolean | undefined {
  if (wire.from === frame.loop && wire.port === 'each') return true;
  const before = frame.steps[wire.from];
  if (before) return isSettled(before.status) ? before.port === wire.port : undefined;
  if (frame.loop === '' && fired.triggers.includes(wire.from)) return wire.from === fired.trigger;
  return undefined;
}
