import type { DirectoryGroupRow } from '@castellan/api';
import { Button, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useResources } from '../../api/teams.js';
import { useWorkspace } from '../../api/workspace.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { nameOf } from '../directory/record-words.js';
import { ModeDialog } from './mode-dialog.js';
import { modeWords } from './team-words.js';

/** Whether a group is pulled, pushed or paused, and the team that it is tied to. */
export function GroupMode({ group }: { group: DirectoryGroupRow }) {
  const { id: ws, can } = useWorkspace();
  const [isOpen, setOpen] = useState(false);
  const resources = useResources({ integration: group.integration.id });
  const resource = resources.data?.items.find((one) => one.group?.id === group.id);
  const { mode = 'pull', team = null } = resource ?? {};
  const { look, word } = modeWords[mode];
  return (
    <Group gap="xs">
      <StatusBadge plain look={look} word={word} />
      {team && (
        <Link to="/w/$ws/teams/$teamId" params={{ ws, teamId: team.id }}>
          {team.name}
        </Link>
      )}
      {can('integration:write') && group.removedAt === null && resources.data && (
        <Button variant="subtle" size="compact-xs" onClick={() => setOpen(true)}>
          Change
        </Button>
      )}
      {isOpen && (
        <ModeDialog
          group={{ id: group.id, name: nameOf(group) }}
          resourceId={resource?.id ?? null}
          team={team}
          canPush={resource?.integration.canPush ?? false}
          mode={mode}
          onClose={() => setOpen(false)}
        />
      )}
    </Group>
  );
}
