import { createContext, type ReactNode, useContext, useState } from 'react';
import { useStore } from 'zustand';
import { createEditorStore, type EditorState, type EditorStore, type Opening } from './editor-store.js';

const EditorContext = createContext<EditorStore | null>(null);

/** Makes the store of one open flow; another flow is another provider (give it the flow's id as key). */
export function EditorProvider({ children, ...opening }: Opening & { children: ReactNode }) {
  const [store] = useState(() => createEditorStore(opening));
  return <EditorContext.Provider value={store}>{children}</EditorContext.Provider>;
}

export function useEditorStore(): EditorStore {
  const store = useContext(EditorContext);
  if (store === null) throw new Error('Part of the editor stands outside of an EditorProvider.');
  return store;
}

/** A part of the editor's state; the component is drawn again only when this part is another value. */
export function useEditor<Part>(part: (state: EditorState) => Part): Part {
  return useStore(useEditorStore(), part);
}
