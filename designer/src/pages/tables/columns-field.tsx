import { type ColumnType, columnTypes, type TableColumn } from '@castellan/api';
import { ActionIcon, Button, Checkbox, Group, Select, Stack, TagsInput, TextInput } from '@mantine/core';
import { ArrowUp, Plus, X } from 'lucide-react';
import { typeWords } from './cell-text.js';

interface Props {
  columns: TableColumn[];
  /** The columns that tell rows apart. */
  keyNames: string[];
  /** Of a table that is there: its key stays. */
  keyIsFixed: boolean;
  /** Names of columns that the table has already. */
  kept: string[];
  disabled: boolean;
  onChange(columns: TableColumn[], keyNames: string[]): void;
}

/** The columns of a table: what they are called, what they hold, and which tell rows apart. */
export function ColumnsField({ columns, keyNames, keyIsFixed, kept, disabled, onChange }: Props) {
  const types = columnTypes.map((type) => ({ value: type, label: typeWords[type] }));

  function change(index: number, change: Partial<TableColumn>) {
    onChange(
      columns.map((column, at) => (at === index ? { ...column, ...change } : column)),
      keyNames,
    );
  }

  function retype(index: number, type: ColumnType) {
    const { choices: _, ...column } = columns[index] as TableColumn;
    const isKey = type !== 'list' || !keyNames.includes(column.name);
    onChange(
      columns.map((one, at) => (at === index ? { ...column, type } : one)),
      isKey ? keyNames : keyNames.filter((name) => name !== column.name),
    );
  }

  function add() {
    onChange(
      [...columns, { name: crypto.randomUUID(), title: `Column ${columns.length + 1}`, type: 'text' }],
      keyNames,
    );
  }

  return (
    <Stack gap="xs">
      {columns.map(({ name, title, type, choices }, index) => {
        const isKey = keyNames.includes(name);
        return (
          <Group key={name} align="flex-end" gap="xs" wrap="wrap" role="group" aria-label={`Column ${title}`}>
            <TextInput
              label="Title"
              value={title}
              onChange={(event) => change(index, { title: event.currentTarget.value })}
              disabled={disabled}
              w={200}
            />
            {kept.includes(name) && <TextInput label="Name in expressions" value={name} disabled w={170} />}
            <Select
              label="Holds"
              data={types}
              value={type}
              onChange={(value) => value && retype(index, value as ColumnType)}
              disabled={disabled}
              allowDeselect={false}
              w={140}
            />
            {type === 'text' && (
              <TagsInput
                label="Only these"
                placeholder={choices ? '' : 'Any'}
                value={choices ?? []}
                onChange={(given) => change(index, { choices: given.length > 0 ? given : undefined })}
                disabled={disabled}
                w={220}
              />
            )}
            <Checkbox
              label="Tells rows apart"
              checked={isKey}
              disabled={disabled || keyIsFixed || type === 'list'}
              onChange={(event) =>
                onChange(
                  columns,
                  columns
                    .map((column) => column.name)
                    .filter((one) => (one === name ? event.currentTarget.checked : keyNames.includes(one))),
                )
              }
              mb={8}
            />
            {index > 0 && (
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Move ${title} up`}
                disabled={disabled}
                mb={4}
                onClick={() =>
                  onChange(columns.toSpliced(index, 1).toSpliced(index - 1, 0, columns[index] as TableColumn), keyNames)
                }
              >
                <ArrowUp size={16} aria-hidden />
              </ActionIcon>
            )}
            {!(keyIsFixed && isKey) && columns.length > 1 && (
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Remove ${title}`}
                disabled={disabled}
                mb={4}
                onClick={() =>
                  onChange(
                    columns.toSpliced(index, 1),
                    keyNames.filter((one) => one !== name),
                  )
                }
              >
                <X size={16} aria-hidden />
              </ActionIcon>
            )}
          </Group>
        );
      })}
      {!disabled && (
        <div>
          <Button variant="default" leftSection={<Plus size={16} aria-hidden />} onClick={add}>
            Add column
          </Button>
        </div>
      )}
    </Stack>
  );
}
