import { validate } from '@castellan/flow';
import { useEffect } from 'react';
import { useCatalog } from './catalog.js';
import { useEditor, useEditorStore } from './editor-context.js';

/** Milliseconds after the last change before everything is looked at again. */
const pause = 250;

/** Keeps the list of problems: the same function that the server runs at publish, after each change. */
export function useValidation() {
  const store = useEditorStore();
  const flow = useEditor((state) => state.flow);
  const catalog = useCatalog();
  useEffect(() => {
    if (catalog === undefined) return;
    const timer = setTimeout(() => store.setState({ problems: validate(flow, catalog) }), pause);
    return () => clearTimeout(timer);
  }, [store, flow, catalog]);
}
