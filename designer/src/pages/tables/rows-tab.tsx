import { RowFilter, type TableInfo, type TableRowInfo } from '@castellan/api';
import { Button, Group, Text, UnstyledButton } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { ArrowDown, ArrowUp, Plus } from 'lucide-react';
import { z } from 'zod';
import { useRows } from '../../api/tables.js';
import { useWorkspace } from '../../api/workspace.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { ListDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { cellText } from './cell-text.js';
import { RowDrawer } from './row-drawer.js';
import { RowFilters } from './row-filters.js';

const route = getRouteApi('/w/$ws/tables/$tableId');
const Filters = z.array(RowFilter);
/** The value of `row` in the address for one that is being added. */
const added = 'new';

/** The rows of a table, filtered and sorted as the address says. */
export function RowsTab({ table }: { table: TableInfo }) {
  const { can } = useWorkspace();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filters = filtersOf(search.filter);
  const active = filters.filter(({ op, value }) => op === 'empty' || op === 'notEmpty' || (value ?? '') !== '');
  const list = useRows(table.id, {
    ...(active.length > 0 ? { filter: JSON.stringify(active) } : {}),
    ...(search.sort === undefined ? {} : { sort: search.sort }),
    descending: search.down ?? 'false',
  });
  const rows = list.data?.rows;
  const show = (change: Partial<typeof search>) => void navigate({ search: { ...search, ...change }, replace: true });
  const opened = rows?.find(({ key }) => key === search.row);

  function sortBy(name: string) {
    if (search.sort !== name) show({ sort: name, down: undefined });
    else if (search.down === undefined) show({ down: 'true' });
    else show({ sort: undefined, down: undefined });
  }

  const room = new Map(table.columns.map(({ name }) => [name, roomFor(rows, name)]));
  const columns: Column<TableRowInfo>[] = table.columns.map(({ name, title, type }, index) => ({
    key: name,
    title,
    align: type === 'number' ? 'right' : 'left',
    head: (
      <UnstyledButton onClick={() => sortBy(name)} fw={600} fz="sm" aria-label={`Sort by ${title}`}>
        <Group gap={4} wrap="nowrap" component="span">
          {title}
          {search.sort === name &&
            (search.down ? (
              <ArrowDown size={14} aria-label="largest first" />
            ) : (
              <ArrowUp size={14} aria-label="smallest first" />
            ))}
        </Group>
      </UnstyledButton>
    ),
    cell: (row) =>
      index === 0 ? (
        <UnstyledButton
          className="break-anywhere"
          miw={room.get(name)}
          fz="sm"
          c="var(--accent-text, inherit)"
          onClick={() => show({ row: row.key })}
        >
          {cellText(row.values[name]) || '–'}
        </UnstyledButton>
      ) : (
        <Text size="sm" className="break-anywhere" miw={room.get(name)} lineClamp={2}>
          {cellText(row.values[name])}
        </Text>
      ),
  }));

  const add = can('table:write') && (
    <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => show({ row: added })}>
      Add row
    </Button>
  );
  return (
    <>
      <Group justify="space-between" mb="sm" align="flex-end">
        <RowFilters
          columns={table.columns}
          filters={filters}
          onChange={(next) => show({ filter: next.length > 0 ? JSON.stringify(next) : undefined })}
        />
        <Group gap="md">
          {list.data?.matching !== null && list.data !== undefined && (
            <Text size="sm" c="dimmed" role="status">
              {list.data.matching.toLocaleString('en-GB')} of {table.rowCount.toLocaleString('en-GB')} rows
            </Text>
          )}
          {add}
        </Group>
      </Group>
      {list.isError ? (
        <Failure what="The rows cannot be read" error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label="Rows"
          columns={columns}
          rows={rows}
          rowKey={({ key }) => key}
          onOpen={({ key }) => show({ row: key })}
          more={moreOf(list)}
          empty={
            table.rowCount === 0 ? (
              <EmptyState drawing={<ListDrawing />} action={add}>
                The table has no rows yet. Add one, or take in a CSV file.
              </EmptyState>
            ) : (
              <EmptyState>No row fits these conditions.</EmptyState>
            )
          }
        />
      )}
      {(opened || search.row === added) && (
        <RowDrawer
          key={opened ? `${opened.key} ${opened.version}` : added}
          table={table}
          row={opened ?? null}
          onClose={() => show({ row: undefined })}
        />
      )}
    </>
  );
}

/** So that no word of a column is broken but a long one, such as an id. */
function roomFor(rows: TableRowInfo[] | undefined, column: string): string {
  const words = (rows ?? []).flatMap(({ values }) => cellText(values[column]).split(/\s/));
  return `${Math.min(longestWord, Math.max(0, ...words.map(({ length }) => length)))}ch`;
}

const longestWord = 20;

/** The conditions of the address; none where it holds something else. */
function filtersOf(text: string | undefined): RowFilter[] {
  try {
    return Filters.parse(JSON.parse(text ?? '[]'));
  } catch {
    return [];
  }
}
