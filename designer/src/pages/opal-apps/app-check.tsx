import type { OpalApp, OpalAppCheck } from '@castellan/api';
import { Button, Group, Text, Title } from '@mantine/core';
import { PlugZap } from 'lucide-react';
import { useCheckOpalApp } from '../../api/opal-apps.js';
import { useWorkspace } from '../../api/workspace.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { count } from '../../ui/format.js';
import { callColumns } from './call-columns.js';

const columns: Column<OpalAppCheck>[] = [
  ...callColumns,
  {
    key: 'said',
    title: 'What was said',
    cell: ({ items, message }) => message ?? (items === null ? '–' : count(items, 'item')),
  },
];

/** Plays the sequence in which Opal reads an app. */
export function AppCheck({ app }: { app: OpalApp }) {
  const { can } = useWorkspace();
  const check = useCheckOpalApp();
  if (!can('connection:use')) return null;
  return (
    <section aria-label="Check">
      <Group justify="space-between" mb="xs">
        <div>
          <Title order={2}>Check</Title>
          <Text size="sm" c="dimmed">
            Reads the app with signed calls, in the order in which Opal does. Nothing is written.
          </Text>
        </div>
        <Button
          variant="default"
          leftSection={<PlugZap size={16} aria-hidden />}
          loading={check.isPending}
          onClick={() => check.mutate(app.id)}
        >
          Read it as Opal does
        </Button>
      </Group>
      {check.data && (
        <DataTable
          label="Answers to the check"
          columns={columns}
          rows={check.data.checks}
          rowKey={(row) => row.target}
          empty={null}
        />
      )}
    </section>
  );
}
