import { Group, SimpleGrid, Skeleton, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useSimulators } from '../../api/simulators.js';
import { useWorkspace } from '../../api/workspace.js';
import { SystemTile } from '../../systems/system-tile.js';
import { PlugDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { count } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import classes from './simulators.module.css';

export function SimulatorsPage() {
  const { id: ws } = useWorkspace();
  const list = useSimulators();
  return (
    <Page title="Simulators" lead="Stand-ins for other systems, to try flows without an account">
      {list.error && (
        <Failure what="The simulators cannot be read" error={list.error} onRetry={() => void list.refetch()} />
      )}
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
        {list.isPending && [1, 2, 3].map((place) => <Skeleton key={place} height={76} radius="md" />)}
        {list.data?.map(({ id, title, requests }) => (
          <Link
            key={id}
            to="/w/$ws/simulators/$simulatorId"
            params={{ ws, simulatorId: id }}
            className={`card ${classes.choice}`}
          >
            <Group gap="sm" wrap="nowrap">
              <SystemTile id={id} title={title} size={36} />
              <div>
                <Text fw={600}>{title}</Text>
                <Text size="sm" c="dimmed">
                  {count(requests, 'request')}
                </Text>
              </div>
            </Group>
          </Link>
        ))}
      </SimpleGrid>
      {list.data?.length === 0 && (
        <EmptyState drawing={<PlugDrawing />}>
          No simulator runs here. The server starts them in its full mode.
        </EmptyState>
      )}
    </Page>
  );
}
