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
  if (!can('connection:write')) return null;
  return (
    <section aria-label="Signing secret">
      <Title order={2} mb="xs">
        Signing secret
      </Title>
      {save.error && <Failure what="Not saved" error={save.error} />}
      {app.hasNextSecret ? (
        <>
          <Text size="sm" c="dimmed" mb="sm">
            The old one and the new one are accepted. When Opal signs with the new one, the old one can go.
          </Text>
          <Group>
            <Button loading={save.isPending} onClick={() => save.mutate({ onlyNext: true })}>
              Accept only the new one
            </Button>
            <Button variant="default" loading={save.isPending} onClick={() => save.mutate({ nextSecret: null })}>
              Forget the new one
            </Button>
          </Group>
        </>
      ) : (
        <NewSecret busy={save.isPending} onGiven={(nextSecret) => save.mutate({ nextSecret })} />
      )}
    </section>
  );
}

function NewSecret({ busy, onGiven }: { busy: boolean; onGiven(secret: string): void }) {
  const [secret, setSecret] = useState('');

  function submit(event: FormEvent) {
    event.preventDefault();
    onGiven(secret);
  }

  return (
    <form onSubmit={submit} noValidate>
      <Text size="sm" c="dimmed" mb="sm">
        It is never shown. To replace it, generate a new one in Opal and enter it here: until you say otherwise, both
        are accepted.
      </Text>
      <Group align="flex-end">
        <PasswordInput
          label="New signing secret"
          autoComplete="off"
          value={secret}
          onChange={(event) => setSecret(event.currentTarget.value)}
          w={340}
        />
        <Button type="submit" variant="default" loading={busy} disabled={secret === ''}>
          Accept this one, too
        </Button>
      </Group>
    </form>
  );
}
