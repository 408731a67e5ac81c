import type { EventSubscription, SubscriptionWish } from '@castellan/api';
import { Button, Group, Modal, Select, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type EventPlace, useSaveSubscription, useTrySubscriptionFilter } from '../../../api/index.js';
import { DurationControl } from '../../../forms/duration-control.js';
import { PlainValues } from '../../../forms/plain-form.js';
import { Failure } from '../../../ui/failure.js';

interface SubscriptionFormProps {
  place: EventPlace;
  system: string;
  title: string;
  /** The system waits for an answer. */
  asks: boolean;
  /** What the filter is tried on. */
  sample: unknown;
  mine: EventSubscription | null;
  onClose: () => void;
}

type Mode = SubscriptionWish['mode'];
type Credential = SubscriptionWish['credential'];

const modes: { value: Mode; label: string; help: string }[] = [
  { value: 'sync', label: 'At once (SYNC)', help: 'The flow has 8 seconds; then the fallback is answered.' },
  {
    value: 'async',
    label: 'Later (ASYNC)',
    help: 'The flow has until the deadline, so people may be asked. The answer is brought, and tried again until it is taken.',
  },
  {
    value: 'dynamic',
    label: 'At once if it can be, else later (DYNAMIC)',
    help: 'A flow that answers within 8 seconds is answered with at once; of all others the answer is brought later.',
  },
];

/** Subscribes to an event at its system, or changes how. */
export function SubscriptionForm({ place, system, title, asks, sample, mine, onClose }: SubscriptionFormProps) {
  const [wish, setWish] = useState<SubscriptionWish>(() => ({
    name: mine?.name ?? `Castellan: ${title}`,
    mode: mine?.mode ?? 'sync',
    credential: mine?.credential ?? 'bearer',
    filter: mine?.filter ?? null,
    deadlineSeconds: mine?.deadlineSeconds ?? 3_600,
    enabled: mine?.enabled ?? true,
  }));
  const save = useSaveSubscription();
  const set = (change: Partial<SubscriptionWish>) => setWish((now) => ({ ...now, ...change }));
  return (
    <Modal opened onClose={onClose} title={mine ? `Subscription at ${system}` : `Subscribe at ${system}`} size="lg">
      <Stack gap="md">
        <TextInput
          label="Name"
          description={`By this name it is listed in ${system}.`}
          value={wish.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        {asks && (
          <Select
            label="When the answer is given"
            description={modes.find(({ value }) => value === wish.mode)?.help}
            data={modes.map(({ value, label }) => ({ value, label }))}
            value={wish.mode}
            allowDeselect={false}
            onChange={(mode) => mode !== null && set({ mode: mode as Mode })}
          />
        )}
        {asks && wish.mode !== 'sync' && (
          <PlainValues>
            <div>
              <Text size="sm" fw={500} component="label" htmlFor="subscription-deadline">
                Deadline of a later answer
              </Text>
              <DurationControl
                id="subscription-deadline"
                label="Deadline of a later answer"
                value={wish.deadlineSeconds}
                onChange={(seconds) => set({ deadlineSeconds: seconds ?? 3_600 })}
              />
            </div>
          </PlainValues>
        )}
        <Select
          label="Deliveries prove themselves by"
          description="Made up here, kept with the connection, and given to the system."
          data={[
            { value: 'bearer', label: 'A bearer token' },
            { value: 'basic', label: 'A user name and a password' },
          ]}
          value={wish.credential}
          allowDeselect={false}
          onChange={(credential) => credential !== null && set({ credential: credential as Credential })}
        />
        <FilterInput
          place={place}
          system={system}
          sample={sample}
          filter={wish.filter ?? ''}
          onChange={(filter) => set({ filter: filter === '' ? null : filter })}
        />
        <Switch
          label="Switched on"
          checked={wish.enabled}
          onChange={(event) => set({ enabled: event.currentTarget.checked })}
        />
        {save.error !== null && (
          <Failure what={mine ? 'The subscription is as it was' : 'Nothing was subscribed to'} error={save.error} />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            loading={save.isPending}
            disabled={wish.name.trim() === ''}
            onClick={() => save.mutate({ ...place, wish }, { onSuccess: onClose })}
          >
            {mine ? `Change it at ${system}` : 'Subscribe'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface FilterInputProps {
  place: EventPlace;
  system: string;
  sample: unknown;
  filter: string;
  onChange: (filter: string) => void;
}

/** Which events the system is to deliver, tried by itself on the sample. */
function FilterInput({ place, system, sample, filter, onChange }: FilterInputProps) {
  const trial = useTrySubscriptionFilter();
  const isTried = trial.variables?.filter === filter;
  return (
    <div>
      <Textarea
        label={`Filter at ${system}`}
        description="JSONPath. What does not pass is not delivered, to no flow. Left empty, everything is."
        placeholder={'$.changes[?(@.attribute == "department")]'}
        autosize
        minRows={2}
        value={filter}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <Group gap="xs" mt={6}>
        <Button
          size="compact-sm"
          variant="default"
          disabled={filter.trim() === ''}
          loading={trial.isPending}
          onClick={() => trial.mutate({ ...place, filter, payload: sample })}
        >
          Try it on the sample
        </Button>
        {isTried && trial.data !== undefined && (
          <Text size="sm" role="status">
            {trial.data.problem ??
              (trial.data.passes ? 'The sample would be delivered.' : 'The sample would not be delivered.')}
          </Text>
        )}
      </Group>
      {isTried && trial.error !== null && <Failure what="The filter was not tried" error={trial.error} />}
    </div>
  );
}
