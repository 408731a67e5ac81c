import type { TableInfo } from '@castellan/api';
import { Button, Stack, Text, TextInput, Title } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useRemoveTable, useSaveTable } from '../../api/tables.js';
import { useWorkspace } from '../../api/workspace.js';
import { ConfirmDialog } from '../../ui/confirm.js';
import { Failure } from '../../ui/failure.js';
import { count } from '../../ui/format.js';
import { Removal } from '../../ui/removal.js';
import { namedByTitle } from './cell-text.js';
import { ColumnsField } from './columns-field.js';

/** Name and columns of a table, who uses it, and its end. */
export function ColumnsTab({ table }: { table: TableInfo }) {
  const { can } = useWorkspace();
  const save = useSaveTable(table.id);
  const [given, setGiven] = useState({ name: table.name, description: table.description, columns: table.columns });
  const [asking, setAsking] = useState(false);
  const disabled = !can('table:write');
  const kept = table.columns.map(({ name }) => name);
  const gone = table.columns.filter(({ name }) => !given.columns.some((column) => column.name === name));

  function send() {
    const { columns } = namedByTitle({ columns: given.columns, key: table.key }, kept);
    save.mutate({ ...given, columns }, { onSettled: () => setAsking(false) });
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (gone.length > 0 && table.rowCount > 0) setAsking(true);
    else send();
  }

  return (
    <Stack gap="xl">
      <form onSubmit={submit} noValidate aria-label="Columns">
        <Stack gap="md">
          {save.error && <Failure what="Not saved" error={save.error} />}
          <TextInput
            label="Name"
            value={given.name}
            onChange={(event) => setGiven({ ...given, name: event.currentTarget.value })}
            disabled={disabled}
            maxLength={120}
            maw={480}
          />
          <TextInput
            label="What it is for"
            value={given.description}
            onChange={(event) => setGiven({ ...given, description: event.currentTarget.value })}
            disabled={disabled}
            maxLength={1_000}
            maw={720}
          />
          <ColumnsField
            columns={given.columns}
            keyNames={table.key}
            keyIsFixed
            kept={kept}
            disabled={disabled}
            onChange={(columns) => setGiven({ ...given, columns })}
          />
          {!disabled && (
            <div>
              <Button type="submit" loading={save.isPending}>
                Save columns
              </Button>
            </div>
          )}
        </Stack>
      </form>
      <ConfirmDialog
        opened={asking}
        title={`Remove ${gone.map(({ title }) => title).join(', ')}?`}
        verb="Remove with its values"
        destructive
        busy={save.isPending}
        onClose={() => setAsking(false)}
        onConfirm={send}
      >
        <Text size="sm">
          What {count(table.rowCount, 'row')} have in {gone.length === 1 ? 'this column' : 'these columns'} goes, and is
          not put back by adding the column again.
        </Text>
      </ConfirmDialog>
      <UsedBy table={table} />
      {!disabled && <TableRemoval table={table} />}
    </Stack>
  );
}

function UsedBy({ table }: { table: TableInfo }) {
  const { id: ws } = useWorkspace();
  return (
    <section aria-label="Used by">
      <Title order={2} mb="xs">
        Used by
      </Title>
      {table.usedBy.length === 0 ? (
        <Text size="sm" c="dimmed">
          No flow names it.
        </Text>
      ) : (
        table.usedBy.map(({ flowId, flowName }) => (
          <div key={flowId}>
            <Link to="/w/$ws/flows/$flowId" params={{ ws, flowId }}>
              {flowName}
            </Link>
          </div>
        ))
      )}
    </section>
  );
}

function TableRemoval({ table }: { table: TableInfo }) {
  const { id: ws } = useWorkspace();
  const navigate = useNavigate();
  const remove = useRemoveTable();
  const onSuccess = () => void navigate({ to: '/w/$ws/tables', params: { ws } });
  const used = table.usedBy.length > 0;
  return (
    <Removal
      noun="table"
      name={table.name}
      lead={
        used ? 'The flows above must name another table first.' : 'Its rows go for good. Take them out as CSV before.'
      }
      disabled={used}
      removal={remove}
      onRemove={() => remove.mutate(table.id, { onSuccess })}
    >
      {count(table.rowCount, 'row')} and their history go for good. What was done with them stays in the audit.
    </Removal>
  );
}
