import { useCallback, useState } from 'react';
import { usePlayTests } from '../../api/index.js';
import { useEditor, useEditorStore } from '../../editor/editor-context.js';
import { keepTested } from '../../editor/editor-store.js';

/** Saves the draft, plays its test cases (all, or those that are named) and keeps what came of them. */
export function usePlay(save: () => Promise<boolean>) {
  const store = useEditorStore();
  const { mutate, isPending, error } = usePlayTests(useEditor((state) => state.flowId));
  const [saving, setSaving] = useState(false);
  const play = useCallback(
    async (tests?: string[]) => {
      setSaving(true);
      const saved = await save();
      setSaving(false);
      if (!saved) return;
      mutate(tests, { onSuccess: (report) => keepTested(store, report, tests === undefined) });
    },
    [save, mutate, store],
  );
  return { play: (tests?: string[]) => void play(tests), busy: saving || isPending, error };
}
