import { Button, Group, Text, TextInput, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { ConfirmDialog } from './confirm.js';
import { Failure } from './failure.js';

interface ButtonProps {
  /** What sort of thing goes, such as "connection". */
  noun: string;
  /** Which of them, as the dialog names it. */
  name: string;
  /** How the removal stands. */
  removal: { isPending: boolean; error: Error | null };
  disabled?: boolean;
  /** Much depends on it: its name must be typed. */
  byName?: boolean;
  /** What goes with it and what stays, in one or two sentences. */
  children: ReactNode;
  onRemove(): void;
}

/** Removes something, after asking. */
export function RemoveButton(props: ButtonProps) {
  const { noun, name, removal, disabled = false, byName = false, children, onRemove } = props;
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState('');
  function ask() {
    setTyped('');
    setAsking(true);
  }

  return (
    <>
      <Button variant="default" disabled={disabled} onClick={ask}>
        Remove {noun}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={`Remove ${name}?`}
        verb="Remove"
        destructive
        busy={removal.isPending}
        disabled={byName && typed.trim() !== name}
        onClose={() => setAsking(false)}
        onConfirm={onRemove}
      >
        <Text size="sm" component="div">
          {children}
        </Text>
        {byName && (
          <TextInput
            label={`Type “${name}” to remove it`}
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
        {removal.error && <Failure what="Not removed" error={removal.error} />}
      </ConfirmDialog>
    </>
  );
}

/** The last section of a page: the end of what the page shows. `lead`: what that means, or what stands against it. */
export function Removal({ lead, ...button }: ButtonProps & { lead: string }) {
  return (
    <section aria-label="Remove">
      <Title order={2} mb="xs">
        Remove
      </Title>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {lead}
        </Text>
        <RemoveButton {...button} />
      </Group>
    </section>
  );
}
