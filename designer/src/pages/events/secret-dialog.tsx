import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { CopyField } from '../../ui/copy-field.js';

/** The secret, this once. */
export function SecretDialog({ secret, onClose }: { secret: string | null; onClose(): void }) {
  return (
    <Modal
      opened={secret !== null}
      onClose={onClose}
      title="The secret of this subscription"
      closeOnClickOutside={false}
      size="lg"
    >
      <Stack>
        <Text size="sm">
          Enter it at the receiver, which tells by it that an event is ours (Standard Webhooks: webhook-id,
          webhook-timestamp, webhook-signature). It is not shown again.
        </Text>
        <CopyField label="Secret" value={secret ?? ''} />
        <Group justify="flex-end">
          <Button onClick={onClose}>I have it</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
