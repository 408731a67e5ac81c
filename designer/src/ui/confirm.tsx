import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  opened: boolean;
  title: string;
  /** What will happen, in one or two sentences, and an error panel when it did not. */
  children: ReactNode;
  /** The verb of the button. */
  verb: string;
  /** It takes something away. */
  destructive?: boolean;
  busy?: boolean;
  disabled?: boolean;
  onConfirm(): void;
  onClose(): void;
}

/** Asks before something that cannot be taken back easily. */
export function ConfirmDialog(props: Props) {
  const { opened, title, children, verb, destructive = false, busy = false, disabled = false } = props;
  return (
    <Modal opened={opened} onClose={props.onClose} title={title}>
      <Stack gap="md">
        {children}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={props.onClose} data-autofocus>
            Keep
          </Button>
          <Button
            color={destructive ? 'red.8' : undefined}
            loading={busy}
            disabled={disabled}
            onClick={props.onConfirm}
          >
            {verb}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
