import {
  connect,
  type Draft,
  type DraftCase,
  deleteSteps,
  disconnect,
  type Json,
  moveSteps,
  portsOf,
  setCases,
  setField,
  type Wire,
  whyNotConnect,
} from '@castellan/flow';
import { importedInto } from '../flow-files/imported-into.js';
import { addItem, insideLoop, type NewItem, type StepWish, slotFor, withPositions } from './add-item.js';
import { firstPlaceIn, pasteClip, readSteps, stepsAsText } from './clipboard.js';
import { commit, type EditorStore, select } from './editor-store.js';
import { arrange, tidy } from './layout.js';
import { grid, loopHeader, type Point } from './measures.js';
import { levelOf, outlineOf, wireId } from './outline.js';

/** What a person does to the open flow: each function is one entry of its history. */

/** Sets the value at a JSON pointer; keys typed into one field, one after another, are one entry. */
export function changeValue(store: EditorStore, pointer: string, value: unknown) {
  // What forms give is JSON by their construction: texts, numbers, switches and parsed JSON.
  commit(store, 'Change settings', (flow) => setField(flow, { pointer, value: value as Json | undefined }), pointer);
}

/** Sets the cases of a branch; wires follow a case that was renamed and go with one that was removed. */
export function changeCases(store: EditorStore, id: string, cases: DraftCase[]) {
  commit(store, 'Change cases', (flow) => setCases(flow, { id, cases }));
}

/** A system that something is to use, at a pointer; a connection of the flow is added for it where there is none. */
type Using = { pointer: string; system: { id: string; title: string } } & Pick<Adding, 'connections'>;

/** Asks the approvers of a step in a chat. */
export function askIn(store: EditorStore, { pointer, system, connections }: Using) {
  commit(store, `Ask in ${system.title}`, (flow) => {
    const { flow: withSlot, slot } = slotFor(flow, system, connections);
    return setField(withSlot, { pointer, value: { connection: slot } });
  });
}

/** Has the deliveries of a webhook signed by a scheme, whose secret is in a connection of that system. */
export function signBy(store: EditorStore, { pointer, system, connections, scheme }: Using & { scheme: string }) {
  commit(store, 'Change the signature', (flow) => {
    const { flow: withSlot, slot } = slotFor(flow, system, connections);
    return setField(withSlot, { pointer, value: { scheme, connection: slot } });
  });
}

interface Adding {
  item: NewItem;
  wish: Omit<StepWish, 'screen'>;
  centre: Point;
  connections: readonly { id: string; connector: string }[];
}

/** Adds a step or trigger and opens its settings. */
export function add(store: EditorStore, adding: Adding) {
  const { flow, id } = addItem(store.getState().flow, adding);
  commit(store, `Add ${adding.item.title}`, () => flow);
  select(store, [id]);
}

/** Moves boxes; those inside a loop stay under its header. */
export function moveBoxes(store: EditorStore, positions: Record<string, Point>) {
  const { places } = outlineOf(store.getState().flow);
  const within = Object.entries(positions).map(([id, { x, y }]): [string, Point] => {
    const inLoop = (places.get(id)?.loops.length ?? 0) > 0;
    return [id, inLoop ? { x: Math.max(grid * 3, x), y: Math.max(loopHeader + grid * 2, y) } : { x, y }];
  });
  commit(store, 'Move', (flow) => moveSteps(withPositions(flow), { positions: Object.fromEntries(within) }));
}

/** Puts every box into columns along the wires. */
export function tidyUp(store: EditorStore) {
  commit(store, 'Tidy up', (flow) => moveSteps(flow, { positions: tidy(flow) }));
}

export function drawWire(store: EditorStore, wire: Wire) {
  commit(store, 'Connect', (flow) => (whyNotConnect(flow, wire) === undefined ? connect(flow, wire) : flow));
}

/** Whether a wire can be drawn, or is there already. */
export function mayConnect(flow: Draft, wire: Wire): boolean {
  return whyNotConnect(flow, wire) === undefined;
}

