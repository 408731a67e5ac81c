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

/** A sync that would remove too many accounts at once waits here for a person. */
export function RemovalQuestion({ integration, sync }: { integration: Integration; sync: SyncRun }) {
  const { can } = useWorkspace();
  const decide = useDecideSync(sync);
  const [asking, setAsking] = useState(false);
  if (sync.asks === null) return null;
  const { gone, of, examples } = sync.asks;
  const system = systemName(integration.connector);
  const rest = gone - examples.length;
  return (
    <Notice look="waiting" title={`${number(gone)} of ${count(of, 'account')} are missing`}>
      <Stack gap="sm" mt={4}>
        <Text size="sm">
          {system} does not give them any longer, or the filter keeps them out. That may be right, or come of lost
          rights or a wrong filter. Until somebody decides, they stay as they are, and the sync waits.
        </Text>
        <List size="sm" aria-label="Missing accounts">
          {examples.map((example) => (
            <List.Item key={example}>{example}</List.Item>
          ))}
          {rest > 0 && <List.Item>and {number(rest)} more</List.Item>}
        </List>
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
        title={`Mark ${count(gone, 'account')} as removed?`}
        verb="Mark as removed"
        destructive
        busy={decide.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => decide.mutate(true, { onSuccess: () => setAsking(false) })}
      >
        <Text size="sm">
          Their memberships end here, too. Nothing changes in {system}, and an account that it gives again is there
          again with its history.
        </Text>
      </ConfirmDialog>
    </Notice>
  );
}
