import { useSyncExternalStore } from 'react';

/** One clock for all texts that age, so that a page of a thousand rows has one timer. */
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const told of listeners) told();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The present time in milliseconds, which moves each second; `still` for texts that no longer change. */
export function useNow(still = false): number {
  return useSyncExternalStore(still ? subscribeToNothing : subscribe, () => now);
}

function subscribeToNothing(): () => void {
  return () => {};
}
