import type { OpalApp } from '@castellan/api';
import { Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useCreateOpalApp } from '../../api/opal-apps.js';
import { Failure } from '../../ui/failure.js';

interface Props {
  onMade(app: OpalApp): void;
  /** Beside the button that makes it. */
  actions?: ReactNode;
}

/** What Opal and this server have to agree on. */
export function NewAppForm({ onMade, actions }: Props) {
  const create = useCreateOpalApp();
  const [given, setGiven] = useState({ name: '', appId: '', signingSecret: '' });

  function submit(event: FormEvent) {
    event.preventDefault();
    create.mutate(given, { onSuccess: onMade });
  }

  return (
    <form onSubmit={submit} aria-label="New Opal custom app" noValidate>
      <Stack>
        <Text size="sm" c="dimmed">
          In Opal, open Inventory → Add → Custom → Custom App, choose “Use custom app connector”, enter an identifier
          and generate a signing secret. The base URL is shown here when the app is made.
        </Text>
        {create.error && <Failure what="Not made" error={create.error} />}
        <TextInput
          label="Name"
          value={given.name}
          onChange={(event) => setGiven({ ...given, name: event.currentTarget.value })}
          maxLength={120}
          withAsterisk
        />
        <TextInput
          label="Identifier"
          description="As it is entered in Opal; Opal sends it with each call as app_id."
          value={given.appId}
          onChange={(event) => setGiven({ ...given, appId: event.currentTarget.value })}
          maxLength={200}
          withAsterisk
        />
        <PasswordInput
          label="Signing secret"
          description="The one that Opal generated."
          autoComplete="off"
          value={given.signingSecret}
          onChange={(event) => setGiven({ ...given, signingSecret: event.currentTarget.value })}
          withAsterisk
        />
        <Group>
          <Button type="submit" loading={create.isPending}>
            Make custom app
          </Button>
          {actions}
        </Group>
      </Stack>
    </form>
  );
}
