import { type RecordCounts, recordKinds, type SyncRun } from '@castellan/api';
import { Stack, Table, Text, Title, Tooltip } from '@mantine/core';
import { type Column, DataTable } from '../../ui/data-table.js';
import { number } from '../../ui/format.js';
import { countTitles, kindTitles, missing, total } from './sync-words.js';

const names = Object.keys(countTitles) as (keyof RecordCounts)[];

/** The counts of one sync, what was decided, and the records that were not taken. */
export function SyncDetails({ sync }: { sync: SyncRun }) {
  const { decision, asks, failures } = sync;
  const failed = total(sync, 'failed');
  return (
    <Stack gap="md" py="xs">
      <CountTable sync={sync} />
      {decision && asks && (
        <Text size="sm">
          {missing(asks)}: {decision.by} had them {decision.remove ? 'marked as removed.' : 'left as they were.'}
        </Text>
      )}
      {failures.length > 0 && (
        <section aria-label="Records that were not taken">
          <Title order={3} mb={4}>
            Not taken
          </Title>
          <DataTable
            label="Records that were not taken"
            columns={failureColumns}
            rows={failures}
            rowKey={({ kind, resource, reason }) => `${kind} ${resource} ${reason}`}
            empty={null}
          />
          {failed > failures.length && (
            <Text size="xs" c="dimmed" mt={4}>
              The first {number(failures.length)} of {number(failed)}.
            </Text>
          )}
        </section>
      )}
    </Stack>
  );
}

const failureColumns: Column<SyncRun['failures'][number]>[] = [
  { key: 'kind', title: 'Kind', width: 130, cell: ({ kind }) => kindTitles[kind] },
  {
    key: 'resource',
    title: 'Record',
    width: 260,
    cell: ({ resource }) => <span className="break-anywhere">{resource}</span>,
  },
  { key: 'reason', title: 'Why', cell: ({ reason }) => <span className="break-anywhere">{reason}</span> },
];

function CountTable({ sync }: { sync: SyncRun }) {
  return (
    <Table aria-label="Counts" verticalSpacing={6} w="auto">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Records</Table.Th>
          {names.map((name) => (
            <Table.Th key={name} ta="right">
              <Tooltip label={countTitles[name].help}>
                <span>{countTitles[name].title}</span>
              </Tooltip>
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {recordKinds.map((kind) => (
          <Table.Tr key={kind}>
            <Table.Th scope="row">{kindTitles[kind]}</Table.Th>
            {names.map((name) => (
              <Table.Td key={name} ta="right">
                {number(sync.counts[kind][name])}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
