import { portsOf } from '../control.js';
import type { Draft, DraftStep } from '../schema/draft.js';
import type { Wire } from '../schema/steps.js';
import { changeBody } from './body.js';
import { connect, disconnect } from './connect.js';
import { requireFreeId } from './ids.js';
import { moveSteps, type Point } from './move.js';

export interface NewStep {
  /** Take one from `newStepId`. */
  id: string;
  step: DraftStep;
  /** The loop into whose body it goes; null or left out: the top. */
  loop?: string | null;
  /** The port that it is wired to: of a step, of a trigger, or `each` of the loop. */
  after?: { from: string; port: string };
  /** The wire that it is put on: the wire is parted in two, by the new step's first port. */
  onWire?: Wire;
  position?: Point;
}

/** Adds a step, with its wires and its place where they are given. @throws where the id is taken or there is no such loop. */
export function addStep(flow: Draft, { id, step, loop = null, after, onWire, position }: NewStep): Draft {
  requireFreeId(flow, id);
  const body = step.kind === 'loop' ? { ...step, steps: step.steps ?? {}, wires: step.wires ?? [] } : step;
  let next = changeBody(flow, loop, (level) => ({ ...level, steps: { ...level.steps, [id]: body } }));
  if (onWire) next = putOnWire(next, id, step, onWire);
  if (after) next = connect(next, { ...after, to: id });
  return position ? moveSteps(next, { positions: { [id]: position } }) : next;
}

/** A step without ports, such as stop, ends the way that the wire was. */
function putOnWire(flow: Draft, id: string, step: DraftStep, wire: Wire): Draft {
  const parted = connect(disconnect(flow, wire), { from: wire.from, port: wire.port, to: id });
  const [port] = portsOf(step) ?? [];
  return port === undefined ? parted : connect(parted, { from: id, port, to: wire.to });
}
