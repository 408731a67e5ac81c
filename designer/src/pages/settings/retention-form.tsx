import { mostDue } from '@castellan/api';
import { longestRetention } from '@castellan/flow';
import { Button, Group, NumberInput, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useRetention, useSetRetention } from '../../api/history.js';
import { useWorkspace } from '../../api/workspace.js';
import { ConfirmDialog } from '../../ui/confirm.js';
import { Failure } from '../../ui/failure.js';
import { bytes, count, number } from '../../ui/format.js';

/** How long runs are kept of flows that do not say. */
export function RetentionForm() {
  const { can } = useWorkspace();
  const { data: now } = useRetention();
  if (now === undefined) return null;
  return (
    <Stack align="flex-start" gap="xs">
      <Text size="sm">
        {count(now.runs, 'ended run')} of all flows, about {bytes(now.bytes)}, counted some minutes ago.
      </Text>
      {can('workspace:write') ? (
        <Form key={now.days ?? 0} days={now.days} />
      ) : (
        <Text size="sm">
          {now.days === null ? 'Runs are kept for ever.' : `Runs are kept for ${count(now.days, 'day')}.`}
        </Text>
      )}
    </Stack>
  );
}

function Form({ days }: { days: number | null }) {
  const [wanted, setWanted] = useState<number | null>(days);
  const [settled] = useDebouncedValue(wanted, 300);
  const [asking, setAsking] = useState(false);
  const { data: meant } = useRetention(settled ?? undefined);
  const set = useSetRetention();
  const save = () => set.mutate(wanted, { onSuccess: () => setAsking(false) });
  const due = wanted === null ? 0 : (meant?.due ?? 0);
  const runs = due >= mostDue ? `more than ${number(mostDue)} runs` : count(due, 'run');
  return (
    <>
      <NumberInput
        label="Days that ended runs are kept"
        description="For flows that do not say themselves. Empty: for ever."
        placeholder="For ever"
        min={1}
        max={longestRetention}
        clampBehavior="strict"
        allowDecimal={false}
        value={wanted ?? ''}
        onChange={(next) => setWanted(typeof next === 'number' ? next : null)}
      />
      <Text size="sm" aria-live="polite">
        {wanted === null ? 'Nothing is deleted.' : `${runs} to delete next.`}
      </Text>
      {set.error !== null && !asking && <Failure what="Not saved" error={set.error} />}
      <Group>
        <Button
          variant="default"
          disabled={wanted === days}
          loading={set.isPending}
          onClick={() => (due > 0 ? setAsking(true) : save())}
        >
          Save
        </Button>
      </Group>
      <ConfirmDialog
        opened={asking}
        title={`Keep runs for ${count(wanted ?? 0, 'day')}`}
        verb="Save and delete"
        destructive
        busy={set.isPending}
        onConfirm={save}
        onClose={() => setAsking(false)}
      >
        <Text size="sm">{`${runs} that ended earlier will be deleted with all their data. This cannot be taken back.`}</Text>
        {set.error !== null && <Failure what="Not saved" error={set.error} />}
      </ConfirmDialog>
    </>
  );
}
