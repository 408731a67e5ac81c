import type { DraftWrite } from '@castellan/api';
import { Text } from '@mantine/core';
import { insideLine } from '../../canvas/boxes/box-kind.js';
import classes from '../panels.module.css';

/** What a run would really change, and what it changes on simulators only. */
export function WriteList({ writes }: { writes: DraftWrite[] }) {
  const real = writes.filter(({ simulated }) => !simulated);
  const simulated = writes.filter((write) => write.simulated);
  if (writes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        It changes nothing outside.
      </Text>
    );
  }
  return (
    <div className={classes.writes}>
      {real.length > 0 && (
        <>
          <Text size="sm" fw={600}>
            It would really change this, where the run comes to it:
          </Text>
          <Writes label="Real changes" writes={real} />
        </>
      )}
      {simulated.length > 0 && (
        <>
          <Text size="sm" c="dimmed">
            On simulators, and so nothing outside:
          </Text>
          <Writes label="Changes on simulators" writes={simulated} />
        </>
      )}
    </div>
  );
}

function Writes({ label, writes }: { label: string; writes: DraftWrite[] }) {
  return (
    <ul className={classes.writeList} aria-label={label}>
      {writes.map((write) => (
        <li key={write.stepId} data-effect={write.simulated ? undefined : write.effect}>
          <Text size="sm" span>
            {write.title}
          </Text>{' '}
          <Text size="xs" c="dimmed" span>
            {wordsOf(write)}
          </Text>
          {write.effect === 'destructive' && !write.simulated && (
            <span className={classes.destructive}> destructive</span>
          )}
        </li>
      ))}
    </ul>
  );
}

function wordsOf({ effect, operation, connection }: DraftWrite): string {
  if (effect === 'subflow') return `starts the flow ${operation} and does whatever that does`;
  return connection === null ? insideLine(operation) : `${connection} · ${insideLine(operation)}`;
}
