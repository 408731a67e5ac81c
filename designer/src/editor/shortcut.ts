/** What a key press is compared by. */
export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

const names: Record<string, string> = {
  Delete: 'Del',
  Escape: 'Esc',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ' ': 'Space',
};

/** Whether a press is a shortcut such as `Mod+Shift+Z`; Mod is Ctrl, or Cmd on a Mac. */
export function isShortcut(shortcut: string, press: KeyPress): boolean {
  const parts = shortcut.split('+');
  // "+" itself is written as the last, empty part.
  const key = parts.at(-1) === '' ? '+' : parts.at(-1)!;
  const wants = (name: string) => parts.slice(0, -1).includes(name);
  if (wants('Mod') !== (press.ctrlKey || press.metaKey) || press.altKey) return false;
  // Signs such as "?" and "+" need Shift on some keyboards and not on others.
  const isSign = key.length === 1 && key.toLowerCase() === key.toUpperCase() && !/\d/.test(key);
  if (!isSign && wants('Shift') !== press.shiftKey) return false;
  return press.key.toLowerCase() === key.toLowerCase();
}

/** A shortcut as it stands on the keys: `Ctrl+Shift+Z`. */
export function shortcutWords(shortcut: string): string {
  if (shortcut === '+') return '+';
  return shortcut
    .split('+')
    .map((part) => (part === 'Mod' ? 'Ctrl' : (names[part] ?? part)))
    .join('+');
}

const controlKeys = new Set(['Enter', ' ', 'Tab', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']);

/**
 * Whether a key does something to the control that has the keyboard: presses a button, goes to the next tab. Boxes are
 * no such controls, and only on a box is Tab a shortcut, so that the keyboard reaches everything on the page.
 */
export function belongsToControl({ key, target }: { key: string; target: EventTarget | null }): boolean {
  if (!controlKeys.has(key)) return false;
  const onBox = target instanceof Element && target.matches('.react-flow__node');
  if (key === 'Tab') return !onBox;
  return (
    !onBox && target instanceof Element && target.closest('a, button, [role="tab"], [role="separator"], hr') !== null
  );
}

/** Whether keys belong to a field that is being typed into. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable || target.closest('input, textarea, select, [role="listbox"], [role="menu"]') !== null
  );
}
