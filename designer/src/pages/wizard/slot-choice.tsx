import type { ConnectorDescription } from '@castellan/api';
import { Button, Group, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useConnections } from '../../api/connections.js';
import { useMe } from '../../api/session.js';
import { useWorkspace } from '../../api/workspace.js';
import { SystemTile, systemName } from '../../systems/system-tile.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { ConnectionForm } from '../connections/connection-form.js';
import { ConnectionStatus } from '../connections/connection-status.js';
import { type Slot, simulator } from './installation.js';
import classes from './wizard.module.css';

interface Props {
  slot: Slot;
  /** Undefined where this server has no such connector. */
  connector: ConnectorDescription | undefined;
  chosen: string | undefined;
  onChoose(id: string): void;
}

/** One slot: the connections that fit, a new one made on the spot, the simulator. */
export function SlotChoice({ slot, connector, chosen, onChoose }: Props) {
  const { can } = useWorkspace();
  const { simulators } = useMe();
  const rows = useConnections().data?.filter((row) => row.connector === slot.connector) ?? [];
  const [making, setMaking] = useState(false);
  const title = connector?.title ?? systemName(slot.connector);
  if (!connector) {
    return <ErrorPanel what={`This server has no connector for ${title}`} next="Ask who runs the server." />;
  }
  const newest = 'new';
  return (
    <section className={`card ${classes.slot}`} aria-label={slot.title}>
      <Stack gap="sm">
        <Group gap="sm">
          <SystemTile id={slot.connector} title={title} />
          <div>
            <Text fw={600}>{slot.title}</Text>
            {slot.title !== title && (
              <Text size="xs" c="dimmed">
                {title}
              </Text>
            )}
          </div>
        </Group>
        <Radio.Group
          aria-label={`Connection for ${slot.title}`}
          value={making ? newest : (chosen ?? '')}
          onChange={(next) => {
            setMaking(next === newest);
            if (next !== newest) onChoose(next);
          }}
        >
          <Stack gap="xs">
            {rows.map((row) => (
              <Group key={row.id} justify="space-between" wrap="nowrap">
                <Radio value={row.id} label={row.name} />
                <ConnectionStatus connection={row} />
              </Group>
            ))}
            {can('connection:write') && <Radio value={newest} label="New connection" />}
            {connector.simulator && simulators && rows.every((row) => !row.simulator) && (
              <Radio value={simulator} label="Use the simulator" description="To try it out; nothing real is changed" />
            )}
          </Stack>
        </Radio.Group>
        {making && (
          <ConnectionForm
            connector={connector}
            onSaved={(row) => {
              onChoose(row.id);
              if (row.status !== 'failing') setMaking(false);
            }}
            actions={
              <Button variant="subtle" onClick={() => setMaking(false)}>
                Not now
              </Button>
            }
          />
        )}
      </Stack>
    </section>
  );
}
