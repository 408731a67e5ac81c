import { Stack, Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { Page } from '../../ui/page.js';
import { DeliveryLog } from './delivery-log.js';
import { TriggerList } from './trigger-list.js';

const route = getRouteApi('/w/$ws/arrivals');

/** What arrived at the triggers, and the triggers themselves. */
export function ArrivalsPage() {
  const { tab = 'deliveries' } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page title="Arrivals" lead="What other systems sent or were asked for, and what became of it">
      <Tabs
        value={tab}
        onChange={(next) => void navigate({ search: { tab: next as typeof tab }, replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="deliveries">Deliveries</Tabs.Tab>
          <Tabs.Tab value="triggers">Triggers</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="deliveries">
          <Stack>
            <DeliveryLog />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="triggers">
          <TriggerList />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
