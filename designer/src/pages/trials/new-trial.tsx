import type { FlowDetail } from '@castellan/api';
import { mostShadowRuns } from '@castellan/api';
import { Button, Group, NumberInput, Select, Stack } from '@mantine/core';
import { useState } from 'react';
import { useStartShadow, useVersions } from '../../api/index.js';
import { Failure } from '../../ui/failure.js';

const statuses = [
  { value: '', label: 'ended' },
  { value: 'succeeded', label: 'succeeded' },
  { value: 'failed', label: 'failed' },
  { value: 'cancelled', label: 'cancelled' },
];

/** Chooses what is tried on how many runs. */
export function NewTrial({ flow, onStarted }: { flow: FlowDetail; onStarted: (id: string) => void }) {
  const start = useStartShadow(flow.id);
  const versions = useVersions(flow.id).data ?? [];
  const [version, setVersion] = useState('draft');
  const [last, setLast] = useState<number | string>(50);
  const [status, setStatus] = useState('');
  const choices = [
    { value: 'draft', label: 'The draft' },
    ...versions.map(({ number }) => ({ value: String(number), label: `Version ${number}` })),
  ];
  const begin = () =>
    start.mutate(
      {
        version: version === 'draft' ? 'draft' : Number(version),
        last: Number(last) || 1,
        filter: status === '' ? {} : { status },
      },
      { onSuccess: ({ id }) => onStarted(id) },
    );
  return (
    <Stack gap="sm">
      <Group align="flex-end" gap="sm">
        <Select
          label="Try"
          w={160}
          data={choices}
          value={version}
          allowDeselect={false}
          onChange={(value) => setVersion(value ?? 'draft')}
        />
        <NumberInput
          label="On the last"
          w={110}
          min={1}
          max={mostShadowRuns}
          clampBehavior="blur"
          allowDecimal={false}
          value={last}
          onChange={setLast}
        />
        <Select
          label="Runs that have"
          w={150}
          data={statuses}
          value={status}
          allowDeselect={false}
          onChange={(value) => setStatus(value ?? '')}
        />
        <Button loading={start.isPending} onClick={begin}>
          Try
        </Button>
      </Group>
      {start.error !== null && <Failure what="It was not tried" error={start.error} />}
    </Stack>
  );
}
