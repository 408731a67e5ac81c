import type { Conclusion } from './conclusion.js';

/**
 * How an approval or a wait goes on in a run that makes an access plan: at once, as if it had been approved, or had come.
 * A delivery that is awaited is the one that is pinned to the step; without one there is none.
 */
export function atOnce(kind: 'approval' | 'wait', pinned: unknown): Extract<Conclusion, { status: 'succeeded' }> {
  if (kind === 'wait') return { status: 'succeeded', port: 'out', output: pinned ?? null };
  return { status: 'succeeded', port: 'approved', output: { port: 'approved', decisions: [] } };
}
