import type { Draft } from '@castellan/flow';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type CommandContext, commandById, commandForKey, commands } from './commands.js';
import { createEditorStore, select } from './editor-store.js';

const draft: Draft = {
  triggers: { start: { kind: 'manual' } },
  steps: { a: { kind: 'shape', title: 'A' }, b: { kind: 'shape' } },
  wires: [{ from: 'a', port: 'out', to: 'b' }],
};
const press = (key: string, held: object = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  target: null,
  ...held,
});

let context: CommandContext;
beforeEach(() => {
  let clipboard = '';
  context = {
    store: createEditorStore({ flowId: 'f', flow: draft, revision: 1 }),
    view: null,
    readOnly: false,
    clipboard: {
      write: async (text) => {
        clipboard = text;
      },
      read: async () => clipboard,
    },
    pick: vi.fn(),
    save: vi.fn(),
    publish: vi.fn(),
    test: vi.fn(),
    help: vi.fn(),
    tell: vi.fn(),
  };
});
// Fields and buttons exist in a browser only; here the questions asked of them are answered by name.
vi.mock('./shortcut.js', async (original) => ({
  ...(await original<typeof import('./shortcut.js')>()),
  isTyping: (target: unknown) => target === 'a field',
  belongsToControl: ({ target }: { target: unknown }) => target === 'a button',
}));

describe('keys', () => {
  it.each([
    [press('n'), 'add'],
    [press('s', { ctrlKey: true }), 'save'],
    [press('Enter', { metaKey: true }), 'test'],
    [press('P', { shiftKey: true }), 'publish'],
    [press('T', { shiftKey: true }), 'tidy'],
    [press('a', { ctrlKey: true }), 'all'],
    [press('?', { shiftKey: true }), 'help'],
  ])('%j is the command %s', (key, id) => {
    expect(commandForKey(key, context)?.id).toBe(id);
  });

  it('belong to the field while one is typed into, but for saving and running', () => {
    const typed = { target: 'a field' as unknown as EventTarget };
    expect(commandForKey(press('n', typed), context)).toBeUndefined();
    expect(commandForKey(press('z', { ...typed, ctrlKey: true }), context)).toBeUndefined();
    expect(commandForKey(press('s', { ...typed, ctrlKey: true }), context)?.id).toBe('save');
  });

  it('press the button that has the keyboard', () => {
    select(context.store, ['a']);
    expect(commandForKey(press('Enter'), context)?.id).toBe('open');
    const onButton = { target: 'a button' as unknown as EventTarget };
    expect(commandForKey(press('Enter', onButton), context)).toBeUndefined();
  });

  it('do nothing where nothing can be done', () => {
    expect(commandForKey(press('Delete'), context)).toBeUndefined();
    select(context.store, ['a']);
    expect(commandForKey(press('Delete'), context)?.id).toBe('delete');
    expect(commandForKey(press('Delete'), { ...context, readOnly: true })).toBeUndefined();
  });

  it('are each of one command alone', () => {
    const all = commands.flatMap((command) => command.shortcuts);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('commands', () => {
  it('rename by asking for the field of the title', () => {
    select(context.store, ['a']);
    commandById('rename').run(context);
    expect(context.store.getState().wanted).toEqual({ pointer: '/steps/a/title' });
  });

  it('copy and paste through the clipboard', async () => {
    select(context.store, ['a']);
    commandById('copy').run(context);
    commandById('paste').run(context);
    await vi.waitFor(() => expect(context.store.getState().flow.steps).toHaveProperty('a_2'));
  });

  it('say so when there is nothing to paste', async () => {
    commandById('paste').run(context);
    await vi.waitFor(() => expect(context.tell).toHaveBeenCalledWith('The clipboard holds no steps.'));
  });

  it('undo only what was done', () => {
    expect(commandById('undo').isEnabled(context)).toBe(false);
    select(context.store, ['a']);
    commandById('delete').run(context);
    expect(commandById('undo').isEnabled(context)).toBe(true);
    commandById('undo').run(context);
    expect(context.store.getState().flow).toBe(draft);
  });
});
