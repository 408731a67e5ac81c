import type { SimulatorView } from '@castellan/api';
import { ScrollArea, Table, Text, Title } from '@mantine/core';
import { count, inline } from '../../ui/format.js';
import classes from './simulators.module.css';

type Held = SimulatorView['tables'][number];

const marks = { gone: '− gone', added: '+ new', changed: '± changed' };

/** A table of a simulator: rows that are gone struck through, rows that came or changed marked. */
export function HeldTable({ table }: { table: Held }) {
  const { title, columns, rows, added, changed, removed } = table;
  const marked = added.length + changed.length + removed.length > 0;
  const all = [
    ...removed.map((cells, index) => ({ key: `gone ${index}`, cells, state: 'gone' as const })),
    ...rows.map((cells, index) => ({
      key: `row ${index}`,
      cells,
      state: added.includes(index) ? ('added' as const) : changed.includes(index) ? ('changed' as const) : undefined,
    })),
  ];
  return (
    <section>
      <Title order={2} mb="xs">
        {title}{' '}
        <Text span size="sm" c="dimmed" fw={400}>
          {count(rows.length, 'row')}
          {removed.length > 0 && `, ${removed.length} gone`}
          {added.length > 0 && `, ${added.length} new`}
          {changed.length > 0 && `, ${changed.length} changed`}
        </Text>
      </Title>
      {all.length === 0 ? (
        <Text size="sm" c="dimmed">
          Empty.
        </Text>
      ) : (
        <ScrollArea className="card" type="auto" viewportProps={{ tabIndex: 0 }}>
          <Table aria-label={title} verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                {marked && (
                  <Table.Th w={110} style={{ whiteSpace: 'nowrap' }}>
                    Since reset
                  </Table.Th>
                )}
                {columns.map((column) => (
                  <Table.Th key={column}>{column}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {all.map(({ key, cells, state }) => (
                <Table.Tr key={key} className={state && classes[state]}>
                  {marked && <Table.Td>{state && <span className={classes.mark}>{marks[state]}</span>}</Table.Td>}
                  {columns.map((column, index) => (
                    <HeldCell key={column} text={inline(cells[index])} />
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollArea>
      )}
    </section>
  );
}

/** A long text gets room to be read as it was written, with its lines. */
function HeldCell({ text }: { text: string }) {
  return <Table.Td className={text.length > 80 ? `${classes.cell} ${classes.long}` : classes.cell}>{text}</Table.Td>;
}
