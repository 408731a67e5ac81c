import { type Draft, type DraftWire, eachPort } from '@castellan/flow';
import { type Arrangement, arrange } from '../editor/layout.js';
import { boxHeight, loopHeader, type Point, portTops } from '../editor/measures.js';
import { type Level, outlineOf, type Place, portsAt, wireId } from '../editor/outline.js';
import { type Detour, detourOf } from '../editor/wire-routes.js';

/** A detour, and how far apart the ends lie for which it was found: a box that is being dragged has moved on. */
export interface PlannedDetour extends Detour {
  across: number;
  down: number;
}

const clearance = { leave: 44, enter: 18, box: 22, lane: 8 };

const known = new WeakMap<Arrangement, ReadonlyMap<string, PlannedDetour>>();

/** By wire, how it gets around boxes that would be in its way. */
export function detoursOf(draft: Draft): ReadonlyMap<string, PlannedDetour> {
  const arrangement = arrange(draft);
  const found = known.get(arrangement) ?? new Map(outlineOf(draft).levels.flatMap((level) => ofLevel(draft, level)));
  known.set(arrangement, found);
  return found;
}

function ofLevel(draft: Draft, level: Level): [string, PlannedDetour][] {
  const { places } = outlineOf(draft);
  const { positions, sizes } = arrange(draft);
  const ids = level.loop === null ? [...Object.keys(draft.triggers ?? {})] : [];
  const boxes = [...ids, ...Object.keys(level.steps)].map((id) => ({ ...positions[id]!, ...sizes.get(id)! }));
  const startOf = ({ from = '', port = 'out' }: DraftWire): Point | null => {
    const place = places.get(from);
    // From a loop into its own body there is nothing between.
    if (place === undefined || port === eachPort) return null;
    const { x, y } = positions[from]!;
    const { width, height } = sizes.get(from)!;
    const ports = portsAt(place);
    const top = portTops(ports.length, isLoop(place) ? loopHeader : height)[ports.indexOf(port)];
    return top === undefined ? null : { x: x + width, y: y + top };
  };
  const endOf = ({ to = '' }: DraftWire): Point | null => {
    const place = places.get(to);
    if (place === undefined || place.type === 'trigger') return null;
    const { x, y } = positions[to]!;
    const height = isLoop(place) ? loopHeader : sizes.get(to)!.height;
    return { x, y: y + Math.min(height, boxHeight) / 2 };
  };
  const lanes = new Map<string, number>();
  return level.wires.flatMap((wire) => {
    const [from, to] = [startOf(wire), endOf(wire)];
    if (from === null || to === null) return [];
    const lane = lanes.get(wire.to ?? '') ?? lanes.size;
    const detour = detourOf({ from, to, lane }, boxes, clearance);
    if (detour === null) return [];
    // Wires to the same box share a lane: they are one line from where they meet.
    lanes.set(wire.to ?? '', lane);
    return [[wireId(wire), { ...detour, across: to.x - from.x, down: to.y - from.y }]];
  });
}

function isLoop(place: Place): boolean {
  return place.type === 'step' && place.step.kind === 'loop';
}
