import type { Delivery, DeliveryFilter } from '@castellan/api';
import { Group, Select } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useFlows } from '../../api/flows.js';
import { SearchField } from '../../ui/search-field.js';
import type { Look } from '../../ui/status-badge.js';
import { startOf, times } from '../runs/run-filter.js';

const route = getRouteApi('/w/$ws/arrivals');

/** How each status of a delivery looks and reads. */
export const deliveryLooks: Record<Delivery['status'], { look: Look; word: string }> = {
  accepted: { look: 'succeeded', word: 'Accepted' },
  refused: { look: 'failed', word: 'Refused' },
  filtered: { look: 'skipped', word: 'Filtered' },
  unmatched: { look: 'waiting', word: 'Unmatched' },
  duplicate: { look: 'skipped', word: 'Duplicate' },
  queued: { look: 'waiting', word: 'Queued' },
  skipped: { look: 'skipped', word: 'Skipped' },
  waiting: { look: 'waiting', word: 'Waiting' },
  missed: { look: 'failed', word: 'Missed' },
};

/** What the address of the page asks of the server. */
export function useDeliveryFilter(): DeliveryFilter {
  const { flow, status, time = 'all', q } = route.useSearch();
  return { flowId: flow, status, q, from: startOf(time, Date.now()) };
}

const searched =
  'Finds text in what is known of a delivery (address, reason, sender’s id and network, headers) in any case, and in its body letter by letter.';

/** The filters; all of them are the address. */
export function DeliveryFilters() {
  const { flow, status, time = 'all', q } = route.useSearch();
  const navigate = route.useNavigate();
  const flows = useFlows().data ?? [];
  const change = (part: object) => void navigate({ search: (now) => ({ ...now, ...part }), replace: true });
  return (
    <Group gap="sm" role="search" aria-label="Filter deliveries">
      <SearchField
        label="Search deliveries"
        hint={searched}
        value={q ?? ''}
        onChange={(next) => change({ q: next || undefined })}
      />
      <Select
        aria-label="Flow"
        placeholder="All flows"
        data={flows.map(({ id, name }) => ({ value: id, label: name }))}
        value={flow ?? null}
        onChange={(next) => change({ flow: next ?? undefined })}
        searchable
        clearable
        w={220}
      />
      <Select
        aria-label="Status"
        placeholder="Any status"
        data={Object.entries(deliveryLooks).map(([value, { word }]) => ({ value, label: word }))}
        value={status ?? null}
        onChange={(next) => change({ status: next ?? undefined })}
        clearable
        w={160}
      />
      <Select
        aria-label="Time"
        data={[...times]}
        value={time}
        allowDeselect={false}
        onChange={(next) => change({ time: next === 'all' ? undefined : next })}
        w={150}
      />
    </Group>
  );
}
