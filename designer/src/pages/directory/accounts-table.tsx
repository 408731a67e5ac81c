import { accountStatuses, accountTypes, type DirectoryAccountRow } from '@castellan/api';
import { Button, Group, Select, Stack, Text, UnstyledButton } from '@mantine/core';
import { X } from 'lucide-react';
import { useAccounts, useGroup } from '../../api/directory.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { ListDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { SearchField } from '../../ui/search-field.js';
import { AccountDrawer } from './account-drawer.js';
import { AccountStatus } from './account-status.js';
import { GoneFilter, IntegrationFilter } from './record-filters.js';
import { accountStates, accountTypeWords, mfaWords, nameOf } from './record-words.js';
import { accountFilter, type RecordsProps } from './records-view.js';

/** Accounts, filtered as the address says; one opens in a drawer. */
export function AccountsTable({ view, onChange, within = false }: RecordsProps) {
  const filter = accountFilter(view);
  const list = useAccounts(filter);
  const isFiltered = Object.keys(filter).some((name) => name !== 'integration' || !within);
  const columns: Column<DirectoryAccountRow>[] = [
    {
      key: 'name',
      title: 'Account',
      cell: (row) => (
        <div>
          <UnstyledButton fz="sm" c="var(--mantine-color-anchor)" onClick={() => onChange({ account: row.id })}>
            {nameOf(row)}
          </UnstyledButton>
          <Text size="xs" c="dimmed" className="break-anywhere">
            {row.email ?? row.externalId}
          </Text>
        </div>
      ),
    },
    { key: 'status', title: 'Status', width: 130, cell: (row) => <AccountStatus account={row} /> },
    ...(within ? [] : [{ key: 'in', title: 'Integration', cell: (row: DirectoryAccountRow) => row.integration.name }]),
    {
      key: 'work',
      title: 'Work',
      cell: ({ jobTitle, department }) => (
        <>
          {jobTitle ?? '–'}
          {department && (
            <Text size="xs" c="dimmed">
              {department}
            </Text>
          )}
        </>
      ),
      wideOnly: true,
    },
    { key: 'mfa', title: 'Second factor', width: 130, cell: ({ mfaState }) => mfaWords[mfaState], wideOnly: true },
    { key: 'login', title: 'Signed in', cell: ({ lastLoginAt }) => <RelativeTime at={lastLoginAt} />, wideOnly: true },
  ];
  return (
    <Stack>
      <Group gap="sm" role="search" aria-label="Filter accounts">
        <SearchField
          label="Search accounts"
          hint="Part of a name, an address or an id"
          value={view.q ?? ''}
          onChange={(q) => onChange({ q: q || undefined })}
        />
        {view.group !== undefined && <GroupFilter id={view.group} onClear={() => onChange({ group: undefined })} />}
        {!within && <IntegrationFilter view={view} onChange={onChange} />}
        <Select
          aria-label="Status"
          placeholder="Any status"
          data={accountStatuses.map((value) => ({ value, label: accountStates[value].word }))}
          value={view.status ?? null}
          onChange={(status) => onChange({ status: (status as typeof view.status) ?? undefined })}
          clearable
          w={150}
        />
        <Select
          aria-label="Kind"
          placeholder="Any kind"
          data={accountTypes.map((value) => ({ value, label: accountTypeWords[value] }))}
          value={view.type ?? null}
          onChange={(type) => onChange({ type: (type as typeof view.type) ?? undefined })}
          clearable
          w={130}
        />
        <GoneFilter view={view} onChange={onChange} />
      </Group>
      {list.isLoadingError ? (
        <Failure what="The accounts cannot be read" error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label="Accounts"
          columns={columns}
          rows={list.data}
          rowKey={({ id }) => id}
          onOpen={({ id }) => onChange({ account: id })}
          more={moreOf(list)}
          empty={
            <EmptyState drawing={<ListDrawing />}>
              {isFiltered ? 'No account fits these filters.' : 'There are no accounts: nothing has been read yet.'}
            </EmptyState>
          }
        />
      )}
      {view.account !== undefined && (
        <AccountDrawer key={view.account} id={view.account} onClose={() => onChange({ account: undefined })} />
      )}
    </Stack>
  );
}

function GroupFilter({ id, onClear }: { id: string; onClear(): void }) {
  const group = useGroup(id).data;
  const name = group ? nameOf(group) : 'this group';
  return (
    <Button
      variant="light"
      rightSection={<X size={14} aria-hidden />}
      aria-label={`In ${name}: show accounts of all groups`}
      onClick={onClear}
    >
      In {name}
    </Button>
  );
}
