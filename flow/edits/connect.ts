import { eachPort, portsOf } from '../control.js';
import { reachableFrom } from '../graph.js';
import { levelsOf } from '../levels.js';
import type { Draft, DraftWire } from '../schema/draft.js';
import type { Wire } from '../schema/steps.js';
import { changeBody, findStep, isTrigger, loopOf } from './body.js';

/** Why a wire cannot be drawn, as a sentence, or undefined where it can. A wire that is there already can. */
export function whyNotConnect(flow: Draft, wire: Wire): string | undefined {
  const target = findStep(flow, wire.to);
  if (!target) return isTrigger(flow, wire.to) ? 'A wire cannot lead to a trigger.' : `There is no step "${wire.to}".`;
  const { level } = target;
  const source = level.steps.find(([id]) => id === wire.from)?.[1];
  const isStart = level.starts.includes(wire.from);
  if (!source && !isStart) {
    const exists = isTrigger(flow, wire.from) || findStep(flow, wire.from) !== undefined;
    return exists ? "A wire cannot cross a loop's border." : `There is no step "${wire.from}".`;
  }
  const ports = source ? (portsOf(source) ?? []) : [level.loops.length > 0 ? eachPort : 'out'];
  if (!ports.includes(wire.port)) return `"${wire.from}" has no port "${wire.port}".`;
  const makesCycle = reachableFrom([wire.to], completeWires(level.wires)).has(wire.from);
  return makesCycle ? 'The steps would wait for each other. To repeat something, use a loop.' : undefined;
}

function completeWires(wires: readonly DraftWire[]): { from: string; to: string }[] {
  return wires.flatMap(({ from, to }) => (from === undefined || to === undefined ? [] : [{ from, to }]));
}

/** Draws a wire in the level of the step that it leads to. @throws where it cannot be drawn, with the reason. */
export function connect(flow: Draft, { from, port, to }: Wire): Draft {
  const wire = { from, port, to };
  const reason = whyNotConnect(flow, wire);
  if (reason !== undefined) throw new Error(reason);
  const target = findStep(flow, to);
  if (!target || target.level.wires.some((other) => isSameWire(other, wire))) return flow;
  return changeBody(flow, loopOf(target.level), (body) => ({ ...body, wires: [...body.wires, wire] }));
}

/** Removes a wire, wherever it stands. Nothing happens where there is none. */
export function disconnect(flow: Draft, wire: DraftWire): Draft {
  const level = levelsOf(flow).find(({ wires }) => wires.some((other) => isSameWire(other, wire)));
  if (!level) return flow;
  return changeBody(flow, loopOf(level), (body) => ({
    ...body,
    wires: body.wires.filter((other) => !isSameWire(other, wire)),
  }));
}

function isSameWire(one: DraftWire, other: DraftWire): boolean {
  return one.from === other.from && one.port === other.port && one.to === other.to;
}
