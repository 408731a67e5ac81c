import type { FlowTestReport, FlowTestResult, TestCoverage } from '@castellan/api';
import type { Draft, Problem } from '@castellan/flow';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { emptyHistory, type History, remember, stepBack, stepForward } from './history.js';
import { outlineOf } from './outline.js';

/** What of the flow is chosen: boxes by id, or one wire. */
export interface Selection {
  ids: readonly string[];
  wire: string | null;
}

/** What stands at the right: the settings of the chosen box, or something about the whole flow. */
export type Side = 'settings' | 'variables' | 'connections' | 'problems' | 'versions' | 'flow' | 'test' | 'cases';

/** Where the data comes from on which expressions are tried: examples of the catalogue, or a past run. */
export type Sample = { from: 'examples' } | { from: 'run'; runId: string };

/** How the draft stands to the server's copy. */
export type SaveState =
  | { is: 'saved' }
  | { is: 'unsaved' }
  | { is: 'saving' }
  | { is: 'failed'; message: string }
  /** Somebody else saved in the meantime. */
  | { is: 'conflict' };

export interface EditorState {
  flowId: string;
  /** The draft as drawn. */
  flow: Draft;
  history: History<Draft>;
  /** The server's copy that the draft was made from. */
  saved: { flow: Draft; revision: number };
  save: SaveState;
  selection: Selection;
  side: Side | null;
  /** The field that is to be focused, by its JSON pointer; each asking is an object of its own. */
  wanted: { pointer: string } | null;
  problems: Problem[];
  /** The triggers and steps by which the problem comes about that was gone to; until something else is chosen. */
  way: readonly string[];
  sample: Sample;
  /** The run that is drawn on the canvas: the latest that was started from here, or one that was opened here. */
  runId: string | null;
  /** Which item of each loop is shown of that run, where the person chose one. */
  items: Readonly<Record<string, number>>;
  /** With what the draft is tried out. */
  tryOut: TryOut;
  /** What came of the flow's test cases since the flow was opened. */
  tested: Tested | null;
}

/** Results of test cases, all of one revision of the draft. */
export interface Tested {
  revision: number | null;
  /** By test case. */
  results: Readonly<Record<string, FlowTestResult>>;
  /** Of all of them; null while only some were played. */
  coverage: TestCoverage | null;
}

/** What the person wants a test of the draft to start with. */
export interface TryOut {
  /** Null: the first that fits. */
  trigger: string | null;
  from: 'given' | 'run' | 'delivery';
  /** Body or input by trigger, as it was typed; of the others the sample is taken. */
  given: Readonly<Record<string, unknown>>;
  runId: string | null;
  deliveryId: string | null;
  /** Pinned outputs stand in for their steps. */
  pins: boolean;
}

/** The state of one open flow. */
export type EditorStore = StoreApi<EditorState>;

/** What a flow is opened with; the address may name a step and a run. */
export interface Opening {
  flowId: string;
  flow: Draft;
  revision: number;
  step?: string | undefined;
  run?: string | undefined;
  /** What stands at the right at first, if no step is named. */
  side?: Side | undefined;
}

export function createEditorStore(given: Opening): EditorStore {
  const chosen = given.step !== undefined && outlineOf(given.flow).places.has(given.step) ? [given.step] : [];
  return createStore<EditorState>(() => ({
    flowId: given.flowId,
    flow: given.flow,
    history: emptyHistory(),
    saved: { flow: given.flow, revision: given.revision },
    save: { is: 'saved' },
    selection: { ids: chosen, wire: null },
    side: chosen.length === 1 ? 'settings' : (given.side ?? null),
    wanted: null,
    problems: [],
    way: [],
    tested: null,
    sample: given.run === undefined ? { from: 'examples' } : { from: 'run', runId: given.run },
    runId: given.run ?? null,
    items: {},
    tryOut: {
      ...{ trigger: null, given: {}, deliveryId: null, pins: true },
      ...(given.run === undefined ? { from: 'given', runId: null } : { from: 'run', runId: given.run }),
    },
  }));
}

/** Draws a run over the canvas, and tries expressions on its data. */
export function showRun(store: EditorStore, runId: string) {
  store.setState({ runId, items: {}, sample: { from: 'run', runId } });
}

/** Keeps what came of test cases: of all, or of some beside what is known of the others. */
export function keepTested(store: EditorStore, { revision, results, coverage }: FlowTestReport, all: boolean) {
  const byId = Object.fromEntries(results.flatMap((result) => (result.id === null ? [] : [[result.id, result]])));
  store.setState(({ tested }) => {
    if (all || tested === null || tested.revision !== revision) {
      return { tested: { revision, results: byId, coverage: all ? coverage : null } };
    }
    return { tested: { ...tested, results: { ...tested.results, ...byId } } };
  });
}

