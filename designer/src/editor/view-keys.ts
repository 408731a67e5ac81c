import { useEffect } from 'react';
import { type Shortcut, useShortcutList } from '../ui/shortcuts.js';
import type { CanvasView } from './canvas-view.js';
import { isShortcut, isTyping, shortcutWords } from './shortcut.js';

/** Keys that only move the view: the editor has them as commands, a run has them alone. */
export const viewKeys: { id: string; title: string; shortcuts: string[]; move: (view: CanvasView) => void }[] = [
  { id: 'fit', title: 'Fit to the screen', shortcuts: ['1'], move: (view) => view.fit() },
  { id: 'actual', title: 'Actual size', shortcuts: ['0'], move: (view) => view.actualSize() },
  { id: 'in', title: 'Closer', shortcuts: ['+', '='], move: (view) => view.zoomIn() },
  { id: 'out', title: 'Further away', shortcuts: ['-'], move: (view) => view.zoomOut() },
];

const sheet: Shortcut[] = viewKeys.map(({ title, shortcuts }) => ({ keys: shortcutWords(shortcuts[0]!), title }));

/** Moves the view by keys, where the flow is only looked at. */
export function useViewKeys(view: CanvasView | null) {
  useShortcutList('Run', sheet);
  useEffect(() => {
    if (view === null) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (isTyping(event.target)) return;
      const found = viewKeys.find(({ shortcuts }) => shortcuts.some((shortcut) => isShortcut(shortcut, event)));
      found?.move(view);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [view]);
}
