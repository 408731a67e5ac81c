import { copySteps, type Draft, type Fragment, moveSteps, pasteSteps, readFragment, setSlot } from '@castellan/flow';
import { withPositions } from './add-item.js';
import { freeName } from './free-name.js';
import { isObject } from './is-object.js';
import { loopHeader, loopPadding, type Point, toGrid } from './measures.js';

type Slots = NonNullable<Draft['connections']>;

/** Steps as text, with the systems that they call; accounts and secrets are never in it. */
export function stepsAsText(flow: Draft, ids: readonly string[]): string {
  const fragment = copySteps(withPositions(flow), { ids });
  const used = new Set(slotsUsed(fragment.steps));
  const slots = Object.entries(flow.connections ?? {}).filter(([name]) => used.has(name));
  const connections = Object.fromEntries(slots.map(([name, { connector, title }]) => [name, { connector, title }]));
  return JSON.stringify({ castellan: 'steps', ...fragment, connections }, null, 2);
}

interface Clip extends Fragment {
  connections: Slots;
}

/** The steps in a text: what was copied here, or a whole flow from a chat or a ticket. Undefined where there are none. */
export function readSteps(text: string): Clip | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const layout = isObject(value.layout) && isObject(value.layout.positions) ? value.layout.positions : {};
  const fragment = readFragment({ steps: value.steps, wires: value.wires ?? [], positions: value.positions ?? layout });
  if (fragment === undefined) return undefined;
  // A whole flow's wires also leave its triggers, which are not pasted.
  const wires = fragment.wires.filter(({ from, to }) => (from ?? '') in fragment.steps && (to ?? '') in fragment.steps);
  return { ...fragment, wires, connections: isObject(value.connections) ? (value.connections as Slots) : {} };
}

interface Pasting {
  clip: Clip;
  loop: string | null;
  /** Where the upper left corner goes, as measured in that loop. */
  at: Point;
}

/** Puts steps into a level, under ids of their own and with the flow's own slots; tells the new ids. */
export function pasteClip(flow: Draft, { clip, loop, at }: Pasting): { flow: Draft; ids: string[] } {
  const { flow: withSlots, names } = takeSlots(withPositions(flow), clip.connections);
  const own = Object.keys(clip.steps);
  const corner = cornerOf(own.flatMap((id) => clip.positions[id] ?? []));
  const offset = { x: at.x - corner.x, y: at.y - corner.y };
  const positions = Object.fromEntries(
    Object.entries(clip.positions)
      .filter(([id]) => own.includes(id))
      .map(([id, point]) => [id, toGrid({ x: point.x + offset.x, y: point.y + offset.y })]),
  );
  const steps = renameSlots(clip.steps, names);
  const { flow: pasted, ids } = pasteSteps(withSlots, {
    fragment: { steps, wires: clip.wires, positions },
    loop,
    offset: { x: 0, y: 0 },
  });
  // Bodies of loops are measured from their loop: they come along without a shift.
  const inner = Object.entries(clip.positions).flatMap(([id, point]) =>
    own.includes(id) || ids[id] === undefined ? [] : [[ids[id], point] as const],
  );
  return {
    flow: moveSteps(pasted, { positions: Object.fromEntries(inner) }),
    ids: own.map((id) => ids[id]!),
  };
}

/** The least place that a pasted step may have in a loop. */
export function firstPlaceIn(loop: string | null): Point | undefined {
  return loop === null ? undefined : { x: loopPadding * 2, y: loopHeader + loopPadding };
}

/** Slots for what the steps call: one of the flow's own for the same system, else a new one. */
function takeSlots(flow: Draft, wanted: Slots): { flow: Draft; names: Record<string, string> } {
  const names: Record<string, string> = {};
  let next = flow;
  for (const [name, slot] of Object.entries(wanted)) {
    const present = next.connections ?? {};
    const same =
      present[name]?.connector === slot.connector
        ? name
        : Object.entries(present).find(([, { connector }]) => connector === slot.connector)?.[0];
    names[name] = same ?? freeName(name, (taken) => taken in present);
    if (same === undefined) {
      const { connector, title } = slot;
      next = setSlot(next, {
        name: names[name],
        slot: { ...(connector === undefined ? {} : { connector }), ...(title === undefined ? {} : { title }) },
      });
    }
  }
  return { flow: next, names };
}

function renameSlots(steps: Fragment['steps'], names: Record<string, string>): Fragment['steps'] {
  return Object.fromEntries(
    Object.entries(steps).map(([id, step]) => {
      const slot = typeof step.connection === 'string' ? names[step.connection] : undefined;
      return [
        id,
        {
          ...step,
          ...(slot === undefined ? {} : { connection: slot }),
          ...(step.steps === undefined ? {} : { steps: renameSlots(step.steps, names) }),
        },
      ];
    }),
  );
}

function slotsUsed(steps: Fragment['steps']): string[] {
  return Object.values(steps).flatMap((step) => [
    ...(typeof step.connection === 'string' ? [step.connection] : []),
    ...slotsUsed(step.steps ?? {}),
  ]);
}

function cornerOf(points: Point[]): Point {
  if (points.length === 0) return { x: 0, y: 0 };
  return { x: Math.min(...points.map(({ x }) => x)), y: Math.min(...points.map(({ y }) => y)) };
}
