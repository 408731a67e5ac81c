import type { OpalApp } from '@castellan/api';
import { Button, Group, PasswordInput, Text, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useSaveOpalApp } from '../../api/opal-apps.js';
import { useWorkspace } from '../../api/workspace.js';
import { Failure } from '../../ui/failure.js';

/** Replaces the signing secret in two steps, so that no call is refused meanwhile. */
export function SecretForm({ app }: { app: OpalApp }) {
  const { can } = useWorkspace();
  const save = useSaveOpalApp(app.id);
  const [secret, setSecret] = useState('');
  if (!can('connection:write')) return null;

  function submit(event: FormEvent) {
    event.preventDefault();
    const change = app.hasNextSecret ? { signingSecret: secret, nextSecret: null } : { nextSecret: secret };
    save.mutate(change, { onSuccess: () => setSecret('') });
  }

  return (
    <section aria-label="Signing secret">
      <Title order={2} mb="xs">
        Signing secret
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {app.hasNextSecret
          ? 'Two secrets are accepted. When Opal signs with the new one only, enter it once more: the old one is then refused.'
          : 'To replace it, enter the new one here first, then in Opal. Until then both are accepted.'}
      </Text>
      <form onSubmit={submit} noValidate>
        {save.error && <Failure what="Not saved" error={save.error} />}
        <Group align="flex-end">
          <PasswordInput
            label="New signing secret"
            autoComplete="off"
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value)}
            w={340}
          />
          <Button type="submit" variant="default" loading={save.isPending} disabled={secret === ''}>
            {app.hasNextSecret ? 'Accept only this one' : 'Accept this one, too'}
          </Button>
          {app.hasNextSecret && (
            <Button variant="default" onClick={() => save.mutate({ nextSecret: null })} loading={save.isPending}>
              Keep the old one
            </Button>
          )}
        </Group>
      </form>
    </section>
  );
}
