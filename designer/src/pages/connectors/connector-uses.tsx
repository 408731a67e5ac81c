import { Anchor, Group, List, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useConnections } from '../../api/connections.js';
import { useWorkspace } from '../../api/workspace.js';
import { Failure } from '../../ui/failure.js';
import { ConnectionStatus } from '../connections/connection-status.js';

/** The connections to a system, and the flows that use them. */
export function ConnectorUses({ connector }: { connector: string }) {
  const { id: ws } = useWorkspace();
  const list = useConnections();
  if (list.error) return <Failure what="The connections cannot be read" error={list.error} />;
  const connections = list.data?.filter((row) => row.connector === connector);
  if (!connections) return null;
  if (connections.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing is connected yet.
      </Text>
    );
  }
  return (
    <Stack gap="sm">
      {connections.map((row) => (
        <div key={row.id}>
          <Group gap="sm">
            <Anchor
              renderRoot={(props) => (
                <Link {...props} to="/w/$ws/connections/$connectionId" params={{ ws, connectionId: row.id }} />
              )}
            >
              {row.name}
            </Anchor>
            <ConnectionStatus connection={row} />
          </Group>
          {row.usedBy.length === 0 ? (
            <Text size="sm" c="dimmed">
              No flow uses it.
            </Text>
          ) : (
            <List size="sm">
              {row.usedBy.map(({ flowId, flowName }) => (
                <List.Item key={flowId}>
                  <Link to="/w/$ws/flows/$flowId" params={{ ws, flowId }}>
                    {flowName}
                  </Link>
                </List.Item>
              ))}
            </List>
          )}
        </div>
      ))}
    </Stack>
  );
}
