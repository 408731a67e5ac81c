import type { Integration } from '@castellan/api';
import { Button, Group, List, Loader, Stack } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useDirectorySources, useRemoveIntegration, useSaveIntegration } from '../../api/integrations.js';
import { useWorkspace } from '../../api/workspace.js';
import { systemName } from '../../systems/system-tile.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Failure } from '../../ui/failure.js';
import { count } from '../../ui/format.js';
import { Removal } from '../../ui/removal.js';
import classes from '../connections/connections.module.css';
import { type IntegrationDraft, IntegrationForm } from './integration-form.js';

/** What is synced and how often, to change; at the bottom its end. */
export function IntegrationSettings({ integration }: { integration: Integration }) {
  const sources = useDirectorySources();
  const source = sources.data?.items.find(({ connector }) => connector === integration.connector);
  return (
    <Stack gap="xl" maw={720}>
      {sources.error && <Failure what="The system cannot be read" error={sources.error} />}
      {sources.isPending && <Loader aria-label="Loading" />}
      {sources.data && !source && (
        <ErrorPanel
          what={`This server has no directory of ${systemName(integration.connector)}`}
          next="Remove the integration, or install the connector again."
        />
      )}
      {source && <ChangeForm integration={integration} source={source} />}
      <IntegrationRemoval integration={integration} />
    </Stack>
  );
}

type FormProps = { integration: Integration; source: Parameters<typeof IntegrationForm>[0]['source'] };

function ChangeForm({ integration, source }: FormProps) {
  const { can } = useWorkspace();
  const save = useSaveIntegration(integration.id);
  const { name, settings, everyHours, disableGroupSync, filterExpr, primaryDirectory } = integration;
  const given: IntegrationDraft = { name, settings, everyHours, disableGroupSync, filterExpr, primaryDirectory };
  const [draft, setDraft] = useState(given);
  const mayChange = can('integration:write');

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(draft);
  }

  return (
    <form onSubmit={submit} noValidate aria-label="What is synced" className={`card ${classes.sheet}`}>
      <Stack gap="lg">
        <IntegrationForm
          source={source}
          connectionId={integration.connection.id}
          integration={integration}
          draft={draft}
          disabled={!mayChange}
          onChange={setDraft}
        />
        {save.error && <Failure what="Not saved" error={save.error} />}
        {mayChange && (
          <Group>
            <Button
              type="submit"
              loading={save.isPending}
              disabled={draft.name.trim() === '' || JSON.stringify(draft) === JSON.stringify(given)}
            >
              Save
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}

function IntegrationRemoval({ integration }: { integration: Integration }) {
  const { id: ws, can } = useWorkspace();
  const navigate = useNavigate();
  const remove = useRemoveIntegration();
  if (!can('integration:write')) return null;
  const { id, name, connector, present, primaryDirectory, hasGroups } = integration;
  const onSuccess = () => void navigate({ to: '/w/$ws/integrations', params: { ws } });
  const held = [
    count(present.accounts, 'account'),
    ...(hasGroups ? [count(present.groups, 'group'), count(present.memberships, 'membership')] : []),
  ];
  return (
    <Removal
      noun="integration"
      name={name}
      lead="Syncing and pushing stop at once. The system stays as it is, and history stays here."
      removal={remove}
      byName
      onRemove={() => remove.mutate({ id, name }, { onSuccess })}
    >
      <List size="sm" spacing={6}>
        <List.Item>
          Nothing is read or written any more. A sync that is under way stops at once, and the run of a push is
          cancelled.
        </List.Item>
        <List.Item>In {systemName(connector)} nothing changes. What was pushed until now is not taken back.</List.Item>
        <List.Item>
          {held.join(', ')} are marked as removed here. They can still be read, so that runs, approvals and the audit go
          on saying who was meant.
        </List.Item>
        <List.Item>The connection stays, and flows that use it go on.</List.Item>
        {primaryDirectory && <List.Item>No directory is primary then, until another one is chosen.</List.Item>}
      </List>
    </Removal>
  );
}
