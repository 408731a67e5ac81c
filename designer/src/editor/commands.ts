import { below } from '@castellan/flow';
import type { CanvasView } from './canvas-view.js';
import { copyText, cutOut, duplicate, healAndRemove, paste, remove, tidyUp } from './editing.js';
import { type EditorState, type EditorStore, redo, select, toggleSide, undo } from './editor-store.js';
import { outlineOf } from './outline.js';
import { belongsToControl, isShortcut, isTyping, type KeyPress } from './shortcut.js';
import { viewKeys } from './view-keys.js';
import { type Direction, walkFrom } from './walk.js';

/** What commands work on. */
export interface CommandContext {
  store: EditorStore;
  /** Null until the canvas is drawn. */
  view: CanvasView | null;
  readOnly: boolean;
  clipboard: { write: (text: string) => Promise<void>; read: () => Promise<string> };
  /** Asks which step is to be added. */
  pick: () => void;
  save: () => void;
  publish: () => void;
  test: () => void;
  help: () => void;
  /** Tells the person something in passing. */
  tell: (message: string) => void;
}

/** One thing a person can do: toolbar, menu, keyboard and the sheet of shortcuts read the same list. */
export interface Command {
  id: string;
  title: string;
  group: 'Flow' | 'Edit' | 'View';
  /** `Mod` is Ctrl, or Cmd on a Mac. */
  shortcuts: string[];
  /** Also while a field is being typed into. */
  whileTyping?: boolean;
  /** Stands in the menu of the canvas. */
  inMenu?: boolean;
  isEnabled: (context: CommandContext) => boolean;
  run: (context: CommandContext) => void;
}

const always = () => true;
const mayWrite = ({ readOnly }: CommandContext) => !readOnly;
const state = ({ store }: CommandContext): EditorState => store.getState();
const someChosen = (context: CommandContext) => state(context).selection.ids.length > 0;
const mayChange = (context: CommandContext) => mayWrite(context) && someChosen(context);
const mayRemove = (context: CommandContext) =>
  mayWrite(context) && (someChosen(context) || state(context).selection.wire !== null);
const oneChosen = (context: CommandContext) => state(context).selection.ids.length === 1;

