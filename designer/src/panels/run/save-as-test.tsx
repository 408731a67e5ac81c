import type { RunRow } from '@castellan/api';
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useSaveRunAsTest, useWorkspace } from '../../api/index.js';
import { Failure } from '../../ui/failure.js';

interface SaveAsTestProps {
  run: RunRow;
  opened: boolean;
  onClose: () => void;
}

/** Makes a test case of an ended run: its flow must go the same way on the same data from then on. */
export function SaveAsTest({ run, opened, onClose }: SaveAsTestProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Save as a test" closeButtonProps={{ 'aria-label': 'Close' }}>
      {opened && <SaveForm run={run} onClose={onClose} />}
    </Modal>
  );
}

function SaveForm({ run, onClose }: { run: RunRow; onClose: () => void }) {
  const { id: ws } = useWorkspace();
  const navigate = useNavigate();
  const save = useSaveRunAsTest(run.flowId);
  const [name, setName] = useState('');
  const send = () =>
    save.mutate(
      { runId: run.id, ...(name.trim() === '' ? {} : { name: name.trim() }) },
      {
        onSuccess: () =>
          void navigate({ to: '/w/$ws/flows/$flowId', params: { ws, flowId: run.flowId }, search: { tab: 'cases' } }),
      },
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Stack gap="md">
        <Text size="sm">
          The test case keeps what started this run, what systems and people answered, and as expectations the way it
          went, the inputs of its writes and its end. Secrets stay masked, and what was masked is not compared.
        </Text>
        <TextInput
          label="Name"
          placeholder={`${run.businessKey ?? 'Run'}, ${run.status}`}
          maxLength={200}
          value={name}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {save.error !== null && <Failure what="It was not saved as a test" error={save.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
