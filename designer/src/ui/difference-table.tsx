import { ScrollArea, Table, Text } from '@mantine/core';
import { changedPart } from './changed-part.js';
import classes from './difference-table.module.css';
import { differences, mostDifferences } from './differences.js';
import { inline } from './format.js';
import { Tag } from './tag.js';

/** What stands in the place of a secret in everything that the server shows. */
const mask = '•••••';

interface Props {
  before: unknown;
  after: unknown;
  /** What the two are, over their columns. */
  titles?: { before: string; after: string };
}

/** What differs between two values, place by place; of a text the words that differ. */
export function DifferenceTable({ before, after, titles = { before: 'Before', after: 'After' } }: Props) {
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
            <Table.Th>{titles.before}</Table.Th>
            <Table.Th>{titles.after}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ path, before: was, after: is }) => (
            <Table.Tr key={path}>
              <Table.Td className={classes.path}>
                {path || 'value'} {(isMasked(was) || isMasked(is)) && <Tag>masked</Tag>}
              </Table.Td>
              <ChangedCells before={was} after={is} />
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

function ChangedCells({ before, after }: { before: unknown; after: unknown }) {
  const part =
    typeof before === 'string' && typeof after === 'string'
      ? changedPart(before, after)
      : { start: '', before: inline(before), after: inline(after), end: '' };
  return (
    <>
      <Table.Td className={classes.value}>
        {before !== undefined && (
          <>
            {part.start}
            <del className={classes.before}>{part.before}</del>
            {part.end}
          </>
        )}
      </Table.Td>
      <Table.Td className={classes.value}>
        {after !== undefined && (
          <>
            {part.start}
            <ins className={classes.after}>{part.after}</ins>
            {part.end}
          </>
        )}
      </Table.Td>
    </>
  );
}

function isMasked(value: unknown): boolean {
  return typeof value === 'string' && value.includes(mask);
}
