import type { Integration, SyncRun } from '@castellan/api';
import { Button, Group, List, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useDecideSync } from '../../api/integrations.js';
import { useWorkspace } from '../../api/workspace.js';
import { systemName } from '../../systems/system-tile.js';
import { ConfirmDialog } from '../../ui/confirm.js';
import { Failure } from '../../ui/failure.js';
import { count, number } from '../../ui/format.js';
import { Notice } from '../../ui/notice.js';
import { kindTitles, missing } from './sync-words.js';

/** A sync that would remove too many accounts at once waits here for a person. */
export function RemovalQuestion({ integration, sync }: { integration: Integration; sync: SyncRun }) {
  const { can } = useWorkspace();
  const decide = useDecideSync(sync);
  const [asking, setAsking] = useState(false);
  if (sync.asks === null) return null;
  const { asks } = sync;
  const system = systemName(integration.connector);
  const gone = asks.reduce((sum, one) => sum + one.gone, 0);
  return (
    <Notice look="waiting" title={missing(asks)}>
      <Stack gap="sm" mt={4}>
        <Text size="sm">
          {system} does not give them any longer, or the filter keeps them out. That may be right, or come of lost
          rights or a wrong filter. They stay as they are until somebody decides; the next sync looks again.
        </Text>
        {asks.map((one) => (
          <Examples key={one.kind} missing={one} />
        ))}
        {decide.error && <Failure what="Not decided" error={decide.error} />}
        {can('integration:write') ? (
          <Group gap="xs">
            <Button variant="default" loading={decide.isPending && !asking} onClick={() => decide.mutate(false)}>
              Leave them as they are
            </Button>
            <Button color="red.8" onClick={() => setAsking(true)}>
              Mark {number(gone)} as removed
            </Button>
          </Group>
        ) : (
          <Text size="sm">An administrator of the workspace decides.</Text>
        )}
      </Stack>
      <ConfirmDialog
        opened={asking}
        title={`Mark ${count(gone, 'record')} as removed?`}
        verb="Mark as removed"
        destructive
        busy={decide.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => decide.mutate(true, { onSuccess: () => setAsking(false) })}
      >
        <Text size="sm">
          Their memberships end here, too. Nothing changes in {system}, and what it gives again is there again with its
          history.
        </Text>
      </ConfirmDialog>
    </Notice>
  );
}

function Examples({ missing: { kind, gone, examples } }: { missing: NonNullable<SyncRun['asks']>[number] }) {
  const rest = gone - examples.length;
  return (
    <List size="sm" aria-label={`Missing ${kindTitles[kind].toLowerCase()}`}>
      {examples.map((example) => (
        <List.Item key={example}>{example}</List.Item>
      ))}
      {rest > 0 && <List.Item>and {number(rest)} more</List.Item>}
    </List>
  );
}
