import type { EventSending } from '@castellan/api';
import { Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { Repeat } from 'lucide-react';
import { useSendAgain } from '../../api/events.js';
import { useWorkspace } from '../../api/workspace.js';
import { exactTime } from '../../ui/format.js';
import { JsonView } from '../../ui/json-view.js';

/** An event as it is sent, and every attempt. */
export function EventDeliveryDetails({ sending, isOn }: { sending: EventSending; isOn: boolean }) {
  const { can } = useWorkspace();
  const again = useSendAgain();
  const { attempts, body, eventId, id } = sending;
  return (
    <Stack py="xs">
      <Text size="xs" c="dimmed" className="break-anywhere">
        webhook-id {eventId}
      </Text>
      {can('run:operate') && isOn && (
        <Group>
          <Button
            size="xs"
            variant="default"
            leftSection={<Repeat size={14} aria-hidden />}
            loading={again.isPending}
            onClick={() => again.mutate(id)}
          >
            Send again
          </Button>
        </Group>
      )}
      {attempts.length > 0 && (
        <section>
          <Title order={3} mb={4}>
            Attempts
          </Title>
          <Table aria-label="Attempts">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>When</Table.Th>
                <Table.Th>Status</Table.Th>
                <Table.Th>Took</Table.Th>
                <Table.Th>What the receiver said</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {attempts.map(({ at, status, milliseconds, said, problem }) => (
                <Table.Tr key={at}>
                  <Table.Td>{exactTime(at)}</Table.Td>
                  <Table.Td>{status ?? '–'}</Table.Td>
                  <Table.Td>{milliseconds} ms</Table.Td>
                  <Table.Td className="break-anywhere">
                    {problem && <Text size="sm">{problem}</Text>}
                    {said && (
                      <Text size="xs" c="dimmed">
                        {said}
                      </Text>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </section>
      )}
      <section>
        <Title order={3} mb={4}>
          Body
        </Title>
        <JsonView value={body} label="body" />
      </section>
    </Stack>
  );
}
