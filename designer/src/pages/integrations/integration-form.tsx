import type { DirectorySourceInfo, Integration } from '@castellan/api';
import { Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useIntegrations } from '../../api/integrations.js';
import type { JsonSchema } from '../../forms/json-schema.js';
import { PlainForm } from '../../forms/plain-form.js';
import { FilterField } from './filter-field.js';
import { operationOf, takesInGroups } from './source-words.js';
import { rhythms } from './sync-words.js';

/** What a person says of an integration. */
export interface IntegrationDraft {
  name: string;
  settings: Record<string, unknown>;
  everyHours: number;
  disableGroupSync: boolean;
  filterExpr: string | null;
  primaryDirectory: boolean;
}

interface Props {
  source: DirectorySourceInfo;
  connectionId: string;
  /** The one that is changed; none while it is being added. */
  integration?: Integration;
  draft: IntegrationDraft;
  disabled?: boolean;
  onChange(draft: IntegrationDraft): void;
}

/** What is synced, and how often. */
export function IntegrationForm({ source, connectionId, integration, draft, disabled = false, onChange }: Props) {
  const change = (part: Partial<IntegrationDraft>) => onChange({ ...draft, ...part });
  const { settings, disableGroupSync } = draft;
  const schema = operationOf(source, 'directory_sync')?.config as JsonSchema;
  const hasSettings = Object.keys(schema.properties ?? {}).length > 0;
  return (
    <Stack gap="lg">
      <TextInput
        label="Name"
        value={draft.name}
        disabled={disabled}
        maxLength={120}
        withAsterisk
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      {hasSettings && (
        <fieldset disabled={disabled} style={{ all: 'unset' }}>
          <PlainForm schema={schema} value={settings} onChange={(next) => change({ settings: next })} />
        </fieldset>
      )}
      <Select
        label="How often"
        description="Each sync reads everything, so that nothing is missed. One can be asked for at any time."
        data={rhythms(draft.everyHours)}
        value={String(draft.everyHours)}
        disabled={disabled}
        allowDeselect={false}
        onChange={(hours) => change({ everyHours: Number(hours ?? draft.everyHours) })}
      />
      {takesInGroups(source) && (
        <Switch
          label="Accounts only"
          description="Groups and who is in them are not read. Those that were read before are kept as they are now."
          checked={disableGroupSync}
          disabled={disabled}
          onChange={(event) => change({ disableGroupSync: event.currentTarget.checked })}
        />
      )}
      {source.mayBePrimary && (
        <PrimarySwitch
          integration={integration}
          checked={draft.primaryDirectory}
          disabled={disabled}
          onChange={(primaryDirectory) => change({ primaryDirectory })}
        />
      )}
      <FilterField
        from={{ connectionId, settings, disableGroupSync }}
        value={draft.filterExpr}
        disabled={disabled}
        onChange={(filterExpr) => change({ filterExpr })}
      />
    </Stack>
  );
}

interface PrimaryProps {
  integration: Integration | undefined;
  checked: boolean;
  disabled: boolean;
  onChange(checked: boolean): void;
}

/** At most one integration is primary: the switch says from which one it takes over. */
function PrimarySwitch({ integration, checked, disabled, onChange }: PrimaryProps) {
  const others = useIntegrations().data?.items.filter(({ id }) => id !== integration?.id) ?? [];
  const former = others.find(({ primaryDirectory }) => primaryDirectory);
  return (
    <div>
      <Switch
        label="Primary directory"
        description="People get their names, jobs and managers from here. One integration of a workspace is primary, or none."
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <Text size="sm" mt={4} c="var(--state-waiting)" role="status">
        {consequence(integration, checked, former?.name)}
      </Text>
    </div>
  );
}

function consequence(integration: Integration | undefined, checked: boolean, former: string | undefined) {
  if (checked && former !== undefined) return `It takes over from “${former}”, which stays and is primary no longer.`;
  if (!checked && integration?.primaryDirectory) return 'No integration is primary then.';
  return null;
}
