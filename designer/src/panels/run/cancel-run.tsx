import type { RunRow } from '@castellan/api';
import { type Draft, stepPlaces } from '@castellan/flow';
import { Button, Checkbox, Text } from '@mantine/core';
import { Ban } from 'lucide-react';
import { useState } from 'react';
import { useCancelRun } from '../../api/index.js';
import { ConfirmDialog } from '../../ui/confirm.js';
import { Failure } from '../../ui/failure.js';

/** Cancels a run; where its flow knows how steps are undone, with or without taking back what they did. */
export function CancelRun({ run, draft }: { run: RunRow; draft: Draft }) {
  const cancel = useCancelRun(run.id);
  const [asking, setAsking] = useState(false);
  const undoable = stepPlaces(draft).filter(({ step }) => step.undo !== undefined).length;
  const [compensate, setCompensate] = useState(
    draft.settings?.compensate === 'onCancel' || draft.settings?.compensate === 'always',
  );
  const send = () =>
    cancel.mutate(undoable > 0 ? { compensate } : {}, {
      onSuccess: () => setAsking(false),
    });
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<Ban size={14} />}
        disabled={run.ending !== null}
        onClick={() => setAsking(true)}
      >
        Cancel
      </Button>
      <ConfirmDialog
        opened={asking}
        title="Cancel the run"
        verb="Cancel the run"
        destructive
        busy={cancel.isPending}
        onConfirm={send}
        onClose={() => setAsking(false)}
      >
        <Text size="sm">
          Calls under way finish or are aborted, and nothing new starts. Runs that it waits for are cancelled too.
          {undoable === 0 && ' What was done stays done.'}
        </Text>
        {undoable > 0 && (
          <Checkbox
            label="Take back what it did"
            description={`${undoable === 1 ? 'One step says' : `${undoable} steps say`} how it is undone. Without this, what was done stays done.`}
            checked={compensate}
            onChange={(event) => setCompensate(event.currentTarget.checked)}
          />
        )}
        {cancel.error !== null && <Failure what="The run goes on" error={cancel.error} />}
      </ConfirmDialog>
    </>
  );
}
