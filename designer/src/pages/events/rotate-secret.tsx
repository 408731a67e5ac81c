import type { EmittedEventSubscription } from '@castellan/api';
import { Button, Group, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useRotateSecret } from '../../api/events.js';
import { useWorkspace } from '../../api/workspace.js';
import { ConfirmDialog } from '../../ui/confirm.js';
import { Failure } from '../../ui/failure.js';
import { exactTime } from '../../ui/format.js';
import { SecretDialog } from './secret-dialog.js';

/** Replaces the secret, with a day in which either will do. */
export function RotateSecret({ subscription }: { subscription: EmittedEventSubscription }) {
  const { can } = useWorkspace();
  const rotate = useRotateSecret();
  const [asking, setAsking] = useState(false);
  const { previousSecretUntil } = subscription;
  if (!can('connection:write')) return null;
  return (
    <section aria-label="Secret">
      <Title order={2} mb="xs">
        Secret
      </Title>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {previousSecretUntil === null
            ? 'It signs each event (Standard Webhooks) and was shown once.'
            : `It was replaced: the one before signs as well until ${exactTime(previousSecretUntil)}.`}
        </Text>
        <Button variant="default" onClick={() => setAsking(true)}>
          Make a new secret
        </Button>
      </Group>
      <ConfirmDialog
        opened={asking}
        title="Make a new secret?"
        verb="Make a new secret"
        busy={rotate.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => rotate.mutate(subscription.id, { onSuccess: () => setAsking(false) })}
      >
        <Text size="sm">
          For 24 hours each event is signed by both, so that the receiver can change over. One that was replaced before
          does not sign any more.
        </Text>
        {rotate.error && <Failure what="Not replaced" error={rotate.error} />}
      </ConfirmDialog>
      <SecretDialog secret={rotate.data?.secret ?? null} onClose={() => rotate.reset()} />
    </section>
  );
}
