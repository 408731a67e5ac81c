import type { Cell, TableInfo, TableRowInfo } from '@castellan/api';
import { Button, Drawer, Group, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useRemoveRows, useSaveRow } from '../../api/tables.js';
import { useWorkspace } from '../../api/workspace.js';
import { Failure } from '../../ui/failure.js';
import { RemoveButton } from '../../ui/removal.js';
import { CellInput } from './cell-input.js';
import { rowTitle } from './cell-text.js';
import { TableChanges } from './table-changes.js';

interface Props {
  table: TableInfo;
  /** Null: a new one. */
  row: TableRowInfo | null;
  onClose(): void;
}

/** One row: its values, and what became of it. */
export function RowDrawer({ table, row, onClose }: Props) {
  const { can } = useWorkspace();
  const save = useSaveRow(table.id);
  const [values, setValues] = useState<Record<string, Cell>>(row?.values ?? {});
  const disabled = !can('table:write');
  const title = row ? rowTitle(table.columns, table.key, row.values) : 'New row';
  const problems = problemsOf(save.error?.details);

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate({ values, version: row?.version ?? 0 }, { onSuccess: onClose });
  }

  return (
    <Drawer opened onClose={onClose} title={title} position="right" size="lg">
      <Stack gap="xl">
        <form onSubmit={submit} noValidate aria-label="Values">
          <Stack gap="sm">
            {save.error && <Failure what="Not saved" error={save.error} />}
            {table.columns.map((column) => (
              <CellInput
                key={column.name}
                column={column}
                value={values[column.name] ?? null}
                disabled={disabled || (row !== null && table.key.includes(column.name))}
                required={table.key.includes(column.name)}
                error={problems[`/values/${column.name}`]}
                onChange={(value) => setValues({ ...values, [column.name]: value })}
              />
            ))}
            {!disabled && (
              <Group justify="space-between" mt="xs">
                <Button type="submit" loading={save.isPending}>
                  {row ? 'Save row' : 'Add row'}
                </Button>
                {row && <RowRemoval table={table} row={row} title={title} onRemoved={onClose} />}
              </Group>
            )}
            {row && !disabled && (
              <Text size="xs" c="dimmed">
                The values by which it is told stay. To change them, add another row and remove this one.
              </Text>
            )}
          </Stack>
        </form>
        {row && (
          <section aria-label="History">
            <Title order={2} mb="xs">
              History
            </Title>
            <TableChanges table={table} rowKey={row.key} />
          </section>
        )}
      </Stack>
    </Drawer>
  );
}

interface RowRemovalProps {
  table: TableInfo;
  row: TableRowInfo;
  title: string;
  onRemoved(): void;
}

function RowRemoval({ table, row, title, onRemoved }: RowRemovalProps) {
  const remove = useRemoveRows(table.id);
  return (
    <RemoveButton
      noun="row"
      name={title}
      removal={remove}
      onRemove={() => remove.mutate([{ key: row.key, version: row.version }], { onSuccess: onRemoved })}
    >
      It can be put back under Changes.
    </RemoveButton>
  );
}

/** The words of a refusal, by the pointer of the cell. */
function problemsOf(details: unknown): Record<string, string> {
  const { problems } = (details ?? {}) as { problems?: { pointer: string; message: string }[] };
  return Object.fromEntries((problems ?? []).map(({ pointer, message }) => [pointer, message]));
}
