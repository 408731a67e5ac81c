import type { Draft } from '@castellan/flow';
import { describe, expect, it } from 'vitest';
import {
  commit,
  createEditorStore,
  goTo,
  isUnsaved,
  markSaved,
  redo,
  select,
  takeOver,
  toggleSide,
  undo,
} from './editor-store.js';

const draft: Draft = {
  name: 'One',
  triggers: { start: { kind: 'manual' } },
  steps: { a: { kind: 'shape' } },
  wires: [],
};
const open = (more: { step?: string } = {}) => createEditorStore({ flowId: 'f', flow: draft, revision: 3, ...more });
const rename = (name: string) => (flow: Draft) => ({ ...flow, name });

describe('the editor of one flow', () => {
  it('takes an edit, undoes it and does it again', () => {
    const store = open();
    commit(store, 'Rename', rename('Two'));
    expect(store.getState().flow.name).toBe('Two');
    undo(store);
    expect(store.getState().flow).toBe(draft);
    redo(store);
    expect(store.getState().flow.name).toBe('Two');
  });

  it('makes one entry of what is typed into one field', () => {
    const store = open();
    commit(store, 'Rename', rename('T'), '/name');
    commit(store, 'Rename', rename('Tw'), '/name');
    commit(store, 'Rename', rename('Two'), '/name');
    undo(store);
    expect(store.getState().flow).toBe(draft);
  });

  it('remembers nothing of an edit that changes nothing', () => {
    const store = open();
    commit(store, 'Nothing', (flow) => flow);
    expect(store.getState().history.past).toEqual([]);
  });

  it('knows whether the server holds the draft, also after undo', () => {
    const store = open();
    expect(isUnsaved(store.getState())).toBe(false);
    commit(store, 'Rename', rename('Two'));
    expect(store.getState().save.is).toBe('unsaved');
    undo(store);
    expect(store.getState().save.is).toBe('saved');
  });

  it('stays unsaved when the draft changed while it was being saved', () => {
    const store = open();
    commit(store, 'Rename', rename('Two'));
    const sent = store.getState().flow;
    store.setState({ save: { is: 'saving' } });
    commit(store, 'Rename', rename('Three'));
    expect(store.getState().save.is).toBe('saving');
    markSaved(store, { flow: sent, revision: 4 });
    expect(store.getState()).toMatchObject({ save: { is: 'unsaved' }, saved: { revision: 4 } });
  });

  it('brings back what a draft of somebody else replaced', () => {
    const store = open();
    commit(store, 'Rename', rename('Mine'));
    takeOver(store, 'Load their draft', { flow: { ...draft, name: 'Theirs' }, revision: 9 });
    expect(store.getState()).toMatchObject({ flow: { name: 'Theirs' }, saved: { revision: 9 }, save: { is: 'saved' } });
    undo(store);
    expect(store.getState()).toMatchObject({ flow: { name: 'Mine' }, save: { is: 'unsaved' } });
  });
});

describe('what is chosen', () => {
  it('opens the settings of one box and closes them for several', () => {
    const store = open();
    select(store, ['a']);
    expect(store.getState().side).toBe('settings');
    select(store, ['a', 'start']);
    expect(store.getState().side).toBeNull();
  });

  it('is let go when the box is gone', () => {
    const store = open();
    select(store, ['a']);
    commit(store, 'Delete', (flow) => ({ ...flow, steps: {} }));
    expect(store.getState()).toMatchObject({ selection: { ids: [] }, side: null });
  });

  it('may be named by the address', () => {
    expect(open({ step: 'a' }).getState()).toMatchObject({ selection: { ids: ['a'] }, side: 'settings' });
    expect(open({ step: 'gone' }).getState()).toMatchObject({ selection: { ids: [] }, side: null });
  });

  it('leads from a problem to its field', () => {
    const store = open();
    goTo(store, { id: 'a', pointer: '/steps/a/output' });
    expect(store.getState()).toMatchObject({
      selection: { ids: ['a'] },
      side: 'settings',
      wanted: { pointer: '/steps/a/output' },
    });
    goTo(store, { id: undefined, pointer: '/variables/who/default' });
    expect(store.getState().side).toBe('variables');
  });

  it('gives way to what concerns the whole flow', () => {
    const store = open({ step: 'a' });
    toggleSide(store, 'versions');
    expect(store.getState()).toMatchObject({ selection: { ids: [] }, side: 'versions' });
    toggleSide(store, 'versions');
    expect(store.getState().side).toBeNull();
  });
});