/** Chooses the item of a loop that is shown of the run. */
export function showItem(store: EditorStore, loop: string, index: number) {
  store.setState(({ items }) => ({ items: { ...items, [loop]: index } }));
}

/** Takes the run off the canvas. */
export function hideRun(store: EditorStore) {
  store.setState({ runId: null, items: {} });
}

/**
 * Changes the draft by a pure edit and remembers how it was. Edits with the same `gesture`, one after another, are
 * one entry: the keys typed into a field, the pixels of a drag.
 */
export function commit(store: EditorStore, label: string, edit: (flow: Draft) => Draft, gesture: string | null = null) {
  store.setState((state) => {
    const flow = edit(state.flow);
    if (flow === state.flow) return state;
    return { ...withFlow(state, flow), history: remember(state.history, label, state.flow, gesture) };
  });
}

export function undo(store: EditorStore) {
  store.setState((state) => moveInTime(state, stepBack(state.history, state.flow)));
}

export function redo(store: EditorStore) {
  store.setState((state) => moveInTime(state, stepForward(state.history, state.flow)));
}

/** Chooses boxes or a wire. One box shows its settings; none leaves what concerns the whole flow. */
export function select(store: EditorStore, ids: readonly string[], wire: string | null = null) {
  store.setState((state) => {
    const side = ids.length === 1 ? 'settings' : state.side === 'settings' ? null : state.side;
    const isSame = wire === null && ids.length === 1 && ids[0] === state.selection.ids[0];
    return { selection: { ids, wire }, side, wanted: null, way: isSame ? state.way : [] };
  });
}

/** Opens one side, or closes it where it is open already. */
export function toggleSide(store: EditorStore, side: Side) {
  store.setState((state) =>
    state.side === side ? { side: null } : { side, selection: { ids: [], wire: null }, wanted: null },
  );
}

/** Goes to a place in the flow: chooses its box and focuses its field. `way` is shown on the canvas. */
export function goTo(
  store: EditorStore,
  place: { id: string | undefined; pointer: string; way?: readonly string[] | undefined },
) {
  store.setState((state) => {
    const wanted = { pointer: place.pointer };
    const way = place.way ?? [];
    if (place.id !== undefined && outlineOf(state.flow).places.has(place.id)) {
      return { selection: { ids: [place.id], wire: null }, side: 'settings', wanted, way };
    }
    return { side: sideOf(place.pointer) ?? state.side, wanted, way };
  });
}

/** The draft is what the server holds now, unless it was changed while it was on its way. */
export function markSaved(store: EditorStore, saved: { flow: Draft; revision: number }) {
  store.setState((state) => ({ saved, save: { is: state.flow === saved.flow ? 'saved' : 'unsaved' } }));
}

/** Takes the server's draft in place of this one; undo brings this one back. */
export function takeOver(store: EditorStore, label: string, theirs: { flow: Draft; revision: number }) {
  store.setState((state) => ({
    ...withFlow(state, theirs.flow),
    history: remember(state.history, label, state.flow, null),
    saved: theirs,
    save: { is: 'saved' },
  }));
}

export function isUnsaved(state: EditorState): boolean {
  return state.flow !== state.saved.flow;
}

type Moved = ReturnType<typeof stepBack<Draft>>;

function moveInTime(state: EditorState, moved: Moved): Partial<EditorState> {
  return moved === undefined ? {} : { ...withFlow(state, moved.value), history: moved.history };
}

/** The state with another draft: what is chosen but no longer there is let go. */
function withFlow(state: EditorState, flow: Draft): EditorState {
  const { places, levels } = outlineOf(flow);
  const ids = state.selection.ids.filter((id) => places.has(id));
  const same = ids.length === state.selection.ids.length;
  const wire = state.selection.wire !== null && levels.some((level) => level.wireIds.has(state.selection.wire!));
  return {
    ...state,
    flow,
    selection:
      same && wire === (state.selection.wire !== null)
        ? state.selection
        : { ids, wire: wire ? state.selection.wire : null },
    side: state.side === 'settings' && ids.length !== 1 ? null : state.side,
    // While a save is under way, or was refused, that state stays; its end looks at the draft again.
    save:
      state.save.is === 'saving' || state.save.is === 'conflict'
        ? state.save
        : { is: flow === state.saved.flow ? 'saved' : 'unsaved' },
  };
}

function sideOf(pointer: string): Side | undefined {
  if (pointer.startsWith('/variables')) return 'variables';
  if (pointer.startsWith('/connections')) return 'connections';
  return pointer.startsWith('/settings') || pointer === '/name' ? 'flow' : undefined;
}
