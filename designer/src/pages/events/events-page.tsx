import { Stack } from '@mantine/core';
import { Page } from '../../ui/page.js';
import { EventTypeList } from './event-type-list.js';
import { SubscriptionList } from './subscription-list.js';

/** What Castellan tells other systems, and whom. */
export function EventsPage() {
  return (
    <Page title="Events" lead="What Castellan tells other systems when something happens here">
      <Stack gap="xl">
        <SubscriptionList />
        <EventTypeList />
      </Stack>
    </Page>
  );
}
