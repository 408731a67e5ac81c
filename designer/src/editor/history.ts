/** Values before and after the present one. Values are immutable and share structure, so an entry costs little. */
export interface History<T> {
  past: Entry<T>[];
  future: Entry<T>[];
  /** The gesture that made the newest past entry; further edits of it make no entry of their own. */
  gesture: string | null;
}

interface Entry<T> {
  /** What the person did, as a verb: "Move step". */
  label: string;
  value: T;
}

/** More steps back than this are forgotten. */
const longestPast = 200;

export function emptyHistory<T>(): History<T> {
  return { past: [], future: [], gesture: null };
}

/** Remembers `previous` as what undo returns to, unless the same gesture goes on. */
export function remember<T>(history: History<T>, label: string, previous: T, gesture: string | null): History<T> {
  if (gesture !== null && gesture === history.gesture && history.past.length > 0) return { ...history, future: [] };
  return { past: [...history.past, { label, value: previous }].slice(-longestPast), future: [], gesture };
}

/** One entry back: the value to show and the history then; undefined at the beginning. */
export function stepBack<T>(history: History<T>, present: T): { value: T; history: History<T> } | undefined {
  const entry = history.past.at(-1);
  if (entry === undefined) return undefined;
  return {
    value: entry.value,
    history: {
      past: history.past.slice(0, -1),
      future: [{ label: entry.label, value: present }, ...history.future],
      gesture: null,
    },
  };
}

/** One entry forward again; undefined where nothing was undone. */
export function stepForward<T>(history: History<T>, present: T): { value: T; history: History<T> } | undefined {
  const [entry, ...future] = history.future;
  if (entry === undefined) return undefined;
  return {
    value: entry.value,
    history: { past: [...history.past, { label: entry.label, value: present }], future, gesture: null },
  };
}
