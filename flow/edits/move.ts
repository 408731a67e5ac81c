import type { Draft } from '../schema/draft.js';
import type { Layout } from '../schema/flow.js';

/** A place on the canvas, in pixels at full size. */
export interface Point {
  x: number;
  y: number;
}

type Place = NonNullable<Layout['positions']>[string];

/** Moves steps and triggers; sizes that were set stay. */
export function moveSteps(flow: Draft, { positions }: { positions: Readonly<Record<string, Point>> }): Draft {
  const moved = Object.entries(positions).map(([id, { x, y }]): [string, Place] => [
    id,
    { ...flow.layout?.positions?.[id], x, y },
  ]);
  if (moved.length === 0) return flow;
  return {
    ...flow,
    layout: { ...flow.layout, positions: { ...flow.layout?.positions, ...Object.fromEntries(moved) } },
  };
}

/** Forgets where things stood that are no more. */
export function forgetPositions(flow: Draft, ids: ReadonlySet<string>): Draft {
  const positions = flow.layout?.positions ?? {};
  if (!Object.keys(positions).some((id) => ids.has(id))) return flow;
  const kept = Object.entries(positions).filter(([id]) => !ids.has(id));
  return { ...flow, layout: { ...flow.layout, positions: Object.fromEntries(kept) } };
}
