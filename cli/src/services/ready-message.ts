import { setTimeout as delay } from 'node:timers/promises';
import type { ManagedProcess } from '../supervisor/managed-process.js';

/** Waits until a child sends `{ type: 'ready', … }`; "ended" when it ends before, "late" when it takes too long. */
export async function waitForReady<Message extends { type: 'ready' }>(
  managed: ManagedProcess,
  withinMs: number,
): Promise<Message | 'ended' | 'late'> {
  const timer = new AbortController();
  const outcome = await Promise.race([
    new Promise<Message>((resolve) => {
      managed.child?.on('message', (received: Message) => {
        if (received.type === 'ready') resolve(received);
      });
    }),
    managed.exited.then(() => 'ended' as const),
    delay(withinMs, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const),
  ]);
  timer.abort();
  return outcome;
}
