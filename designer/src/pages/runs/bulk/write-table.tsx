import type { BulkPreview } from '@castellan/api';
import { Stack, Text } from '@mantine/core';
import { type Column, DataTable } from '../../../ui/data-table.js';
import { number } from '../../../ui/format.js';
import { fateWords } from './bulk-words.js';

type StepWrites = BulkPreview['steps'][number];

const columns: Column<StepWrites>[] = [
  { key: 'step', title: 'Step', cell: ({ title }) => title },
  { key: 'flow', title: 'Flow', cell: ({ flowName }) => flowName, wideOnly: true },
  { key: 'operation', title: 'Calls', cell: ({ operation }) => <code>{operation}</code>, wideOnly: true },
  { key: 'count', title: 'Writes', align: 'right', width: 72, cell: ({ count }) => number(count) },
  { key: 'fate', title: 'What becomes of them', width: 200, cell: ({ fate }) => fateWords(fate) },
];

/** What a retry of many runs does about the writes that they have made so far, by step. */
export function WriteTable({ steps, writes }: Pick<BulkPreview, 'steps' | 'writes'>) {
  if (steps.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        These runs have not changed another system so far. What they come to now is sent.
      </Text>
    );
  }
  return (
    <Stack gap={6}>
      <Text size="sm" fw={600}>
        Changes in other systems
      </Text>
      <DataTable
        label="Changes in other systems"
        columns={columns}
        rows={steps}
        rowKey={({ flowName, title, operation, fate }) => `${flowName} ${title} ${operation} ${fate}`}
        empty=""
      />
      <Text size="sm" c="dimmed">
        {writes.unknown > 0 &&
          'Where nobody knows whether a write happened, the system is asked if it can be, or the same request is sent in a way that cannot do it twice; else the new run stops there and waits for a person. '}
        What was not sent so far is sent when a run comes to it.
      </Text>
    </Stack>
  );
}
