import type { RunRow } from '@castellan/api';
import { Text } from '@mantine/core';
import { useUndoOfRun } from '../../../api/index.js';
import { RelativeTime } from '../../../ui/relative-time.js';
import { RunLink } from '../run-link.js';
import { isOver } from '../run-state.js';

/** The run that this one undoes, and those that undo this one. */
export function UndoLinks({ run }: { run: RunRow }) {
  // Only what is over is undone: until then each event of the run would ask for the same again.
  const { data: undo } = useUndoOfRun(run.id, isOver(run) ? run.seq : 0);
  if (undo === undefined || (undo.undoes === null && undo.undoneBy.length === 0)) return null;
  return (
    <section aria-label="Undo">
      {undo.undoes !== null && (
        <Text size="sm">
          It undoes <RunLink runId={undo.undoes.runId}>an earlier run</RunLink>.
        </Text>
      )}
      {undo.undoneBy.map(({ runId, status, at, by }) => (
        <Text size="sm" key={runId}>
          {status === 'succeeded' ? 'Undone' : 'An undo was begun'} by <RunLink runId={runId}>a run</RunLink> of {by},{' '}
          <RelativeTime at={at} />
          {status === 'succeeded' ? '' : ` (${status})`}.
        </Text>
      ))}
      {undo.counts.undone > 0 && undo.counts.open > 0 && (
        <Text size="sm" c="dimmed">
          {undo.counts.undone} of what it did {undo.counts.undone === 1 ? 'was' : 'were'} taken back, {undo.counts.open}{' '}
          {undo.counts.open === 1 ? 'is' : 'are'} left.
        </Text>
      )}
    </section>
  );
}
