import { duration, elapsed } from './format.js';
import { useNow } from './use-now.js';

/** Time between two instants; it grows each second while the second is missing. */
export function Duration({ from, to }: { from: string | null; to: string | null }) {
  const now = useNow(to !== null);
  const ms = elapsed(from, to, Math.max(now, Date.now()));
  return <span style={{ whiteSpace: 'nowrap' }}>{ms === null ? '–' : duration(ms)}</span>;
}
