import type { Draft } from '@castellan/flow';
import { useCallback, useEffect, useRef } from 'react';
import { ApiError, useFlow, useSaveFlow } from '../api/index.js';
import { useEditor, useEditorStore } from './editor-context.js';
import { isUnsaved, markSaved, takeOver } from './editor-store.js';

/** Milliseconds without a change before the draft is saved by itself. */
const pause = 1_500;

export interface Saving {
  /** Saves what is not saved; tells whether the server holds the draft then. */
  save: () => Promise<boolean>;
  /** After somebody else saved: takes their draft; undo brings ours back. */
  loadTheirs: () => Promise<void>;
  /** After somebody else saved: puts our draft over theirs. */
  keepMine: () => Promise<void>;
}

/** Saves the draft when the person pauses, one request at a time, each over the revision that it was made from. */
export function useSaving(enabled: boolean): Saving {
  const store = useEditorStore();
  const flowId = useEditor((state) => state.flowId);
  const flow = useEditor((state) => state.flow);
  const is = useEditor((state) => state.save.is);
  const { mutateAsync } = useSaveFlow(flowId);
  const { data: theirs, refetch } = useFlow(flowId);
  const underWay = useRef<Promise<boolean> | null>(null);

  const save = useCallback(async (): Promise<boolean> => {
    while (underWay.current !== null) await underWay.current;
    const state = store.getState();
    if (!isUnsaved(state)) return true;
    if (state.save.is === 'conflict') return false;
    underWay.current = send();
    const done = await underWay.current;
    underWay.current = null;
    return done;

    async function send(): Promise<boolean> {
      const { flow: draft, saved } = store.getState();
      store.setState({ save: { is: 'saving' } });
      try {
        const answer = await mutateAsync({ draft, revision: saved.revision });
        markSaved(store, { flow: draft, revision: answer.revision });
        return true;
      } catch (error) {
        store.setState({ save: failure(error) });
        return false;
      }
    }
  }, [store, mutateAsync]);

  useEffect(() => {
    // `flow` stands in the list so that each change begins the pause anew.
    if (!enabled || is !== 'unsaved' || flow === undefined) return;
    const timer = setTimeout(() => void save(), pause);
    return () => clearTimeout(timer);
  }, [enabled, is, flow, save]);

  const seen = theirs?.revision ?? 0;
  useEffect(() => {
    // The workspace's stream tells of a save by somebody else: better now than after more work.
    const { saved, save: state } = store.getState();
    const resting = state.is === 'saved' || state.is === 'unsaved';
    if (resting && underWay.current === null && seen > saved.revision) store.setState({ save: { is: 'conflict' } });
  }, [store, seen]);

  const readTheirs = async () => {
    const { data } = await refetch();
    return data === undefined ? undefined : { flow: data.draft as Draft, revision: data.revision };
  };
  return {
    save,
    loadTheirs: async () => {
      const other = await readTheirs();
      if (other !== undefined) takeOver(store, 'Load their draft', other);
    },
    keepMine: async () => {
      const other = await readTheirs();
      if (other === undefined) return;
      store.setState({ saved: other, save: { is: 'unsaved' } });
      await save();
    },
  };
}

function failure(error: unknown) {
  if (error instanceof ApiError && error.code === 'stale_revision') return { is: 'conflict' } as const;
  return { is: 'failed', message: error instanceof Error ? error.message : 'The draft was not saved.' } as const;
}
