import type { Team } from '@castellan/api';
import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useGroups } from '../../api/directory.js';
import { useIntegrations } from '../../api/integrations.js';
import { useSetResource } from '../../api/teams.js';
import { Failure } from '../../ui/failure.js';

/** Ties a group of a system to a team. It is pulled at first: nothing is written. */
export function TieGroup({ team, onClose }: { team: Team; onClose(): void }) {
  const set = useSetResource();
  const integrations = useIntegrations();
  const [integration, setIntegration] = useState<string | null>(null);
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed.trim(), 250);
  const [group, setGroup] = useState<string | null>(null);
  const groups = useGroups({ ...(integration === null ? {} : { integration }), ...(q === '' ? {} : { q }) });
  const choices = (groups.data ?? []).map(({ id, displayName, email, externalId }) => ({
    value: id,
    label: [displayName ?? externalId, email].filter(Boolean).join(', '),
  }));
  const withGroups = integrations.data?.items.filter(({ hasGroups }) => hasGroups) ?? [];
  return (
    <Modal opened onClose={onClose} title={`Tie a group to ${team.name}`}>
      <Stack gap="md">
        <Select
          label="Integration"
          data={withGroups.map(({ id, name }) => ({ value: id, label: name }))}
          value={integration}
          onChange={(value) => {
            setIntegration(value);
            setGroup(null);
          }}
        />
        <Select
          label="Group"
          description="Type a part of its name or address"
          data={choices}
          value={group}
          searchable
          disabled={integration === null}
          onSearchChange={setTyped}
          nothingFoundMessage="No group has this in its name"
          onChange={setGroup}
        />
        <Text size="sm" c="dimmed">
          It is pulled at first: the system says who is in it, and you see how it differs from the team.
        </Text>
        {groups.error && <Failure what="The groups cannot be read" error={groups.error} />}
        {set.error && <Failure what="Not tied" error={set.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button
            loading={set.isPending}
            disabled={group === null}
            onClick={() => group && set.mutate({ group, mode: 'pull', teamId: team.id }, { onSuccess: onClose })}
          >
            Tie
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
