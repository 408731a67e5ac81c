import { Button, Group, Text } from '@mantine/core';
import { Ban } from 'lucide-react';
import { useState } from 'react';
import { useCancelRun, useRun } from '../../api/index.js';
import { useWorkspace } from '../../api/workspace.js';
import { ConfirmDialog } from '../../ui/confirm.js';
import { Failure } from '../../ui/failure.js';
import { RunLink } from './run-link.js';
import { isOver } from './run-state.js';
import { whyNotEnded } from './why-waiting.js';

/**
 * The run that has the turn for which another one waits: where it stands, and the way out where it holds up what is
 * urgent, as a removal behind a question that nobody has answered for days.
 */
export function WaitsBehind({ runId }: { runId: string }) {
  const { can } = useWorkspace();
  const { data: holder } = useRun(runId);
  const cancel = useCancelRun(runId);
  const [asking, setAsking] = useState(false);
  return (
    <>
      {holder !== undefined && !isOver(holder) && <Text size="sm">Of that run: {whyNotEnded(holder)}</Text>}
      <Group gap="sm">
        <Text size="sm">
          <RunLink runId={runId}>Open that run</RunLink>
        </Text>
        {holder !== undefined && !isOver(holder) && holder.ending === null && can('run:operate') && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<Ban size={14} aria-hidden />}
            onClick={() => setAsking(true)}
          >
            Cancel that run
          </Button>
        )}
      </Group>
      <ConfirmDialog
        opened={asking}
        title={`Cancel the run of ${holder?.flowName ?? 'the other flow'}`}
        verb="Cancel that run"
        destructive
        busy={cancel.isPending}
        onConfirm={() => cancel.mutate({}, { onSuccess: () => setAsking(false) })}
        onClose={() => setAsking(false)}
      >
        <Text size="sm">
          Its questions are closed, calls under way finish or are aborted, and nothing new starts. Unless its flow says
          otherwise, what it did stays done. Then this run has its turn.
        </Text>
        {cancel.error !== null && <Failure what="That run goes on" error={cancel.error} />}
      </ConfirmDialog>
    </>
  );
}
