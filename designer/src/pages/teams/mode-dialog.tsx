import type { DifferenceLine, Resource, ResourceMode } from '@castellan/api';
import { Button, Group, Loader, Modal, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useDetach, useDifference, useSetResource } from '../../api/teams.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { Failure } from '../../ui/failure.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { differenceWords, lineWords, modeWords } from './team-words.js';

interface Props {
  group: { id: string; name: string };
  /** Its row, where it has one. */
  resourceId: string | null;
  team: Resource['team'];
  canPush: boolean;
  mode: ResourceMode;
  onClose(): void;
}

const modes: ResourceMode[] = ['pull', 'push', 'paused'];

/** Whether a group is pulled, pushed or paused; before it is pushed, who would be added and removed. */
export function ModeDialog({ group, resourceId, team, canPush, mode, onClose }: Props) {
  const set = useSetResource();
  const detach = useDetach();
  const [chosen, setChosen] = useState(mode);
  const difference = useDifference(chosen === 'push' ? group.id : null, team?.id ?? null);
  const isPushed = chosen === 'push';
  const cannot = team === null ? 'Tie it to a team first.' : canPush ? null : 'This system is only read.';
  const error = set.error ?? detach.error;
  function change() {
    // A group without a team that is pulled is as all groups are.
    if (chosen === 'pull' && team === null && resourceId) detach.mutate(resourceId, { onSuccess: onClose });
    else set.mutate({ group: group.id, mode: chosen, teamId: team?.id ?? null }, { onSuccess: onClose });
  }

  return (
    <Modal opened onClose={onClose} title={`Mode of ${group.name}`} size="lg">
      <Stack gap="md">
        <Radio.Group label="What is done with it" value={chosen} onChange={(value) => setChosen(value as ResourceMode)}>
          <Stack gap="xs" mt="xs">
            {modes.map((one) => (
              <Radio
                key={one}
                value={one}
                label={modeWords[one].word}
                description={(one === 'push' && cannot) || modeWords[one].help}
                disabled={one === 'push' && cannot !== null}
              />
            ))}
          </Stack>
        </Radio.Group>
        {isPushed && difference.error && <Failure what="The difference cannot be read" error={difference.error} />}
        {isPushed && difference.isPending && team !== null && <Loader size="sm" aria-label="Comparing" />}
        {isPushed && difference.data && (
          <section aria-label="What the push would do">
            <Text size="sm" mb="xs" role="status">
              {differenceWords(difference.data.counts)}
            </Text>
            <DataTable
              label="What the push would do"
              columns={columns}
              rows={difference.data.items}
              rowKey={({ what, email }) => `${what} ${email}`}
              empty={
                <Text size="sm" c="dimmed" p="md">
                  The group is as the team is. Nothing is written now.
                </Text>
              }
            />
          </section>
        )}
        {mode === 'push' && !isPushed && (
          <Text size="sm" role="status">
            A push that is writing it is cancelled; what it was to write to other groups follows in the next one. What
            was written stays.
          </Text>
        )}
        {error && <Failure what="Not changed" error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button
            loading={set.isPending || detach.isPending}
            disabled={chosen === mode || (isPushed && !difference.data)}
            onClick={change}
          >
            {isPushed ? 'Push' : 'Change'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

const columns: Column<DifferenceLine>[] = [
  {
    key: 'person',
    title: 'Person',
    cell: ({ displayName, email }) => (
      <>
        <Text size="sm">{displayName ?? email}</Text>
        {displayName && (
          <Text size="xs" c="dimmed" className="break-anywhere">
            {email}
          </Text>
        )}
      </>
    ),
  },
  { key: 'what', title: 'What happens', width: 220, cell: ({ what }) => <StatusBadge plain {...lineWords[what]} /> },
];
