import type { ImportableOperation } from '@castellan/api';
import { Button, Group, SegmentedControl, Select, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { choiceColumn } from '../../../ui/choice-column.js';
import { type Column, DataTable } from '../../../ui/data-table.js';
import { EmptyState } from '../../../ui/empty-state.js';
import { count, number } from '../../../ui/format.js';
import { SearchField } from '../../../ui/search-field.js';
import { Tag } from '../../../ui/tag.js';
import classes from '../connectors.module.css';
import { type Chosen, choose, isShown } from './chosen.js';
import { WishControls } from './wish-controls.js';

interface Props {
  operations: ImportableOperation[];
  chosen: Chosen;
  onChange(chosen: Chosen): void;
}

/** More at once would make each click slow. */
const rowsAtOnce = 50;

/** The operations of a document: searched, chosen one by one or all that are shown, and corrected. */
export function OperationChoice({ operations, chosen, onChange }: Props) {
  const [q, setQ] = useState('');
  const [tag, setTag] = useState<string | null>(null);
  const [show, setShow] = useState<'all' | 'chosen' | 'changed'>('all');
  const [most, setMost] = useState(rowsAtOnce);
  const tags = useMemo(() => countTags(operations), [operations]);
  const shown = operations.filter((one) => isShown(one, { q, tag, show }, chosen.keys));
  const usable = shown.filter(({ unusable }) => unusable === null);
  const inSight = usable.filter(({ key }) => chosen.keys.has(key)).length;
  const isCompared = operations.some(({ present }) => present !== null);
  const columns: Column<ImportableOperation>[] = [
    choiceColumn({
      title: 'Chosen',
      all: 'Choose all that are shown',
      label: ({ title }) => `Choose ${title}`,
      rows: shown,
      isChosen: ({ key }) => chosen.keys.has(key),
      mayChoose: ({ unusable }) => unusable === null,
      onChoose: (rows, on) => onChange(choose(chosen, rows, on)),
    }),
    { key: 'operation', title: 'Operation', cell: (one) => <OperationCell operation={one} /> },
    {
      key: 'wish',
      title: 'What it does',
      width: 420,
      cell: (one) =>
        one.unusable === null && chosen.keys.has(one.key) ? (
          <WishControls operation={one} chosen={chosen} onChange={onChange} />
        ) : null,
    },
  ];
  return (
    <>
      <Group mb="sm" gap="sm">
        <SearchField label="Search operations" value={q} onChange={setQ} />
        {tags.length > 1 && (
          <Select
            aria-label="Tag"
            placeholder="All tags"
            data={tags.map(([name, number]) => ({ value: name, label: `${name} (${number})` }))}
            value={tag}
            onChange={setTag}
            clearable
            searchable
            w={240}
          />
        )}
        <SegmentedControl
          aria-label="What is shown"
          data={[
            { value: 'all', label: 'All' },
            { value: 'chosen', label: 'Chosen' },
            ...(isCompared ? [{ value: 'changed', label: 'New and changed' }] : []),
          ]}
          value={show}
          onChange={(next) => setShow(next as typeof show)}
        />
        {tag !== null && usable.length > inSight && (
          <Button variant="default" onClick={() => onChange(choose(chosen, usable, true))}>
            Choose all of {tag}
          </Button>
        )}
        <Text size="sm" c="dimmed" role="status">
          {number(chosen.keys.size)} of {count(operations.length, 'operation')} chosen
        </Text>
      </Group>
      <DataTable
        label="Operations of the document"
        columns={columns}
        rows={shown.slice(0, most)}
        rowKey={({ key }) => key}
        empty={<EmptyState>No operation fits. Take another word.</EmptyState>}
        more={{ has: shown.length > most, loading: false, load: () => setMost(most + rowsAtOnce) }}
      />
    </>
  );
}

function OperationCell({ operation }: { operation: ImportableOperation }) {
  const { key, title, summary, deprecated, present, unusable } = operation;
  return (
    <>
      <Group gap={6}>
        <Text fw={600} size="sm">
          {title}
        </Text>
        {deprecated && <Tag>Deprecated</Tag>}
        {present === 'changed' && <Tag>Changed</Tag>}
      </Group>
      <Text size="xs" c="dimmed" className={`break-anywhere ${classes.call}`}>
        {key}
      </Text>
      {unusable ? (
        <Text size="sm" className={classes.unusable}>
          Cannot be imported: {unusable.message}
        </Text>
      ) : (
        summary !== key && (
          <Text size="sm" c="dimmed">
            {summary}
          </Text>
        )
      )}
    </>
  );
}

function countTags(operations: ImportableOperation[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const tag of operations.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].sort(([first], [second]) => first.localeCompare(second));
}
