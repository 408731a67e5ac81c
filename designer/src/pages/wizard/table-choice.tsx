import { type NeededTable, tableFits } from '@castellan/api';
import { Group, Radio, Stack, Text } from '@mantine/core';
import { useTables } from '../../api/tables.js';
import { SystemTile } from '../../systems/system-tile.js';
import { Failure } from '../../ui/failure.js';
import { count } from '../../ui/format.js';
import { newTable, type Slot } from './installation.js';
import classes from './wizard.module.css';

interface Props {
  slot: Slot;
  needed: NeededTable;
  chosen: string | undefined;
  onChoose(id: string): void;
}

/** One slot for a table: a new one with the sample rows, or one of those that have what the flow needs. */
export function TableChoice({ slot, needed, chosen, onChoose }: Props) {
  const tables = useTables();
  const fitting = (tables.data?.items ?? []).filter((table) => tableFits(table, needed));
  return (
    <section className={`card ${classes.slot}`} aria-label={slot.title}>
      <Stack gap="sm">
        <Group gap="sm" wrap="nowrap">
          <SystemTile id="table" title="Table" />
          <div>
            <Text fw={600}>{slot.title}</Text>
            <Text size="xs" c="dimmed">
              Table with the columns {needed.columns.map(({ title }) => title).join(', ')}
            </Text>
          </div>
        </Group>
        {tables.error && <Failure what="The tables cannot be read" error={tables.error} />}
        <Radio.Group aria-label={`Table for ${slot.title}`} value={chosen ?? ''} onChange={onChoose}>
          <Stack gap="xs">
            <Radio
              value={newTable}
              label={`New table “${needed.name}”`}
              description={
                needed.rows.length === 0
                  ? 'Without rows'
                  : `With ${count(needed.rows.length, 'sample row')}, to be edited`
              }
            />
            {fitting.map(({ id, name, rowCount }) => (
              <Radio key={id} value={id} label={name} description={count(rowCount, 'row')} />
            ))}
          </Stack>
        </Radio.Group>
      </Stack>
    </section>
  );
}
