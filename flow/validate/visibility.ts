import type { FieldScope } from '../expressions/index.js';
import { indexWires, upstreamIn } from '../graph.js';
import type { Level, StepPlace } from '../levels.js';
import type { Facts } from './facts.js';
import { quote } from './problems.js';

/** Why an expression cannot read something, with the remedy. */
export interface Hidden {
  code: string;
  message: string;
  fix: string;
}

/**
 * Answers why the expressions of a step cannot read another step's output, or undefined where they can: it must be
 * before the step in its own level, or before a loop around it in that loop's level.
 */
export type Visibility = (place: StepPlace, scope: FieldScope, id: string) => Hidden | undefined;

export function visibilityOf(facts: Facts): Visibility {
  const wires = new Map(facts.levels.map((level) => [level.pointer, indexWires(completeWires(level))]));
  const upstream = new Map<string, Set<string>>();

  const isBefore = (level: Level, anchor: string, id: string): boolean => {
    const key = `${level.pointer} ${anchor}`;
    const index = wires.get(level.pointer);
    const known = upstream.get(key) ?? (index ? upstreamIn(index, anchor) : new Set<string>());
    upstream.set(key, known);
    return known.has(id);
  };

  return (place, scope, id) => {
    const target = facts.findStep(id);
    if (!target) return missingStep(facts, id);
    const around = [...place.level.loops, place.id];
    const depth = target.level.loops.length;
    const isOwnBody = scope === 'body' && target.level.loops.at(-1) === place.id;
    if (isOwnBody || (scope === 'own' && id === place.id)) return undefined;
    const anchor = around[depth];
    const sharesLevel = target.level.loops.every((loop, index) => loop === place.level.loops[index]);
    if (!sharesLevel || anchor === undefined || depth > place.level.loops.length) return insideOtherLoop(target);
    if (id === anchor) return itself(id, place);
    return isBefore(target.level, anchor, id) ? undefined : notBefore(id, place);
  };
}

function completeWires(level: Level): { from: string; to: string }[] {
  return level.wires.flatMap(({ from, to }) => (from === undefined || to === undefined ? [] : [{ from, to }]));
}

function missingStep(facts: Facts, id: string): Hidden {
  if (facts.isTrigger(id)) {
    const message = `${quote(id)} is a trigger, not a step.`;
    return { code: 'step_unknown', message, fix: 'Read what started the run as "trigger".' };
  }
  return { code: 'step_unknown', message: `There is no step ${quote(id)}.`, fix: 'Name a step that exists.' };
}

function insideOtherLoop(target: StepPlace): Hidden {
  const loop = target.level.loops.at(-1) ?? '';
  const message = `${quote(target.id)} stands inside the loop ${quote(loop)}, whose steps are not seen from here.`;
  const fix = `Collect what you need in the loop, and read steps.${loop}.output.items.`;
  return { code: 'step_in_other_loop', message, fix };
}

function itself(id: string, place: StepPlace): Hidden {
  if (id === place.id) {
    return { code: 'step_not_upstream', message: `${quote(id)} reads its own output.`, fix: 'Name a step before it.' };
  }
  const message = `The loop ${quote(id)} has no output yet while its steps run.`;
  return { code: 'step_not_upstream', message, fix: 'Inside a loop, read "item", "index" or loops.<id>.item.' };
}

function notBefore(id: string, place: StepPlace): Hidden {
  const message = `No wire leads from ${quote(id)} to ${quote(place.id)}, so its output is not there yet.`;
  return {
    code: 'step_not_upstream',
    message,
    fix: `Connect ${quote(id)} before ${quote(place.id)}, or name another step.`,
  };
}
