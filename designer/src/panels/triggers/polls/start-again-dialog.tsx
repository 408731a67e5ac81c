import type { TriggerPoll } from '@castellan/api';
import { Loader, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type PolledTrigger, useRepeats, useStartAgain } from '../../../api/index.js';
import { ConfirmDialog } from '../../../ui/confirm.js';
import { Failure } from '../../../ui/failure.js';
import { count } from '../../../ui/format.js';
import { instantOf, localTime } from './local-time.js';

interface Props {
  trigger: PolledTrigger;
  poll: TriggerPoll;
  onClose(): void;
}

/** Asks from when on the events are read again, and says what of it would be a repetition. */
export function StartAgainDialog({ trigger, poll, onClose }: Props) {
  const [at, setAt] = useState(localTime(new Date(poll.polledAt ?? poll.from)));
  const from = instantOf(at);
  const isAhead = from !== null && Date.parse(from) > Date.now();
  const repeats = useRepeats(trigger, isAhead ? null : from);
  const start = useStartAgain();
  return (
    <ConfirmDialog
      opened
      title="Start again from …"
      verb="Read again"
      destructive={(repeats.data?.runs ?? 0) > 0}
      busy={start.isPending}
      disabled={from === null || isAhead || repeats.data === undefined}
      onClose={onClose}
      onConfirm={() => from !== null && start.mutate({ ...trigger, from }, { onSuccess: onClose })}
    >
      <TextInput
        type="datetime-local"
        label="Read everything that happened since"
        description={`The time where you are. How far back it can tell is up to ${poll.connection}.`}
        value={at}
        error={isAhead ? 'This time is still to come.' : from === null ? 'Choose a day and a time.' : undefined}
        onChange={(event) => setAt(event.currentTarget.value)}
      />
      {from !== null && !isAhead && <Repeats {...repeats} />}
      {start.error !== null && <Failure what="It does not start again" error={start.error} />}
    </ConfirmDialog>
  );
}

function Repeats({ data, error }: Pick<ReturnType<typeof useRepeats>, 'data' | 'error'>) {
  if (error !== null) return <Failure what="What it would repeat is not known" error={error} />;
  if (data === undefined) return <Loader size="xs" aria-label="Counting what it would repeat" />;
  const { deliveries, runs } = data;
  if (deliveries === 0) {
    return (
      <Text size="sm">
        Nothing has arrived here since then, so nothing is repeated. What the system tells of that time begins runs now.
      </Text>
    );
  }
  return (
    <Text size="sm">
      Since then {count(deliveries, 'event')} arrived here and began {count(runs, 'run')}. They arrive again and begin
      runs again, which do again what those did. Events of that time that never arrived begin runs too.
    </Text>
  );
}
