import { type Cell, type FilterOp, filterOps, type RowFilter, type TableColumn } from '@castellan/api';
import { ActionIcon, Button, Group, Select, TextInput } from '@mantine/core';
import { ListFilter, X } from 'lucide-react';

const opWords: Record<FilterOp, string> = {
  eq: 'is',
  ne: 'is not',
  lt: 'is less than',
  lte: 'is at most',
  gt: 'is more than',
  gte: 'is at least',
  contains: 'contains',
  startsWith: 'begins with',
  in: 'is one of',
  empty: 'has no value',
  notEmpty: 'has a value',
};

/** What makes sense of a column. */
function opsOf({ type }: TableColumn): FilterOp[] {
  if (type === 'list') return ['contains', 'empty', 'notEmpty'];
  if (type === 'boolean') return ['eq', 'ne', 'empty', 'notEmpty'];
  const of = filterOps.filter((op) => op !== 'in');
  return type === 'number' ? of.filter((op) => op !== 'contains' && op !== 'startsWith') : of;
}

interface Props {
  columns: TableColumn[];
  filters: RowFilter[];
  onChange(filters: RowFilter[]): void;
}

/** Conditions that rows must all meet to be shown. */
export function RowFilters({ columns, filters, onChange }: Props) {
  const names = columns.map(({ name, title }) => ({ value: name, label: title }));
  const set = (index: number, filter: RowFilter) => onChange(filters.map((one, at) => (at === index ? filter : one)));

  function start() {
    const [first] = columns;
    if (first) onChange([...filters, { column: first.name, op: opsOf(first)[0] as FilterOp }]);
  }

  return (
    <Group gap="xs" role="search" aria-label="Filter rows">
      {filters.map((filter, index) => {
        const column = columns.find(({ name }) => name === filter.column);
        if (!column) return null;
        const needsValue = filter.op !== 'empty' && filter.op !== 'notEmpty';
        return (
          <Group key={`${filter.column} ${filter.op} ${filters.indexOf(filter)}`} gap={4} wrap="nowrap">
            <Select
              aria-label="Column"
              data={names}
              value={filter.column}
              onChange={(name) => {
                const chosen = columns.find((one) => one.name === name);
                if (chosen) set(index, { column: chosen.name, op: opsOf(chosen)[0] as FilterOp });
              }}
              allowDeselect={false}
              w={150}
            />
            <Select
              aria-label="Condition"
              data={opsOf(column).map((op) => ({ value: op, label: opWords[op] }))}
              value={filter.op}
              onChange={(op) => op && set(index, { ...filter, op: op as FilterOp })}
              allowDeselect={false}
              w={140}
            />
            {needsValue && (
              <TextInput
                aria-label="Value"
                defaultValue={filter.value === undefined ? '' : String(filter.value)}
                onBlur={(event) => set(index, { ...filter, value: typedValue(column, event.currentTarget.value) })}
                onKeyDown={(event) => {
                  if (event.key === 'Enter')
                    set(index, { ...filter, value: typedValue(column, event.currentTarget.value) });
                }}
                w={150}
              />
            )}
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Remove the condition on ${column.title}`}
              onClick={() => onChange(filters.toSpliced(index, 1))}
            >
              <X size={16} aria-hidden />
            </ActionIcon>
          </Group>
        );
      })}
      <Button variant="default" leftSection={<ListFilter size={16} aria-hidden />} onClick={start}>
        Filter
      </Button>
    </Group>
  );
}

function typedValue({ type }: TableColumn, text: string): Cell {
  if (text === '') return null;
  if (type === 'number' && Number.isFinite(Number(text))) return Number(text);
  if (type === 'boolean') return /^(?:yes|true|1)$/i.test(text);
  return text;
}
