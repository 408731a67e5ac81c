import type { Resource } from '@castellan/api';
import { Button, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useDetach } from '../../api/teams.js';
import { useWorkspace } from '../../api/workspace.js';
import { systemName } from '../../systems/system-tile.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { count } from '../../ui/format.js';
import { RowRemoval } from '../../ui/row-removal.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { ModeDialog } from './mode-dialog.js';
import { differenceWords, modeWords } from './team-words.js';

interface Props {
  rows: Resource[] | undefined;
  /** On whose page it stands: that is not said again. */
  of: 'team' | 'integration';
}

/** Groups of systems with what is done with them, to change. */
export function ResourceTable({ rows, of }: Props) {
  const { can } = useWorkspace();
  const columns: Column<Resource>[] = [
    {
      key: 'group',
      title: 'Group',
      cell: (resource) => <GroupCell resource={resource} within={of === 'integration'} />,
    },
    ...(of === 'integration'
      ? [{ key: 'team', title: 'Team', cell: (resource: Resource) => <TeamCell resource={resource} /> }]
      : []),
    { key: 'mode', title: 'Mode', width: 110, cell: ({ mode }) => <StatusBadge plain {...badgeOf(mode)} /> },
    { key: 'difference', title: 'Against the team', cell: (resource) => <DifferenceCell resource={resource} /> },
    ...(can('integration:write')
      ? [
          {
            key: 'change',
            title: 'Change',
            titleHidden: true,
            width: 190,
            align: 'right' as const,
            cell: (resource: Resource) => <ChangeCell resource={resource} />,
          },
        ]
      : []),
  ];
  return (
    <DataTable
      label="Resources"
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      empty={
        <Text size="sm" c="dimmed" p="md">
          {of === 'team' ? 'The team is tied to no group of a system.' : 'No group is tied to a team. All are pulled.'}
        </Text>
      }
    />
  );
}

const badgeOf = (mode: Resource['mode']) => ({ look: modeWords[mode].look, word: modeWords[mode].word });

const nameOf = ({ group, team }: Resource): string =>
  group ? (group.displayName ?? group.email ?? 'A group without a name') : `Group of ${team?.name ?? 'a team'}`;

function GroupCell({ resource, within }: { resource: Resource; within: boolean }) {
  const { id: ws } = useWorkspace();
  const { group, integration } = resource;
  const members = group ? count(group.members, 'account') : 'Is made by the next push';
  return (
    <div>
      {nameOf(resource)}
      <Text size="xs" c="dimmed" className="break-anywhere">
        {group?.removedAt ? 'Gone from the system' : [group?.email, members].filter(Boolean).join(', ')}
      </Text>
      {!within && (
        <Text size="xs">
          <Link
            to="/w/$ws/integrations/$integrationId"
            params={{ ws, integrationId: integration.id }}
            search={{ tab: 'teams' }}
          >
            {integration.name}
          </Link>{' '}
          <Text span size="xs" c="dimmed">
            {systemName(integration.connector)}
          </Text>
        </Text>
      )}
    </div>
  );
}

function TeamCell({ resource: { team } }: { resource: Resource }) {
  const { id: ws } = useWorkspace();
  if (team === null) return '–';
  return (
    <Link to="/w/$ws/teams/$teamId" params={{ ws, teamId: team.id }}>
      {team.name}
    </Link>
  );
}

function DifferenceCell({ resource: { difference, problem } }: { resource: Resource }) {
  return (
    <>
      {difference === null ? '–' : differenceWords(difference)}
      {problem && (
        <Text size="xs" c="var(--state-failed)" className="break-anywhere">
          {problem}
        </Text>
      )}
    </>
  );
}

function ChangeCell({ resource }: { resource: Resource }) {
  const [isOpen, setOpen] = useState(false);
  const detach = useDetach();
  const name = nameOf(resource);
  const { group, team } = resource;
  return (
    <>
      {group && group.removedAt === null && (
        <Button variant="subtle" size="xs" aria-label={`Mode of ${name}`} onClick={() => setOpen(true)}>
          Mode
        </Button>
      )}
      <RowRemoval
        verb="Detach"
        failure="Not detached"
        name={name}
        title={`Detach ${name}?`}
        removal={detach}
        onRemove={({ onSuccess }) => detach.mutate(resource.id, { onSuccess })}
      >
        Nothing is written to it any more{team ? ` for ${team.name}` : ''}. In the system it stays with those who are in
        it, and is read as all groups are.
        {resource.mode === 'push' &&
          ' A push that is writing it is cancelled; what it was to write to other groups follows in the next one.'}
      </RowRemoval>
      {isOpen && group && (
        <ModeDialog
          group={{ id: group.id, name }}
          resourceId={resource.id}
          team={team}
          canPush={resource.integration.canPush}
          mode={resource.mode}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
