import { Select } from '@mantine/core';
import { useIntegrations } from '../../api/integrations.js';
import type { RecordsProps } from './records-view.js';

/** Of which integration; all of them by default. */
export function IntegrationFilter({ view, onChange }: RecordsProps) {
  const integrations = useIntegrations().data?.items ?? [];
  return (
    <Select
      aria-label="Integration"
      placeholder="All integrations"
      data={integrations.map(({ id, name }) => ({ value: id, label: name }))}
      value={view.integration ?? null}
      onChange={(integration) => onChange({ integration: integration ?? undefined })}
      clearable
      w={200}
    />
  );
}

/** Whether those that are gone from their system are shown. */
export function GoneFilter({ view, onChange }: RecordsProps) {
  return (
    <Select
      aria-label="Present or removed"
      data={[
        { value: 'present', label: 'Present' },
        { value: 'removed', label: 'Removed' },
        { value: 'all', label: 'Present and removed' },
      ]}
      value={view.gone ?? 'present'}
      onChange={(gone) => onChange({ gone: gone === 'removed' || gone === 'all' ? gone : undefined })}
      allowDeselect={false}
      w={190}
    />
  );
}
