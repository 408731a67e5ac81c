import type { Person } from '@castellan/api';
import { Button, Group, Stack, Text } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { usePeople } from '../../api/directory.js';
import { useWorkspace } from '../../api/workspace.js';
import { SystemTiles } from '../../systems/system-tile.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { ListDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { SearchField } from '../../ui/search-field.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { accountStates } from '../directory/record-words.js';

const route = getRouteApi('/w/$ws/people');

/** People: one for each e-mail address, over all systems. */
export function PeopleList() {
  const { id: ws } = useWorkspace();
  const { q, department } = route.useSearch();
  const navigate = useNavigate();
  const show = route.useNavigate();
  const change = (part: { q?: string | undefined; department?: string | undefined }) =>
    void show({ search: (now) => ({ ...now, ...part }), replace: true });
  const list = usePeople({ ...(q === undefined ? {} : { q }), ...(department === undefined ? {} : { department }) });
  const columns: Column<Person>[] = [
    {
      key: 'name',
      title: 'Name',
      cell: ({ key, displayName }) => (
        <>
          <Link to="/w/$ws/people/$personKey" params={{ ws, personKey: key }}>
            {displayName ?? key}
          </Link>
          <Text size="xs" c="dimmed" className="break-anywhere">
            {key}
          </Text>
        </>
      ),
    },
    {
      key: 'status',
      title: 'Status',
      width: 130,
      cell: ({ status }) => <StatusBadge plain {...accountStates[status]} />,
    },
    { key: 'job', title: 'Job title', cell: ({ jobTitle }) => jobTitle ?? '–', wideOnly: true },
    {
      key: 'department',
      title: 'Department',
      cell: (row) =>
        row.department === null ? (
          '–'
        ) : (
          <Link
            to="/w/$ws/people"
            params={{ ws }}
            search={{ department: row.department }}
            title={`Everybody of ${row.department}`}
          >
            {row.department}
          </Link>
        ),
      wideOnly: true,
    },
    { key: 'location', title: 'Location', cell: ({ location }) => location ?? '–', wideOnly: true },
    {
      key: 'systems',
      title: 'Accounts in',
      width: 150,
      cell: ({ accounts }) => (
        <SystemTiles ids={[...new Set(accounts.map(({ integration }) => integration.connector))]} />
      ),
    },
  ];
  const isFiltered = q !== undefined || department !== undefined;
  return (
    <Stack>
      <Group gap="sm" role="search" aria-label="Filter people">
        <SearchField
          label="Search people"
          hint="Part of a name, an address or an id"
          value={q ?? ''}
          onChange={(next) => change({ q: next || undefined })}
        />
        {department !== undefined && (
          <Button
            variant="light"
            rightSection={<X size={14} aria-hidden />}
            aria-label={`Department ${department}: show people of all departments`}
            onClick={() => change({ department: undefined })}
          >
            {department}
          </Button>
        )}
      </Group>
      {list.isLoadingError ? (
        <Failure what="The people cannot be read" error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label="People"
          columns={columns}
          rows={list.data}
          rowKey={({ key }) => key}
          onOpen={({ key }) => void navigate({ to: '/w/$ws/people/$personKey', params: { ws, personKey: key } })}
          more={moreOf(list)}
          empty={<NoPeople filtered={isFiltered} />}
        />
      )}
    </Stack>
  );
}

function NoPeople({ filtered }: { filtered: boolean }) {
  const { id: ws } = useWorkspace();
  if (filtered) return <EmptyState drawing={<ListDrawing />}>Nobody fits these filters.</EmptyState>;
  return (
    <EmptyState
      drawing={<ListDrawing />}
      action={
        <Button renderRoot={(props) => <Link {...props} to="/w/$ws/integrations" params={{ ws }} />}>
          Open integrations
        </Button>
      }
    >
      Nobody is known yet. People come from the systems that integrations read.
    </EmptyState>
  );
}
