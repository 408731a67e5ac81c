import type { Integration } from '@castellan/api';
import { Button, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { PlugZap } from 'lucide-react';
import { isUnderWay, useActOnIntegration } from '../../api/integrations.js';
import { useWorkspace } from '../../api/workspace.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Facts } from '../../ui/facts.js';
import { Notice } from '../../ui/notice.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { HealthBadge } from './integration-tags.js';
import { RemovalQuestion } from './removal-question.js';
import { SyncList } from './sync-list.js';
import { holding, phaseOf, reading, rhythm } from './sync-words.js';

/** How an integration stands, and its last syncs. */
export function IntegrationOverview({ integration }: { integration: Integration }) {
  const { lastSync, health, paused } = integration;
  return (
    <Stack gap="lg">
      {lastSync?.status === 'asks' && <RemovalQuestion integration={integration} sync={lastSync} />}
      {lastSync && isUnderWay(lastSync) && (
        <Notice look="running" title="Syncing">
          {phaseOf(lastSync)}
        </Notice>
      )}
      {lastSync?.status === 'failed' && lastSync.error && (
        <ErrorPanel
          what="The last sync failed"
          why={lastSync.error.message}
          next={
            paused
              ? 'Nothing is read while it is paused. What was read before stays.'
              : 'What was read before stays. The next sync tries again.'
          }
          code={lastSync.error.code}
        />
      )}
      {health.status === 'failing' && lastSync?.status !== 'failed' && (
        <ErrorPanel
          what="The directory cannot be read"
          {...(health.message === null ? {} : { why: health.message })}
          next="Look at the connection, then check again."
        />
      )}
      <StandingFacts integration={integration} />
      <SyncList integration={integration} />
    </Stack>
  );
}

function StandingFacts({ integration }: { integration: Integration }) {
  const { id: ws, can } = useWorkspace();
  const check = useActOnIntegration(integration.id, 'health');
  const { connection, health, nextSyncAt, paused, filterExpr } = integration;
  return (
    <Group justify="space-between" align="flex-start">
      <Facts room="much">
        <dt>Health</dt>
        <dd>
          <Group gap="xs">
            <HealthBadge integration={integration} plain />
            {health.checkedAt && (
              <Text size="sm" c="dimmed" component="span">
                checked <RelativeTime at={health.checkedAt} />
              </Text>
            )}
          </Group>
        </dd>
        <dt>Reads</dt>
        <dd style={{ maxWidth: 640 }}>{reading(integration)}</dd>
        <dt>Holds</dt>
        <dd>{holding(integration)}</dd>
        <dt>Next sync</dt>
        <dd>
          {paused ? 'When it is resumed' : <RelativeTime at={nextSyncAt} />}
          <Text size="sm" c="dimmed" component="span">
            , {rhythm(integration.everyHours).toLowerCase()}
          </Text>
        </dd>
        <dt>Connection</dt>
        <dd>
          <Link to="/w/$ws/connections/$connectionId" params={{ ws, connectionId: connection.id }}>
            {connection.name}
          </Link>
        </dd>
        {filterExpr !== null && (
          <>
            <dt>Filter</dt>
            <dd>
              <code className="break-anywhere">{filterExpr}</code>
            </dd>
          </>
        )}
      </Facts>
      {can('integration:sync') && (
        <Button
          variant="default"
          leftSection={<PlugZap size={16} aria-hidden />}
          loading={check.isPending}
          onClick={() => check.mutate(undefined)}
        >
          Check now
        </Button>
      )}
    </Group>
  );
}
