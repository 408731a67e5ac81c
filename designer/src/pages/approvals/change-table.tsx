import { Table, Text } from '@mantine/core';
import { words } from '../../ui/format.js';
import classes from './approvals.module.css';
import type { Change } from './shown.js';

const signs: Record<string, string> = { grant: '+', create: '+', revoke: '−', delete: '−' };

/** Exactly what changes: each row with sign, word and colour. */
export function ChangeTable({ changes }: { changes: Change[] }) {
  const tellsWhere = changes.some(({ system }) => system !== undefined);
  const rows = changes.map((change, index) => ({ ...change, key: `${index} ${change.action} ${change.object}` }));
  return (
    <div className="card">
      <Table aria-label="What changes" verticalSpacing="xs" horizontalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Change</Table.Th>
            <Table.Th>What</Table.Th>
            {tellsWhere && <Table.Th>Where</Table.Th>}
            <Table.Th>Whose</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ key, action, object, subject, system }) => (
            <Table.Tr key={key}>
              <Table.Td>
                <Text span size="sm" fw={600} className={classes.change} data-sign={signs[action]}>
                  {signs[action] ?? '•'} {words(action)}
                </Text>
              </Table.Td>
              <Table.Td className="break-anywhere">{object}</Table.Td>
              {tellsWhere && <Table.Td>{system}</Table.Td>}
              <Table.Td className="break-anywhere">{subject}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
