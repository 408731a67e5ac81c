import type { OpalApp } from '@castellan/api';
import { Button, Group, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useSaveOpalApp } from '../../api/opal-apps.js';
import { useWorkspace } from '../../api/workspace.js';
import { Failure } from '../../ui/failure.js';

/** What the app is called here, and what Opal calls it. */
export function NamingForm({ app }: { app: OpalApp }) {
  const { can } = useWorkspace();
  const save = useSaveOpalApp(app.id);
  const [given, setGiven] = useState({ name: app.name, appId: app.appId });
  if (!can('connection:write')) return null;

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(given);
  }

  return (
    <form onSubmit={submit} noValidate aria-label="Name and identifier">
      <Title order={2} mb="xs">
        Name and identifier
      </Title>
      {save.error && <Failure what="Not saved" error={save.error} />}
      <Group align="flex-end">
        <TextInput
          label="Name"
          value={given.name}
          onChange={(event) => setGiven({ ...given, name: event.currentTarget.value })}
          maxLength={120}
          w={260}
        />
        <TextInput
          label="Identifier, as in Opal"
          value={given.appId}
          onChange={(event) => setGiven({ ...given, appId: event.currentTarget.value })}
          maxLength={200}
          w={260}
        />
        <Button
          type="submit"
          variant="default"
          loading={save.isPending}
          disabled={given.name === app.name && given.appId === app.appId}
        >
          Save
        </Button>
      </Group>
    </form>
  );
}
