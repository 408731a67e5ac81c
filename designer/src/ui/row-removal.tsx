import { Button, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { ConfirmDialog } from './confirm.js';
import { Failure } from './failure.js';

interface Props {
  /** What is done to the row, such as "Revoke", and how it is told that it was not, such as "Not revoked". */
  verb: string;
  failure: string;
  /** The row, as it is read out with the verb. */
  name: string;
  /** What is asked. */
  title: string;
  /** How the removal stands. */
  removal: { isPending: boolean; error: Error | null };
  /** What goes with it, in one or two sentences. */
  children: ReactNode;
  onRemove(closing: { onSuccess(): void }): void;
}

/** The button in a row of a list that takes the row away, after asking. */
export function RowRemoval({ verb, failure, name, title, removal, children, onRemove }: Props) {
  const [asking, setAsking] = useState(false);
  const close = () => setAsking(false);
  return (
    <>
      <Button variant="subtle" color="gray" size="xs" aria-label={`${verb} ${name}`} onClick={() => setAsking(true)}>
        {verb}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={title}
        verb={verb}
        destructive
        busy={removal.isPending}
        onClose={close}
        onConfirm={() => onRemove({ onSuccess: close })}
      >
        <Text size="sm">{children}</Text>
        {removal.error && <Failure what={failure} error={removal.error} />}
      </ConfirmDialog>
    </>
  );
}