export const commands: Command[] = [
  {
    id: 'save',
    title: 'Save now',
    group: 'Flow',
    shortcuts: ['Mod+S'],
    whileTyping: true,
    isEnabled: mayWrite,
    run: ({ save }) => save(),
  },
  {
    id: 'publish',
    title: 'Publish',
    group: 'Flow',
    shortcuts: ['Shift+P'],
    isEnabled: mayWrite,
    run: ({ publish }) => publish(),
  },
  {
    id: 'test',
    title: 'Test the draft',
    group: 'Flow',
    shortcuts: ['Mod+Enter'],
    whileTyping: true,
    isEnabled: mayWrite,
    run: ({ test }) => test(),
  },
  {
    id: 'add',
    title: 'Add a step',
    group: 'Edit',
    shortcuts: ['N', 'Tab'],
    inMenu: true,
    isEnabled: mayWrite,
    run: ({ pick }) => pick(),
  },
  {
    id: 'undo',
    title: 'Undo',
    group: 'Edit',
    shortcuts: ['Mod+Z'],
    isEnabled: (context) => mayWrite(context) && state(context).history.past.length > 0,
    run: ({ store }) => undo(store),
  },
  {
    id: 'redo',
    title: 'Redo',
    group: 'Edit',
    shortcuts: ['Mod+Shift+Z', 'Mod+Y'],
    isEnabled: (context) => mayWrite(context) && state(context).history.future.length > 0,
    run: ({ store }) => redo(store),
  },
  {
    id: 'copy',
    title: 'Copy',
    group: 'Edit',
    shortcuts: ['Mod+C'],
    inMenu: true,
    isEnabled: (context) => someChosen(context) && nothingMarked(),
    run: (context) => void context.clipboard.write(copyText(context.store)),
  },
  {
    id: 'cut',
    title: 'Cut',
    group: 'Edit',
    shortcuts: ['Mod+X'],
    inMenu: true,
    isEnabled: (context) => mayChange(context) && nothingMarked(),
    run: (context) => void context.clipboard.write(cutOut(context.store)),
  },
  {
    id: 'paste',
    title: 'Paste',
    group: 'Edit',
    shortcuts: ['Mod+V'],
    inMenu: true,
    isEnabled: mayWrite,
    run: (context) => void pasteFrom(context),
  },
  {
    id: 'duplicate',
    title: 'Duplicate',
    group: 'Edit',
    shortcuts: ['Mod+D'],
    inMenu: true,
    isEnabled: mayChange,
    run: ({ store }) => duplicate(store),
  },
  {
    id: 'delete',
    title: 'Delete',
    group: 'Edit',
    shortcuts: ['Delete', 'Backspace'],
    inMenu: true,
    isEnabled: mayRemove,
    run: ({ store }) => remove(store),
  },
  {
    id: 'heal',
    title: 'Delete and join the wires',
    group: 'Edit',
    shortcuts: ['Mod+Delete', 'Mod+Backspace'],
    inMenu: true,
    isEnabled: mayChange,
    run: ({ store }) => healAndRemove(store),
  },
  {
    id: 'rename',
    title: 'Rename',
    group: 'Edit',
    shortcuts: ['F2'],
    inMenu: true,
    isEnabled: (context) => mayWrite(context) && oneChosen(context),
    run: ({ store }) => {
      const { flow, selection } = store.getState();
      const place = outlineOf(flow).places.get(selection.ids[0]!);
      if (place !== undefined) store.setState({ side: 'settings', wanted: { pointer: below(place.pointer, 'title') } });
    },
  },
  {
    id: 'open',
    title: 'Open the settings',
    group: 'Edit',
    shortcuts: ['Enter'],
    isEnabled: oneChosen,
    run: ({ store }) => store.setState({ side: 'settings' }),
  },
  {
    id: 'all',
    title: 'Choose everything',
    group: 'Edit',
    shortcuts: ['Mod+A'],
    isEnabled: always,
    run: ({ store }) => select(store, [...outlineOf(store.getState().flow).places.keys()]),
  },
  {
    id: 'none',
    title: 'Let go, or close the panel',
    group: 'Edit',
    shortcuts: ['Escape'],
    isEnabled: always,
    run: ({ store }) => {
      select(store, []);
      store.setState({ side: null });
    },
  },
  {
    id: 'tidy',
    title: 'Tidy up',
    group: 'Edit',
    shortcuts: ['Shift+T'],
    inMenu: true,
    isEnabled: mayWrite,
    run: ({ store, view }) => {
      tidyUp(store);
      view?.fit();
    },
  },
  {
    id: 'problems',
    title: 'Problems',
    group: 'View',
    shortcuts: ['Shift+M'],
    isEnabled: always,
    run: ({ store }) => toggleSide(store, 'problems'),
  },
  ...viewKeys.map(viewCommand),
  walkCommand('left', 'Previous step', 'ArrowLeft'),
  walkCommand('right', 'Next step', 'ArrowRight'),
  walkCommand('up', 'Step above', 'ArrowUp'),
  walkCommand('down', 'Step below', 'ArrowDown'),
  {
    id: 'help',
    title: 'Shortcuts',
    group: 'View',
    shortcuts: ['?'],
    isEnabled: always,
    run: ({ help }) => help(),
  },
];

export function commandById(id: string): Command {
  const command = commands.find((each) => each.id === id);
  if (command === undefined) throw new Error(`There is no command ${id}.`);
  return command;
}

/** The command that a key press means, where it can be done now. */
export function commandForKey(
  press: KeyPress & { target: EventTarget | null },
  context: CommandContext,
): Command | undefined {
  if (belongsToControl(press)) return undefined;
  const typing = isTyping(press.target);
  return commands.find(
    (command) =>
      (!typing || command.whileTyping === true) &&
      command.shortcuts.some((shortcut) => isShortcut(shortcut, press)) &&
      command.isEnabled(context),
  );
}

function viewCommand({ id, title, shortcuts, move }: (typeof viewKeys)[number]): Command {
  return {
    id,
    title,
    group: 'View',
    shortcuts,
    isEnabled: ({ view }) => view !== null,
    run: ({ view }) => view !== null && move(view),
  };
}

function walkCommand(direction: Direction, title: string, key: string): Command {
  return {
    id: `walk ${direction}`,
    title,
    group: 'View',
    shortcuts: [key],
    isEnabled: ({ view }) => view !== null,
    run: ({ store, view }) => {
      const { flow, selection } = store.getState();
      const next = walkFrom(flow, view?.boxes() ?? [], selection.ids[0], direction);
      if (next === undefined) return;
      select(store, [next]);
      view?.focus(next);
    },
  };
}

async function pasteFrom({ store, clipboard, view, tell }: CommandContext) {
  const text = await clipboard.read().catch(() => '');
  const problem = paste(store, text, view?.centre() ?? { x: 0, y: 0 });
  if (problem !== undefined) tell(problem);
}

/** Whether text is marked on the page: then Copy is the browser's. */
function nothingMarked(): boolean {
  return (globalThis.getSelection?.()?.toString() ?? '') === '';
}
