import type { ProtectedIdentity } from '@castellan/api';
import { Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { useProtected, useRemoveProtected } from '../../api/protected.js';
import { useWorkspace } from '../../api/workspace.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { ListDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { RowRemoval } from '../../ui/row-removal.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { ProtectedForm } from './protected-form.js';

/** Whom no flow changes by itself: the list, what catches an address, and the form of an entry. */
export function ProtectedPanel() {
  const { can } = useWorkspace();
  const [editing, setEditing] = useState<ProtectedIdentity | 'new' | null>(null);
  return (
    <Stack gap="md">
      <div>
        <Title order={2} mb="xs">
          Protected
        </Title>
        <Text size="sm" maw={720}>
          A step that would revoke, delete or disable somebody on this list is not sent. The run waits until an
          administrator lets that one through, and fails with E_PROTECTED if the administrator refuses. Break-glass
          accounts are refused at once, and nobody lets them through.
        </Text>
      </div>
      {editing === null ? (
        <Entries onEdit={setEditing} />
      ) : (
        <ProtectedForm
          key={editing === 'new' ? 'new' : editing.id}
          entry={editing === 'new' ? null : editing}
          onDone={() => setEditing(null)}
        />
      )}
      {editing === null && can('workspace:write') && (
        <Group>
          <Button leftSection={<ShieldCheck size={16} aria-hidden />} onClick={() => setEditing('new')}>
            Protect somebody
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function Entries({ onEdit }: { onEdit(entry: ProtectedIdentity): void }) {
  const { can } = useWorkspace();
  const [of, setOf] = useState('');
  const [settled] = useDebouncedValue(of.trim(), 250);
  const list = useProtected(settled || undefined);
  const columns: Column<ProtectedIdentity>[] = [
    {
      key: 'name',
      title: 'Who',
      cell: (row) => (
        <div>
          <Text size="sm" fw={500}>
            {row.name}
          </Text>
          <Text size="xs" c="dimmed" className="break-anywhere">
            {[...row.addresses, ...row.patterns, ...row.ids.map(({ connector, id }) => `${connector}: ${id}`)].join(
              ', ',
            )}
          </Text>
        </div>
      ),
    },
    { key: 'reason', title: 'Why', cell: (row) => <Text size="sm">{row.reason}</Text> },
    {
      key: 'kind',
      title: 'A change',
      cell: (row) =>
        row.breakGlass ? (
          <StatusBadge look="failed" word="Never (break-glass)" plain />
        ) : (
          <StatusBadge look="waiting" word="Asks an administrator" plain />
        ),
    },
    {
      key: 'added',
      title: 'Added',
      cell: (row) => (
        <Text size="sm">
          {row.addedBy}, <RelativeTime at={row.addedAt} />
        </Text>
      ),
      wideOnly: true,
    },
    {
      key: 'actions',
      title: 'Actions',
      titleHidden: true,
      cell: (row) =>
        can('workspace:write') && (
          <Group gap={4} wrap="nowrap" justify="flex-end">
            <Button
              variant="subtle"
              color="gray"
              size="xs"
              aria-label={`Change ${row.name}`}
              onClick={() => onEdit(row)}
            >
              Change
            </Button>
            <RemoveButton entry={row} />
          </Group>
        ),
    },
  ];
  if (list.isLoadingError) {
    return <Failure what="The list cannot be read" error={list.error} onRetry={() => void list.refetch()} />;
  }
  return (
    <>
      <TextInput
        label="Try an address or an id"
        description="Shows only the entries that would catch it"
        value={of}
        onChange={(event) => setOf(event.currentTarget.value)}
        maxLength={320}
        maw={360}
      />
      <DataTable
        label="Protected"
        columns={columns}
        rows={list.data?.items}
        rowKey={(row) => row.id}
        empty={
          <EmptyState drawing={<ListDrawing />}>
            {settled === '' ? 'Nobody is protected yet.' : 'No entry catches this: a flow may change it.'}
          </EmptyState>
        }
      />
    </>
  );
}

function RemoveButton({ entry }: { entry: ProtectedIdentity }) {
  const remove = useRemoveProtected();
  return (
    <RowRemoval
      verb="Remove"
      failure="Not removed"
      name={entry.name}
      title={`Protect ${entry.name} no longer?`}
      removal={remove}
      onRemove={(closing) => remove.mutate(entry.id, closing)}
    >
      Flows may change them from then on. The audit keeps who removed the entry.
    </RowRemoval>
  );
}
