import type { OpalApp } from '@castellan/api';
import { Group, Stack, Switch, Text } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useOpalApp, useRemoveOpalApp, useSaveOpalApp } from '../../api/opal-apps.js';
import { useWorkspace } from '../../api/workspace.js';
import { ConfirmDialog } from '../../ui/confirm.js';
import { CopyField } from '../../ui/copy-field.js';
import { Failure } from '../../ui/failure.js';
import { Page } from '../../ui/page.js';
import { PendingPage } from '../../ui/pending-page.js';
import { Removal } from '../../ui/removal.js';
import { AppCalls } from './app-calls.js';
import { AppCheck } from './app-check.js';
import { NamingForm } from './naming-form.js';
import { SecretForm } from './secret-form.js';
import { ServesForm } from './serves-form.js';

const route = getRouteApi('/w/$ws/opal-apps/$appId');

export function OpalAppPage() {
  const { id: ws } = useWorkspace();
  const { appId } = route.useParams();
  const app = useOpalApp(appId);
  const back = (
    <Link to="/w/$ws/connections" params={{ ws }} activeOptions={{ exact: true }}>
      Connections
    </Link>
  );
  if (app.error || !app.data) {
    return (
      <PendingPage narrow title="Opal custom app" back={back} what="The custom app cannot be read" error={app.error} />
    );
  }
  return (
    <Page title={app.data.name} back={back} lead="A custom app of Opal" actions={<Switched app={app.data} />}>
      <Stack gap="xl">
        <Group grow align="flex-start">
          <CopyField label="Base URL" value={app.data.url} />
          <CopyField label="Identifier" value={app.data.appId} />
        </Group>
        <ServesForm key={JSON.stringify(app.data.serves)} app={app.data} />
        <AppCheck app={app.data} />
        <AppCalls app={app.data} />
        <SecretForm app={app.data} />
        <NamingForm key={`${app.data.name} ${app.data.appId}`} app={app.data} />
        <AppRemoval app={app.data} />
      </Stack>
    </Page>
  );
}

/** Switching off asks first, since Opal can then neither read nor change anything. */
function Switched({ app }: { app: OpalApp }) {
  const { can } = useWorkspace();
  const save = useSaveOpalApp(app.id);
  const [asking, setAsking] = useState(false);
  const switchTo = (enabled: boolean) => save.mutate({ enabled }, { onSuccess: () => setAsking(false) });
  return (
    <>
      <Switch
        label="Answers Opal"
        checked={app.enabled}
        disabled={!can('connection:write') || save.isPending}
        onChange={(event) => (event.currentTarget.checked ? switchTo(true) : setAsking(true))}
      />
      <ConfirmDialog
        opened={asking}
        title={`Switch ${app.name} off?`}
        verb="Switch off"
        busy={save.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => switchTo(false)}
      >
        <Text size="sm">
          Opal is told that the app does not answer: what people are given or lose there does not reach the system until
          it is switched on again.
        </Text>
        {save.error && <Failure what="Not switched off" error={save.error} />}
      </ConfirmDialog>
    </>
  );
}

function AppRemoval({ app }: { app: OpalApp }) {
  const { id: ws, can } = useWorkspace();
  const navigate = useNavigate();
  const remove = useRemoveOpalApp();
  const onSuccess = () => void navigate({ to: '/w/$ws/connections', params: { ws } });
  if (!can('connection:write')) return null;
  return (
    <Removal
      noun="custom app"
      name={app.name}
      lead="Opal finds nothing at the address any more. Flows and runs stay."
      removal={remove}
      onRemove={() => remove.mutate(app.id, { onSuccess })}
    >
      Its address and secret are gone for good. In Opal, and in the system behind it, nothing changes.
    </Removal>
  );
}
