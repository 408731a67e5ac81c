import type { TableColumn } from '@castellan/api';
import { Button, Stack, Text, TextInput, Title } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useCreateTable } from '../../api/tables.js';
import { useWorkspace } from '../../api/workspace.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Failure } from '../../ui/failure.js';
import { Page } from '../../ui/page.js';
import { namedByTitle } from './cell-text.js';
import { ColumnsField } from './columns-field.js';

const first: TableColumn[] = [{ name: 'column_1', title: 'Column 1', type: 'text' }];

export function NewTablePage() {
  const { id: ws, can } = useWorkspace();
  const navigate = useNavigate();
  const create = useCreateTable();
  const [named, setNamed] = useState({ name: '', description: '' });
  const [columns, setColumns] = useState(first);
  const [key, setKey] = useState(['column_1']);
  const back = (
    <Link to="/w/$ws/tables" params={{ ws }}>
      Tables
    </Link>
  );
  if (!can('table:write')) {
    return (
      <Page narrow title="New table" back={back}>
        <ErrorPanel what="Your role cannot make tables" next="Ask an administrator of the workspace." />
      </Page>
    );
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    create.mutate(
      { ...named, ...namedByTitle({ columns, key }, []) },
      { onSuccess: ({ id }) => void navigate({ to: '/w/$ws/tables/$tableId', params: { ws, tableId: id } }) },
    );
  }

  return (
    <Page title="New table" back={back}>
      <form onSubmit={submit} noValidate>
        <Stack gap="lg">
          {create.error && <Failure what="Not made" error={create.error} />}
          <TextInput
            label="Name"
            value={named.name}
            onChange={(event) => setNamed({ ...named, name: event.currentTarget.value })}
            maxLength={120}
            withAsterisk
            maw={480}
          />
          <TextInput
            label="What it is for"
            value={named.description}
            onChange={(event) => setNamed({ ...named, description: event.currentTarget.value })}
            maxLength={1_000}
            maw={720}
          />
          <section aria-label="Columns">
            <Title order={2} mb={4}>
              Columns
            </Title>
            <Text size="sm" c="dimmed" mb="sm">
              Rows are told apart by one column or by several together; of these each row needs a value. They stay as
              they are once the table is made.
            </Text>
            <ColumnsField
              columns={columns}
              keyNames={key}
              keyIsFixed={false}
              kept={[]}
              disabled={false}
              onChange={(next, nextKey) => {
                setColumns(next);
                setKey(nextKey);
              }}
            />
          </section>
          <div>
            <Button type="submit" loading={create.isPending} disabled={named.name.trim() === '' || key.length === 0}>
              Make table
            </Button>
          </div>
        </Stack>
      </form>
    </Page>
  );
}
