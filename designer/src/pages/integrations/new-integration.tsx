import type { DirectorySourceInfo } from '@castellan/api';
import { Button, Group, Stack, Text } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useConnection } from '../../api/connections.js';
import { useCreateIntegration } from '../../api/integrations.js';
import { useWorkspace } from '../../api/workspace.js';
import { Failure } from '../../ui/failure.js';
import { type IntegrationDraft, IntegrationForm } from './integration-form.js';

interface Props {
  source: DirectorySourceInfo;
  connectionId: string;
}

/** The last step: what is synced. Then the system is checked, and read for the first time. */
export function NewIntegration({ source, connectionId }: Props) {
  const { id: ws } = useWorkspace();
  const navigate = useNavigate();
  const connection = useConnection(connectionId);
  const create = useCreateIntegration();
  const [draft, setDraft] = useState<IntegrationDraft>({
    ...{ name: source.title, settings: {}, everyHours: 24 },
    ...{ disableGroupSync: false, filterExpr: null, primaryDirectory: false },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    create.mutate(
      { ...draft, connectionId },
      {
        onSuccess: ({ id }) =>
          void navigate({ to: '/w/$ws/integrations/$integrationId', params: { ws, integrationId: id } }),
      },
    );
  }

  if (connection.error) return <Failure what="The connection cannot be read" error={connection.error} />;
  return (
    <form onSubmit={submit} noValidate aria-label="What is synced">
      <Stack gap="lg">
        <Text size="sm" c="dimmed">
          By the connection{' '}
          <Link to="/w/$ws/connections/$connectionId" params={{ ws, connectionId }}>
            {connection.data?.name ?? '…'}
          </Link>
        </Text>
        <IntegrationForm source={source} connectionId={connectionId} draft={draft} onChange={setDraft} />
        {create.error && <Failure what="Not added" error={create.error} />}
        <Group justify="space-between">
          <Text size="sm" c="dimmed" maw={420}>
            {source.title} is only read: nothing is changed there. The first sync starts at once.
          </Text>
          <Button type="submit" loading={create.isPending} disabled={draft.name.trim() === ''}>
            Add integration
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
