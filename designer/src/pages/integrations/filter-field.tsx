import { type FilteredRecord, integrationLimits } from '@castellan/api';
import { Code, Group, Loader, Stack, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useFilterPreview } from '../../api/integrations.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { detailsColumn } from '../../ui/details-column.js';
import { Failure } from '../../ui/failure.js';
import { count, words } from '../../ui/format.js';
import { JsonView } from '../../ui/json-view.js';
import { StatusBadge } from '../../ui/status-badge.js';

interface Props {
  /** What is read, besides the filter. */
  from: { connectionId: string; settings: Record<string, unknown>; disableGroupSync: boolean };
  /** Null: everything is taken. */
  value: string | null;
  disabled?: boolean;
  onChange(value: string | null): void;
}

/** How the server begins a sentence on what is wrong with the filter. */
const place = '/filterExpr:';

/** Records that are shown at first, and more on request. */
const shownAtFirst = 8;

/** The filter in CEL, and under it what it makes of records that the system gives now. */
export function FilterField({ from, value, disabled = false, onChange }: Props) {
  const filterExpr = value?.trim() || null;
  const [settled] = useDebouncedValue(JSON.stringify({ ...from, filterExpr }), 500);
  const preview = useFilterPreview(JSON.parse(settled), !disabled);
  const { error } = preview;
  // What is wrong with the filter is said at the field.
  const wrong = error?.message.startsWith(place) ? error.message.slice(place.length).trim() : undefined;
  return (
    <Stack gap="xs">
      <Textarea
        label="Only take"
        description={
          <>
            An expression in CEL over each record: <Code>kind</Code> (account, group or membership),{' '}
            <Code>resource</Code> (its id; of a membership the group’s) and <Code>payload</Code> (the record as the
            system gives it). Empty: everything is taken.
          </>
        }
        placeholder="kind != 'account' || payload.orgUnitPath.startsWith('/Engineering')"
        value={value ?? ''}
        disabled={disabled}
        error={wrong}
        onChange={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}
        autosize
        minRows={2}
        maxLength={integrationLimits.filterLength}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
      {error && wrong === undefined && (
        <Failure what="The records cannot be read" error={error} onRetry={() => void preview.refetch()} />
      )}
      {!disabled && !error && <Preview items={preview.data?.items} busy={preview.isFetching} />}
    </Stack>
  );
}

function Preview({ items, busy }: { items: FilteredRecord[] | undefined; busy: boolean }) {
  const [open, setOpen] = useState<string | null>(null);
  const [shown, setShown] = useState(shownAtFirst);
  const keyOf = ({ kind, resource, title }: FilteredRecord) => `${kind} ${resource} ${title}`;
  const columns: Column<FilteredRecord>[] = [
    detailsColumn({
      title: 'Record',
      label: ({ title }) => `Record of ${title}`,
      isOpen: (row) => open === keyOf(row),
      onToggle: (row) => setOpen(open === keyOf(row) ? null : keyOf(row)),
    }),
    {
      key: 'verdict',
      title: 'With this filter',
      width: 150,
      cell: ({ passes }) => (
        <StatusBadge
          plain
          look={passes === null ? 'failed' : passes ? 'succeeded' : 'skipped'}
          word={passes === null ? 'Fails' : passes ? 'Taken' : 'Left out'}
        />
      ),
    },
    { key: 'kind', title: 'Kind', width: 120, cell: ({ kind }) => words(kind) },
    {
      key: 'title',
      title: 'Record',
      cell: ({ title, error }) => (
        <>
          <Text size="sm" className="break-anywhere">
            {title}
          </Text>
          {error && (
            <Text size="xs" c="var(--state-failed)" className="break-anywhere">
              {error}
            </Text>
          )}
        </>
      ),
    },
  ];
  return (
    <section aria-label="What the filter takes">
      <Group gap="xs" mb={4} mih={24}>
        <Text size="sm" c="dimmed" role="status">
          {items === undefined ? 'Reading the first records' : summaryOf(items)}
        </Text>
        {busy && <Loader size="xs" aria-label="Reading" />}
      </Group>
      <DataTable
        label="Records with this filter"
        columns={columns}
        rows={items?.toSorted(failingFirst).slice(0, shown)}
        rowKey={keyOf}
        more={{ has: (items?.length ?? 0) > shown, loading: false, load: () => setShown(shown + 20) }}
        below={(row) => open === keyOf(row) && <JsonView value={row.payload} label={`the record of ${row.title}`} />}
        empty={
          <Text size="sm" c="dimmed" p="md">
            The system gives no records.
          </Text>
        }
      />
    </section>
  );
}

/** What needs looking at stands at the top. */
const failingFirst = (a: FilteredRecord, b: FilteredRecord) => Number(b.passes === null) - Number(a.passes === null);

function summaryOf(items: FilteredRecord[]): string {
  const taken = items.filter(({ passes }) => passes).length;
  const failing = items.filter(({ passes }) => passes === null).length;
  const fails = failing > 0 ? `, and ${failing} on which the filter fails are not taken` : '';
  return `Of the first ${count(items.length, 'record')} ${taken} would be taken${fails}.`;
}
