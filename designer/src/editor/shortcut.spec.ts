import { describe, expect, it } from 'vitest';
import { isShortcut, shortcutWords } from './shortcut.js';

const press = (key: string, held: Partial<Parameters<typeof isShortcut>[1]> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});

describe('shortcuts', () => {
  it('take Ctrl and Cmd for the same', () => {
    expect(isShortcut('Mod+S', press('s', { ctrlKey: true }))).toBe(true);
    expect(isShortcut('Mod+S', press('s', { metaKey: true }))).toBe(true);
    expect(isShortcut('Mod+S', press('s'))).toBe(false);
  });

  it('tell undo from redo by Shift', () => {
    expect(isShortcut('Mod+Z', press('Z', { ctrlKey: true, shiftKey: true }))).toBe(false);
    expect(isShortcut('Mod+Shift+Z', press('Z', { ctrlKey: true, shiftKey: true }))).toBe(true);
  });

  it('take signs wherever the keyboard has them', () => {
    expect(isShortcut('+', press('+', { shiftKey: true }))).toBe(true);
    expect(isShortcut('+', press('+'))).toBe(true);
    expect(isShortcut('?', press('?', { shiftKey: true }))).toBe(true);
    expect(isShortcut('1', press('1', { shiftKey: true }))).toBe(false);
  });

  it('leave what is pressed with Alt to the system', () => {
    expect(isShortcut('N', press('n', { altKey: true }))).toBe(false);
  });

  it('are written as on the keys', () => {
    expect(shortcutWords('Mod+Shift+Z')).toBe('Ctrl+Shift+Z');
    expect(shortcutWords('Delete')).toBe('Del');
    expect(shortcutWords('+')).toBe('+');
  });
});
