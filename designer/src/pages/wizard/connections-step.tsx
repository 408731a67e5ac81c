import type { TemplateDetail } from '@castellan/api';
import { Button, Group, Stack, Text } from '@mantine/core';
import { FlaskConical } from 'lucide-react';
import { useConnectors } from '../../api/connections.js';
import { useMe } from '../../api/session.js';
import { Failure } from '../../ui/failure.js';
import { type Choices, openSlots, type Slot, simulator } from './installation.js';
import { OpalAppChoice } from './opal-app-choice.js';
import { SlotChoice } from './slot-choice.js';
import { TableChoice } from './table-choice.js';

interface Props {
  template: TemplateDetail;
  choices: Choices;
  wanted: Slot[];
  onChange(part: Partial<Choices>): void;
  onNext(): void;
}

/** For each wanted slot: a connection, a new one, or the simulator; a table, or a new one. */
export function ConnectionsStep({ template, choices, wanted, onChange, onNext }: Props) {
  const { simulators } = useMe();
  const connectors = useConnectors();
  const open = openSlots(wanted, choices);
  const choose = (slot: string, id: string) => onChange({ connections: { ...choices.connections, [slot]: id } });

  function simulateOpen() {
    const chosen = { ...choices.connections };
    for (const { name, connector } of open) {
      if (connectors.data?.find(({ id }) => id === connector)?.simulator) chosen[name] = simulator;
    }
    onChange({ connections: chosen });
  }

  return (
    <Stack>
      <Group justify="space-between">
        <Text c="dimmed">
          {open.length === 0
            ? 'Every system has a connection.'
            : `To connect: ${open.map(({ title }) => title).join(', ')}.`}
        </Text>
        {simulators && open.length > 0 && (
          <Button
            variant="default"
            size="xs"
            leftSection={<FlaskConical size={14} aria-hidden />}
            onClick={simulateOpen}
          >
            Try it with simulators
          </Button>
        )}
      </Group>
      {connectors.error && <Failure what="The connectors cannot be read" error={connectors.error} />}
      {wanted.map((slot) => {
        const needed = template.tables?.[slot.name];
        const shared = {
          slot,
          chosen: choices.connections[slot.name],
          onChoose: (id: string) => choose(slot.name, id),
        };
        return needed ? (
          <TableChoice key={slot.name} needed={needed} {...shared} />
        ) : (
          <SlotChoice
            key={slot.name}
            connector={connectors.data?.find(({ id }) => id === slot.connector)}
            {...shared}
          />
        );
      })}
      {template.opalApp && (
        <OpalAppChoice
          calls={template.opalApp}
          chosen={choices.opalApp}
          onChoose={(opalApp) => onChange({ opalApp })}
        />
      )}
      <Group>
        <Button onClick={onNext} disabled={open.length > 0}>
          Continue
        </Button>
      </Group>
    </Stack>
  );
}
