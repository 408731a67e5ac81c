import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { useAudit, useVerifyAudit } from '../../api/people.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { detailsColumn } from '../../ui/details-column.js';
import { DifferenceTable } from '../../ui/difference-table.js';
import { ListDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Failure } from '../../ui/failure.js';
import { count } from '../../ui/format.js';
import { Notice } from '../../ui/notice.js';
import { Page } from '../../ui/page.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { useNow } from '../../ui/use-now.js';
import { startOf, times } from '../runs/run-filter.js';

const route = getRouteApi('/w/$ws/audit');

type AuditRow = NonNullable<ReturnType<typeof useAudit>['data']>[number];

export function AuditPage() {
  const { actor, action, object, time = 'all' } = route.useSearch();
  const now = useNow();
  const list = useAudit({ actor, action, object, from: startOf(time, now) });
  const [opened, setOpened] = useState<number>();
  const toggle = ({ seq }: AuditRow) => setOpened(seq === opened ? undefined : seq);
  const columns: Column<AuditRow>[] = [
    detailsColumn({
      title: 'Changes',
      label: ({ seq }) => `Changes of entry ${seq}`,
      isOpen: ({ seq }) => seq === opened,
      onToggle: toggle,
    }),
    { key: 'who', title: 'Who', cell: (row) => row.actor },
    { key: 'action', title: 'Did', cell: (row) => row.action },
    {
      key: 'object',
      title: 'To what',
      cell: (row) => (
        <Text size="sm" className="break-anywhere">
          {row.objectName ?? row.objectId}{' '}
          <Text span size="xs" c="dimmed">
            {row.objectType}
          </Text>
        </Text>
      ),
    },
    { key: 'when', title: 'When', cell: (row) => <RelativeTime at={row.at} /> },
  ];
  return (
    <Page title="Audit" lead="Every change and decision, each bound to the one before" actions={<VerifyButton />}>
      <Stack>
        <Filters />
        {list.isLoadingError ? (
          <Failure what="The audit cannot be read" error={list.error} onRetry={() => void list.refetch()} />
        ) : (
          <DataTable
            label="Audit"
            columns={columns}
            rows={list.data}
            rowKey={(row) => String(row.seq)}
            onOpen={toggle}
            below={(row) => row.seq === opened && <DifferenceTable before={row.before} after={row.after} />}
            more={moreOf(list)}
            empty={<EmptyState drawing={<ListDrawing />}>No entry fits these filters.</EmptyState>}
          />
        )}
      </Stack>
    </Page>
  );
}

const fields = [
  { name: 'actor', label: 'Who' },
  { name: 'action', label: 'Action' },
  { name: 'object', label: 'To what' },
] as const;

function Filters() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = useDebouncedCallback(
    (part: Partial<typeof search>) => void navigate({ search: (now) => ({ ...now, ...part }), replace: true }),
    250,
  );
  return (
    <Group gap="sm" role="search" aria-label="Filter the audit">
      {fields.map(({ name, label }) => (
        <TextInput
          key={name}
          aria-label={label}
          placeholder={label}
          defaultValue={search[name] ?? ''}
          onChange={(event) => change({ [name]: event.currentTarget.value.trim() || undefined })}
          w={180}
        />
      ))}
      <Select
        aria-label="Time"
        data={times.filter(({ value }) => value !== '1h')}
        value={search.time ?? 'all'}
        onChange={(time) => change({ time: time && time !== 'all' ? (time as typeof search.time) : undefined })}
        allowDeselect={false}
        w={160}
      />
    </Group>
  );
}

/** Checks that no entry was changed or taken out since it was written. */
function VerifyButton() {
  const verify = useVerifyAudit();
  return (
    <Stack gap="xs" align="flex-end">
      <Button
        variant="default"
        leftSection={<ShieldCheck size={16} aria-hidden />}
        loading={verify.isPending}
        onClick={() => verify.mutate(undefined)}
      >
        Verify
      </Button>
      {verify.error && <Failure what="Not verified" error={verify.error} />}
      {verify.data?.intact && (
        <Notice look="succeeded" title={`Intact: ${count(verify.data.rows, 'entry', 'entries')} checked`} />
      )}
      {verify.data && !verify.data.intact && (
        <ErrorPanel
          what={`Broken at entry ${verify.data.brokenAt}`}
          why="An entry was changed or removed outside Castellan."
          next="Compare with a backup, and find out who can write to the database."
        />
      )}
    </Stack>
  );
}
