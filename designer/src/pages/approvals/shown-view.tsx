import { ScrollArea, Stack, Table, Text, Title } from '@mantine/core';
import { inline, words } from '../../ui/format.js';
import classes from './approvals.module.css';
import { ChangeTable } from './change-table.js';
import { readShown } from './shown.js';

/** What an approver is to judge. */
export function ShownView({ show }: { show: unknown }) {
  const { why, changes, tables, facts } = readShown(show);
  if (why.length + changes.length + tables.length + facts.length === 0) {
    return <Text c="dimmed">The flow shows nothing beyond its title.</Text>;
  }
  return (
    <Stack>
      {why.map((text) => (
        <Text key={text} style={{ whiteSpace: 'pre-wrap' }} className="break-anywhere">
          {text}
        </Text>
      ))}
      {changes.length > 0 && <ChangeTable changes={changes} />}
      {tables.map(({ title, columns, rows }) => (
        <section key={title}>
          <Title order={2} mb="xs">
            {title}
          </Title>
          <ScrollArea className="card" type="auto">
            <Table aria-label={title} verticalSpacing="xs">
              <Table.Thead>
                <Table.Tr>
                  {columns.map((column) => (
                    <Table.Th key={column}>{words(column)}</Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((row) => (
                  <Table.Tr key={JSON.stringify(row)}>
                    {columns.map((column) => (
                      <Table.Td key={column} className="break-anywhere">
                        {inline(row[column])}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </ScrollArea>
        </section>
      ))}
      {facts.length > 0 && (
        <dl className={classes.facts}>
          {facts.map(({ label, value }) => [
            <dt key={`${label} term`}>{label}</dt>,
            <dd key={label}>{inline(value)}</dd>,
          ])}
        </dl>
      )}
    </Stack>
  );
}
