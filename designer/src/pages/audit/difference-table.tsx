import { ScrollArea, Table, Text } from '@mantine/core';
import { inline } from '../../ui/format.js';
import classes from './audit.module.css';
import { differences, mostDifferences } from './differences.js';

/** What a change did, place by place. */
export function DifferenceTable({ before, after }: { before: unknown; after: unknown }) {
  const rows = differences(before, after);
  if (rows.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing to compare.
      </Text>
    );
  }
  return (
    <ScrollArea type="auto" viewportProps={{ tabIndex: 0 }}>
      <Table aria-label="What changed" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Field</Table.Th>
            <Table.Th>Before</Table.Th>
            <Table.Th>After</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ path, before: was, after: is }) => (
            <Table.Tr key={path}>
              <Table.Td className={classes.path}>{path || 'value'}</Table.Td>
              <Table.Td className={classes.value}>
                {was === undefined ? '' : <del className={classes.before}>{inline(was)}</del>}
              </Table.Td>
              <Table.Td className={classes.value}>
                {is === undefined ? '' : <ins className={classes.after}>{inline(is)}</ins>}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {rows.length >= mostDifferences && (
        <Text size="xs" c="dimmed">
          Only the first {mostDifferences} places are shown.
        </Text>
      )}
    </ScrollArea>
  );
}
