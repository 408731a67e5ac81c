import type { RunRow } from '@castellan/api';
import { Button, Stack, Text } from '@mantine/core';
import { Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useMakeUndo, useUndoOfRun } from '../../../api/index.js';
import { useShowPlan } from '../../../plans/use-show-plan.js';
import { ConfirmDialog } from '../../../ui/confirm.js';
import { Failure } from '../../../ui/failure.js';
import { count } from '../../../ui/format.js';

/** Plans how what the run has done is taken back: nothing is sent before that plan was looked at and applied. */
export function UndoRun({ run }: { run: RunRow }) {
  const show = useShowPlan();
  const { data: undo } = useUndoOfRun(run.id, run.seq);
  const make = useMakeUndo(run.id);
  const [asking, setAsking] = useState(false);
  if (undo === undefined || Object.values(undo.counts).every((number) => number === 0)) return null;
  const close = () => {
    setAsking(false);
    make.reset();
  };
  const plan = () => make.mutate({}, { onSuccess: ({ planId }) => show(planId) });
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<Undo2 size={14} aria-hidden />}
        onClick={() => setAsking(true)}
      >
        Undo
      </Button>
      <ConfirmDialog
        opened={asking}
        title="Undo this run"
        verb="Plan the undo"
        busy={make.isPending}
        disabled={undo.cannot !== null || undo.counts.open === 0 || make.error !== null}
        onConfirm={plan}
        onClose={close}
      >
        <Stack gap="xs">
          <UndoCounts counts={undo.counts} />
          {undo.cannot === null ? (
            <Text size="sm">
              First it is looked what there is now, and a plan is made. Nothing is sent before you have read that plan
              and applied it.
            </Text>
          ) : (
            <Text size="sm">{undo.cannot}</Text>
          )}
          {make.error !== null && <Failure what="No undo was planned" error={make.error} />}
        </Stack>
      </ConfirmDialog>
    </>
  );
}

function UndoCounts({ counts: { open, undone, stays } }: { counts: { open: number; undone: number; stays: number } }) {
  return (
    <Text size="sm">
      {open === 0 ? 'Nothing that the run did is left to be taken back' : `${count(open, 'change')} can be taken back`}
      {undone > 0 && `, ${undone} ${undone === 1 ? 'was' : 'were'} taken back before`}
      {stays > 0 && `, ${stays} ${stays === 1 ? 'stays' : 'stay'}, such as messages that were sent`}.
    </Text>
  );
}
