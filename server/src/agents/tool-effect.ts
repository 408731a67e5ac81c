import { type Effect, type Flow, levelsOf, type Program, reachableFrom } from '@castellan/flow';

const ranks: readonly Effect[] = ['read', 'write', 'destructive'];

/**
 * The most that the steps which a trigger leads to may do elsewhere, those in loops included. What a called flow does is
 * not known here, so that it counts as the worst.
 */
export function effectOf(trigger: string, flow: Flow, program: Program): Effect {
  const [top, ...bodies] = levelsOf(flow);
  const reached = reachableFrom([trigger], flow.wires);
  const inBodies = bodies.filter(({ loops }) => reached.has(loops[0] as string)).flatMap(({ steps }) => steps);
  const ids = [...(top?.steps ?? []).filter(([id]) => reached.has(id)), ...inBodies].map(([id]) => id);
  const effects = ids.map((id): Effect => {
    const step = program.steps[id];
    if (step?.kind === 'subflow') return 'destructive';
    return step?.kind === 'action' ? step.effect : 'read';
  });
  return effects.reduce((most, effect) => (ranks.indexOf(effect) > ranks.indexOf(most) ? effect : most), 'read');
}
