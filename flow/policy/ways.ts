import { levelsOf, objectOf, type StepPlace, stepPlaces } from '../levels.js';
import type { Draft } from '../schema/draft.js';
import type { Stop } from '../schema/policy.js';

/** How a step or trigger is called in messages. */
export function stopOf(id: string, one: { title?: unknown } | undefined): Stop {
  return { id, title: typeof one?.title === 'string' && one.title !== '' ? one.title : id };
}

/**
 * For a step the shortest way from a trigger to it on which nobody approves, through the loops around it; null where
 * every way goes through an approval. Two approvals on two branches guard what follows both. A step that no wire reaches
 * never runs.
 */
export function waysPastApprovals(flow: Draft): (place: StepPlace) => Stop[] | null {
  const places = new Map(stepPlaces(flow).map((place) => [place.id, place]));
  const triggers = objectOf(flow.triggers);
  const before = new Map(levelsOf(flow).map((level) => [level.pointer, openArrows(level)]));

  function wayTo({ id, level }: StepPlace): Stop[] | null {
    const from = before.get(level.pointer);
    const way: Stop[] = [];
    let at: string | undefined = id;
    while (at !== undefined && !level.starts.includes(at)) {
      way.unshift(stopOf(at, places.get(at)?.step));
      at = from?.get(at);
    }
    if (at === undefined) return null;
    const loop = places.get(level.loops.at(-1) ?? '');
    if (!loop) return [stopOf(at, objectOf(triggers[at])), ...way];
    const outside = wayTo(loop);
    return outside && [...outside, ...way];
  }
  return wayTo;
}

/** From which step or start each step of a level is reached first, when no approval is given. */
function openArrows({ steps, wires, starts }: StepPlace['level']): Map<string, string> {
  const approvals = new Set(steps.filter(([, step]) => step.kind === 'approval').map(([id]) => id));
  const open = wires.filter(({ from, port }) => !(approvals.has(String(from)) && port === 'approved'));
  const reached = new Map<string, string>();
  const queue = [...starts];
  for (const at of queue) {
    for (const { from, to } of open) {
      if (from !== at || typeof to !== 'string' || reached.has(to) || starts.includes(to)) continue;
      reached.set(to, at);
      queue.push(to);
    }
  }
  return reached;
}

/** A way in words: `Hook → Find the person → Revoke`. */
export const wordsOf = (way: readonly Stop[]): string => way.map(({ title }) => title).join(' → ');
