import type { RunRow } from '@castellan/api';
import { Text } from '@mantine/core';
import { useRunCommand } from '../../api/index.js';
import { ConfirmDialog } from '../../ui/confirm.js';
import { Failure } from '../../ui/failure.js';

interface TerminateRunProps {
  run: RunRow;
  opened: boolean;
  onClose: () => void;
}

/** Asks whether a run is to end at once, and ends it. */
export function TerminateRun({ run, opened, onClose }: TerminateRunProps) {
  const command = useRunCommand(run.id);
  return (
    <ConfirmDialog
      opened={opened}
      title="Terminate the run"
      verb="Terminate"
      destructive
      busy={command.isPending}
      onConfirm={() => command.mutate('terminate', { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text size="sm">
        The run ends at once. Calls under way are not waited for: what they did in other systems may stay unknown here.
        Nothing is taken back.
      </Text>
      {command.error !== null && <Failure what="The run goes on" error={command.error} />}
    </ConfirmDialog>
  );
}
