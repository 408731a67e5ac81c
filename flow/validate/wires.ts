import { eachPort, portsOf } from '../control.js';
import { findCycles, indexWires, reachableFrom, wiresInto } from '../graph.js';
import { isObject, type Level, objectOf } from '../levels.js';
import { below } from '../pointer.js';
import type { Problem } from '../schema/catalog.js';
import type { Facts, PlacedWire } from './facts.js';
import { error, listNames, quote, warning } from './problems.js';

/** Wires that lead to or come from nowhere, cycles, steps that nothing leads to, and joins that cannot be met. */
export function checkWires(facts: Facts): Problem[] {
  return facts.levels.flatMap((level) => {
    const { wires, problems } = readWires(facts, level);
    return [...problems, ...checkGraph(facts, level, wires)];
  });
}

/** The wires of a level that lead from one of its places to one of its steps; the others as problems. */
function readWires(facts: Facts, level: Level): { wires: PlacedWire[]; problems: Problem[] } {
  const wires: PlacedWire[] = [];
  const problems: Problem[] = [];
  const seen = new Set<string>();
  level.wires.forEach(({ from, port, to, ...others }, index) => {
    const pointer = below(level.pointer, 'wires', index);
    for (const field of Object.keys(others)) {
      const message = `A wire has no field ${quote(field)}.`;
      problems.push(error({ code: 'field_unknown', pointer: below(pointer, field), message, fix: 'Remove it.' }));
    }
    if (from === undefined || port === undefined || to === undefined) {
      const message = 'A wire needs "from", "port" and "to".';
      problems.push(error({ code: 'wire_incomplete', pointer, message, fix: 'Connect both ends, or remove it.' }));
      return;
    }
    const wire = { from, port, to };
    const found = [...checkStart(facts, level, wire, pointer), ...checkEnd(facts, level, wire, pointer)];
    const key = JSON.stringify([from, port, to]);
    if (seen.has(key)) {
      const message = `Two wires lead from ${quote(from)}, port ${quote(port)}, to ${quote(to)}.`;
      problems.push(error({ code: 'wire_twice', pointer, message, fix: 'Remove one of them.' }));
    } else if (found.length === 0) wires.push({ wire, pointer });
    seen.add(key);
    problems.push(...found);
  });
  return { wires, problems };
}

function checkStart(facts: Facts, level: Level, { from, port }: PlacedWire['wire'], pointer: string): Problem[] {
  const isLoopItself = level.loops.at(-1) === from;
  const step = level.steps.find(([id]) => id === from)?.[1];
  const ports = isLoopItself ? [eachPort] : step ? portsOf(step) : facts.isTrigger(from) ? ['out'] : undefined;
  if (!step && !level.starts.includes(from)) {
    const elsewhere = facts.findStep(from) !== undefined || facts.isTrigger(from);
    return [
      elsewhere
        ? acrossLevels(below(pointer, 'from'), from)
        : nowhere('wire_from_nowhere', below(pointer, 'from'), from),
    ];
  }
  if (!ports || ports.includes(port)) return [];
  const message = `${quote(from)} has no port ${quote(port)}.`;
  const fix = ports.length === 0 ? 'Remove the wire.' : `Use the port ${listNames(ports, 'or')}.`;
  return [
    error({ code: 'port_unknown', pointer: below(pointer, 'port'), message, fix, ...(step ? { stepId: from } : {}) }),
  ];
}

function checkEnd(facts: Facts, level: Level, { to }: PlacedWire['wire'], pointer: string): Problem[] {
  if (level.steps.some(([id]) => id === to)) return [];
  const place = below(pointer, 'to');
  if (facts.isTrigger(to)) {
    const message = `The wire leads to the trigger ${quote(to)}.`;
    return [error({ code: 'wire_to_trigger', pointer: place, message, fix: 'Lead it to a step.' })];
  }
  return [facts.findStep(to) ? acrossLevels(place, to) : nowhere('wire_to_nowhere', place, to)];
}

function nowhere(code: string, pointer: string, id: string): Problem {
  const message = `There is no step ${quote(id)}.`;
  return error({ code, pointer, message, fix: 'Connect the wire to a step that exists, or remove it.' });
}

function acrossLevels(pointer: string, id: string): Problem {
  const message = `${quote(id)} stands on the other side of a loop's border.`;
  const fix = `Inside a loop, wire the first steps from the loop's port "${eachPort}"; outside, use its port "out".`;
  return error({ code: 'wire_across_levels', pointer, message, fix });
}

function checkGraph(facts: Facts, level: Level, placed: PlacedWire[]): Problem[] {
  const ids = level.steps.map(([id]) => id);
  const wires = placed.map(({ wire }) => wire);
  const index = indexWires(wires);
  const reached = reachableFrom(level.starts, wires);
  const problems: Problem[] = findCycles(ids, wires).map((path) => {
    const first = placed.find(({ wire }) => wire.from === path[0] && wire.to === path[1]);
    return error({
      code: 'cycle',
      pointer: first?.pointer ?? level.pointer,
      stepId: String(path[0]),
      message: `These steps wait for each other: ${path.map(quote).join(' → ')}.`,
      fix: 'Remove one of the wires; to repeat something, use a loop.',
    });
  });
  for (const [id, step] of level.steps) {
    const pointer = below(level.pointer, 'steps', id);
    const incoming = wiresInto(index, id).length;
    if (incoming === 0) {
      const message = `No wire leads to ${quote(id)}, so it never runs.`;
      const fix = `Connect it to ${level.loops.length > 0 ? `the loop's port "${eachPort}"` : 'a trigger'} or to a step before it.`;
      problems.push(error({ code: 'step_without_wire', pointer, stepId: id, message, fix }));
    } else if (!reached.has(id)) {
      const message = `No way leads from ${level.loops.length > 0 ? "the loop's beginning" : 'a trigger'} to ${quote(id)}.`;
      problems.push(
        error({ code: 'unreachable', pointer, stepId: id, message, fix: 'Connect one of the steps before it.' }),
      );
    }
    const wanted = isObject(step.join) ? step.join.n : undefined;
    if (typeof wanted === 'number' && wanted > incoming) {
      const message = `${quote(id)} waits for ${wanted} wires, but ${incoming} lead to it.`;
      const place = below(pointer, 'join', 'n');
      problems.push(
        error({
          code: 'join_out_of_range',
          pointer: place,
          stepId: id,
          message,
          fix: 'Ask for fewer, or connect more.',
        }),
      );
    }
  }
  if (level.pointer === '') {
    for (const id of level.starts) {
      if (index.from.has(id) || isAwaited(facts, id)) continue;
      const message = `The trigger ${quote(id)} starts nothing.`;
      problems.push(
        warning({
          code: 'trigger_without_wire',
          pointer: below('/triggers', id),
          message,
          fix: 'Connect it to a step.',
        }),
      );
    }
  }
  return problems;
}

/** Whether a step waits for what the trigger hears. */
function isAwaited({ steps, triggers }: Facts, id: string): boolean {
  const trigger = triggers.find((place) => place.id === id)?.trigger;
  return steps.some(({ step }) => {
    const event = step.kind === 'wait' ? objectOf(step.event) : {};
    if (event.connection === undefined) return event.event === id;
    return event.connection === trigger?.connection && event.event === trigger.event;
  });
}
