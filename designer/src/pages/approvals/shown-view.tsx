import { ScrollArea, Stack, Table, Text, Title } from '@mantine/core';
import { Facts } from '../../ui/facts.js';
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
          <ScrollArea className="card" type="auto" viewportProps={{ tabIndex: 0 }}>
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
        <Facts room="much">
          {facts.map(({ label, value }) => [
            <dt key={`${label} term`}>{label}</dt>,
            <dd key={label}>
              <Fact value={value} />
            </dd>,
          ])}
        </Facts>
      )}
    </Stack>
  );
}

/** A value beside its name: a list line by line, an address as a link. */
function Fact({ value }: { value: unknown }) {
  if (Array.isArray(value) && value.length > 0) {
    return (
      <ul className={classes.list}>
        {value.map((one) => (
          <li key={JSON.stringify(one)}>{inline(one)}</li>
        ))}
      </ul>
    );
  }
  if (typeof value === 'string' && /^https?:\/\/\S+$/.test(value)) {
    return (
      <a href={value} target="_blank" rel="noreferrer">
        {value}
      </a>
    );
  }
  return Array.isArray(value) ? 'none' : inline(value);
}
