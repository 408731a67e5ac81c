import type { Team } from '@castellan/api';
import { Button, Group, Stack, Text } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useTeams } from '../../api/teams.js';
import { useWorkspace } from '../../api/workspace.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { ListDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Failure } from '../../ui/failure.js';
import { number } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { SearchField } from '../../ui/search-field.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { sourceWords } from './team-words.js';

const route = getRouteApi('/w/$ws/teams');

export function TeamsPage() {
  const { id: ws, can } = useWorkspace();
  const { q } = route.useSearch();
  const navigate = useNavigate();
  const list = useTeams(q);
  if (!can('directory:read')) {
    return (
      <Page title="Teams">
        <ErrorPanel what="Your role cannot see teams" next="Ask an administrator of the workspace." />
      </Page>
    );
  }
  const make = can('team:write') && (
    <Button
      leftSection={<Plus size={16} aria-hidden />}
      renderRoot={(props) => <Link {...props} to="/w/$ws/teams/new" params={{ ws }} />}
    >
      New team
    </Button>
  );
  return (
    <Page title="Teams" lead="Groups that live here, and are written to groups of the systems" actions={make}>
      <Stack>
        <Group role="search" aria-label="Filter teams">
          <SearchField
            label="Search teams"
            value={q ?? ''}
            onChange={(next) =>
              void navigate({ to: '/w/$ws/teams', params: { ws }, search: next ? { q: next } : {}, replace: true })
            }
          />
        </Group>
        {list.isLoadingError ? (
          <Failure what="The teams cannot be read" error={list.error} onRetry={() => void list.refetch()} />
        ) : (
          <DataTable
            label="Teams"
            columns={columns(ws)}
            rows={list.data}
            rowKey={({ id }) => id}
            onOpen={({ id }) => void navigate({ to: '/w/$ws/teams/$teamId', params: { ws, teamId: id } })}
            more={moreOf(list)}
            empty={
              <EmptyState drawing={<ListDrawing />} action={make}>
                {q
                  ? 'No team has this in its name.'
                  : 'There is no team yet. Its members are named by hand, or found by a rule in the directory.'}
              </EmptyState>
            }
          />
        )}
      </Stack>
    </Page>
  );
}

const columns = (ws: string): Column<Team>[] => [
  {
    key: 'name',
    title: 'Name',
    cell: ({ id, name, description }) => (
      <div>
        <Link to="/w/$ws/teams/$teamId" params={{ ws, teamId: id }}>
          {name}
        </Link>
        {description !== '' && (
          <Text size="xs" c="dimmed">
            {description}
          </Text>
        )}
      </div>
    ),
  },
  {
    key: 'source',
    title: 'Members come',
    width: 200,
    cell: (team) =>
      team.ruleState?.error ? <StatusBadge plain look="failed" word="The rule fails" /> : sourceWords(team),
  },
  { key: 'members', title: 'Members', width: 110, align: 'right', cell: ({ members }) => number(members) },
  { key: 'resources', title: 'Resources', width: 110, align: 'right', cell: ({ resources }) => number(resources) },
  { key: 'changed', title: 'Changed', cell: ({ updatedAt }) => <RelativeTime at={updatedAt} />, wideOnly: true },
];
