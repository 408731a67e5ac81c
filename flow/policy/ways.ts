import { objectOf, type StepPlace } from '../levels.js';
import type { DraftWire } from '../schema/draft.js';
import type { Stop } from '../schema/policy.js';
import type { Facts } from '../validate/facts.js';

/** How a step or trigger is called in messages. */
export function stopOf(id: string, one: { title?: unknown } | undefined): Stop {
  return { id, title: typeof one?.title === 'string' && one.title !== '' ? one.title : id };
}

/** For a step the shortest way to it, through the loops around it; null where there is none. */
export type WayTo = (place: StepPlace) => Stop[] | null;

/**
 * Ways from triggers on which nobody approves: null where every way goes through an approval. Two approvals on two
 * branches guard what follows both. A step that no wire reaches never runs. `from` chooses the triggers; without it
 * they are all.
 */
export function waysPastApprovals(facts: Facts, from?: (trigger: string) => boolean): WayTo {
  const approvals = approvalsOf(facts);
  return waysFrom(
    facts,
    from ?? (() => true),
    ({ from: id, port }) => !(approvals.has(String(id)) && port === 'approved'),
  );
}

/** Ways from one trigger, or without one from all, whoever approves. */
export const waysAnyhow = (facts: Facts, trigger?: string): WayTo =>
  waysFrom(
    facts,
    (id) => trigger === undefined || id === trigger,
    () => true,
  );

/**
 * Ways from a port of a step, that step their first; not by wires that are `closed`. The step's own other ports lead
 * nowhere.
 */
export function waysAfter(facts: Facts, start: StepPlace, port: string, closed: (wire: DraftWire) => boolean): WayTo {
  return waysFrom(
    facts,
    (id) => id === start.id,
    (wire) => !closed(wire) && (wire.from !== start.id || wire.port === port),
    start,
  );
}

function waysFrom(
  { flow, levels, findStep }: Facts,
  isStart: (id: string) => boolean,
  isOpen: (wire: DraftWire) => boolean,
  first?: StepPlace,
): WayTo {
  const triggers = objectOf(flow.triggers);
  const outermost = first?.level.pointer ?? '';
  const startsOf = ({ pointer, starts }: StepPlace['level']): string[] => {
    if (pointer === outermost) return first ? [first.id] : starts.filter(isStart);
    return [...starts];
  };
  const before = new Map(levels.map((level) => [level.pointer, arrows(level.wires.filter(isOpen), startsOf(level))]));
  const nameOf = (id: string): Stop => stopOf(id, findStep(id)?.step ?? objectOf(triggers[id]));

  function wayTo({ id, level }: StepPlace): Stop[] | null {
    const from = before.get(level.pointer);
    const starts = startsOf(level);
    const way: Stop[] = [];
    let at: string | undefined = id;
    while (at !== undefined && !starts.includes(at)) {
      way.unshift(nameOf(at));
      at = from?.get(at);
    }
    if (at === undefined || at === id) return null;
    if (level.pointer === outermost) return [nameOf(at), ...way];
    const loop = findStep(level.loops.at(-1) ?? '');
    const outside = loop ? wayTo(loop) : null;
    return outside && [...outside, ...way];
  }
  return wayTo;
}

/** From which step or start each step of a level is reached first. */
function arrows(wires: readonly DraftWire[], starts: readonly string[]): Map<string, string> {
  const reached = new Map<string, string>();
  const queue = [...starts];
  for (const at of queue) {
    for (const { from, to } of wires) {
      if (from !== at || typeof to !== 'string' || reached.has(to) || starts.includes(to)) continue;
      reached.set(to, at);
      queue.push(to);
    }
  }
  return reached;
}

const approvalsOf = ({ steps }: Facts): Set<string> =>
  new Set(steps.filter(({ step }) => step.kind === 'approval').map(({ id }) => id));

/** A way in words: `Hook → Find the person → Revoke`. */
export const wordsOf = (way: readonly Stop[]): string => way.map(({ title }) => title).join(' → ');
