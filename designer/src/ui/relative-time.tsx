import { Tooltip } from '@mantine/core';
import { exactTime, relativeTime } from './format.js';
import { useNow } from './use-now.js';

/** `2 minutes ago`, with the exact time on hover. A dash when there is none. */
export function RelativeTime({ at }: { at: string | null | undefined }) {
  const now = useNow();
  if (!at) return <span>–</span>;
  return (
    <Tooltip label={exactTime(at)}>
      <time dateTime={at} style={{ whiteSpace: 'nowrap' }}>
        {relativeTime(at, Math.max(now, Date.now()))}
      </time>
    </Tooltip>
  );
}
