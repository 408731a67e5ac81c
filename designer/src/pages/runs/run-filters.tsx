import { runStatuses } from '@castellan/api';
import { Button, Group, MultiSelect, Select } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useFlows } from '../../api/flows.js';
import { runStatus } from '../../status/statuses.js';
import { SearchField } from '../../ui/search-field.js';
import { TimeField } from '../../ui/time-field.js';
import { type RunsView, startOf, times } from './run-filter.js';

const route = getRouteApi('/w/$ws/runs');

const modes = [
  { value: 'live', label: 'Live runs' },
  { value: 'test', label: 'Test runs' },
  { value: 'plan', label: 'Plans' },
  { value: 'shadow', label: 'Shadow runs' },
];

const searched =
  'Finds the beginnings of words: in whom or what the run is about, the name of its flow, what came of it, its error, and the data that started it. A run is also found by its whole id.';

/** The filters; all of them are the address. */
export function RunFilters({ view }: { view: RunsView }) {
  const navigate = route.useNavigate();
  const flows = useFlows().data ?? [];
  const change = (part: Partial<RunsView>) => void navigate({ search: (now) => ({ ...now, ...part }), replace: true });
  return (
    <Group gap="sm" role="search" aria-label="Filter runs">
      <SearchField
        label="Search runs"
        hint={searched}
        value={view.q ?? ''}
        onChange={(q) => change({ q: q || undefined })}
      />
      {view.about !== undefined && (
        <Button
          variant="light"
          rightSection={<X size={14} aria-hidden />}
          aria-label={`About ${view.about}: show runs about everybody`}
          onClick={() => change({ about: undefined })}
        >
          About {view.about}
        </Button>
      )}
      <Select
        aria-label="Flow"
        placeholder="All flows"
        data={flows.map(({ id, name }) => ({ value: id, label: name }))}
        value={view.flow ?? null}
        onChange={(flow) => change({ flow: flow ?? undefined })}
        searchable
        clearable
        w={200}
      />
      <MultiSelect
        aria-label="Status"
        placeholder={view.status === undefined ? 'Any status' : undefined}
        data={runStatuses.map((status) => ({ value: status, label: runStatus(status).word }))}
        value={view.status?.split(',') ?? []}
        onChange={(chosen) => change({ status: chosen.join(',') || undefined })}
        clearable
        miw={150}
        maw={360}
      />
      <TimeFilter view={view} onChange={change} />
      <Select
        aria-label="Kind of run"
        data={modes}
        value={view.mode ?? 'live'}
        onChange={(mode) => change({ mode: mode && mode !== 'live' ? (mode as RunsView['mode']) : undefined })}
        allowDeselect={false}
        w={140}
      />
    </Group>
  );
}

interface TimeFilterProps {
  view: RunsView;
  onChange: (part: Partial<RunsView>) => void;
}

/** A span that ends now, or two times that stay as they are when the address is opened later. */
function TimeFilter({ view: { time = 'all', from, to }, onChange }: TimeFilterProps) {
  const isBetween = Boolean(from || to);
  const choose = (next: string | null) => {
    if (next === 'between') onChange({ time: undefined, from: startOf(time === 'all' ? '24h' : time, Date.now()) });
    else {
      const span = next === null || next === 'all' ? undefined : (next as RunsView['time']);
      onChange({ time: span, from: undefined, to: undefined });
    }
  };
  return (
    <>
      <Select
        aria-label="Time"
        data={[...times, { value: 'between', label: 'Between two times' }]}
        value={isBetween ? 'between' : time}
        onChange={choose}
        allowDeselect={false}
        w={200}
      />
      {isBetween && (
        <Group gap={6}>
          <TimeField aria-label="From" value={from} onChange={(next) => onChange({ from: next })} />
          <span aria-hidden>–</span>
          <TimeField aria-label="To" value={to} onChange={(next) => onChange({ to: next })} />
        </Group>
      )}
    </>
  );
}