/** Removes the chosen wire, or the chosen boxes with all their wires. */
export function remove(store: EditorStore) {
  const { flow, selection } = store.getState();
  const wire = outlineOf(flow)
    .levels.flatMap((level) => level.wires)
    .find((each) => wireId(each) === selection.wire);
  if (wire !== undefined) commit(store, 'Delete wire', (now) => disconnect(now, wire));
  else commit(store, 'Delete', (now) => deleteSteps(withPositions(now), { ids: selection.ids }));
}

/** Removes the chosen boxes and joins what led to each with what followed it. */
export function healAndRemove(store: EditorStore) {
  const { ids } = store.getState().selection;
  commit(store, 'Delete and join', (flow) => {
    const healed = ids.reduce(joinAround, withPositions(flow));
    return deleteSteps(healed, { ids });
  });
}

/** The flow with a wire from each step before to each step behind, by the usual way out. */
function joinAround(flow: Draft, id: string): Draft {
  const place = outlineOf(flow).places.get(id);
  if (place?.type !== 'step') return flow;
  const { wires } = levelOf(flow, place);
  const way = portsOf(place.step)?.[0];
  const before = wires.filter((wire) => wire.to === id);
  const behind = wires.filter((wire) => wire.from === id && wire.port === way);
  return before.reduce((joined, { from = '', port = 'out' }) => {
    return behind.reduce((next, { to = '' }) => {
      const wire = { from, port, to };
      return whyNotConnect(next, wire) === undefined ? connect(next, wire) : next;
    }, joined);
  }, flow);
}

/** The chosen steps as JSON text. */
export function copyText(store: EditorStore): string {
  const { flow, selection } = store.getState();
  return stepsAsText(flow, selection.ids);
}

/** The chosen steps as JSON text; they are gone afterwards. */
export function cutOut(store: EditorStore): string {
  const text = copyText(store);
  commit(store, 'Cut', (flow) => deleteSteps(withPositions(flow), { ids: store.getState().selection.ids }));
  return text;
}

/** Pastes steps where the person looks, or into the loop that is chosen; a sentence tells when there is nothing to paste. */
export function paste(store: EditorStore, text: string, centre: Point): string | undefined {
  const clip = readSteps(text);
  if (clip === undefined) return 'The clipboard holds no steps.';
  const { flow, selection } = store.getState();
  const loop = chosenLoop(flow, selection.ids);
  const at = firstPlaceIn(loop) ?? insideLoop(flow, loop, centre);
  insert(store, 'Paste', pasteClip(flow, { clip, loop, at }));
  return undefined;
}

/** Puts the flow of a file into the place of the open one, with its connections where the slots are the same. */
export function replaceFlow(store: EditorStore, imported: Draft) {
  commit(store, 'Import', (flow) => importedInto(flow, imported));
  select(store, []);
}

/** Copies the chosen steps to a place under themselves. */
export function duplicate(store: EditorStore) {
  const { flow, selection } = store.getState();
  const clip = readSteps(stepsAsText(flow, selection.ids));
  if (clip === undefined) return;
  const first = outlineOf(flow).places.get(Object.keys(clip.steps)[0]!)!;
  const { sizes } = arrange(flow);
  const boxes = Object.keys(clip.steps).map((id) => ({ ...clip.positions[id]!, height: sizes.get(id)?.height ?? 0 }));
  const under = Math.max(...boxes.map(({ y, height }) => y + height)) + grid * 5;
  const at = { x: Math.min(...boxes.map(({ x }) => x)), y: under };
  insert(store, 'Duplicate', pasteClip(flow, { clip, loop: first.loops.at(-1) ?? null, at }));
}

function insert(store: EditorStore, label: string, { flow, ids }: { flow: Draft; ids: string[] }) {
  commit(store, label, () => flow);
  select(store, ids);
}

/** The loop that is chosen, or that the chosen box stands in. */
function chosenLoop(flow: Draft, ids: readonly string[]): string | null {
  const place = ids.length === 1 ? outlineOf(flow).places.get(ids[0]!) : undefined;
  if (place?.type === 'step' && place.step.kind === 'loop') return place.id;
  return place?.loops.at(-1) ?? null;
}
