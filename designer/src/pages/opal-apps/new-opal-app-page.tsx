import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useCreateOpalApp } from '../../api/opal-apps.js';
import { useWorkspace } from '../../api/workspace.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Failure } from '../../ui/failure.js';
import { Page } from '../../ui/page.js';
import classes from '../connections/connections.module.css';

export function NewOpalAppPage() {
  const { id: ws, can } = useWorkspace();
  const navigate = useNavigate();
  const create = useCreateOpalApp();
  const [given, setGiven] = useState({ name: '', appId: '', signingSecret: '' });
  const back = (
    <Link to="/w/$ws/connections" params={{ ws }} activeOptions={{ exact: true }}>
      Connections
    </Link>
  );
  if (!can('connection:write')) {
    return (
      <Page narrow title="New Opal custom app" back={back}>
        <ErrorPanel what="Your role cannot make custom apps" next="Ask an administrator of the workspace." />
      </Page>
    );
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    create.mutate(given, {
      onSuccess: ({ id }) => void navigate({ to: '/w/$ws/opal-apps/$appId', params: { ws, appId: id } }),
    });
  }

  return (
    <Page narrow title="New Opal custom app" back={back}>
      <form onSubmit={submit} className={`card ${classes.sheet}`} noValidate>
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
          <div>
            <Button type="submit" loading={create.isPending}>
              Make custom app
            </Button>
          </div>
        </Stack>
      </form>
    </Page>
  );
}
