import type { Integration } from '@castellan/api';
import { Button, Text } from '@mantine/core';
import { CirclePause, CirclePlay, FolderSync } from 'lucide-react';
import { useState } from 'react';
import { isUnderWay, useActOnIntegration } from '../../api/integrations.js';
import { useWorkspace } from '../../api/workspace.js';
import { ConfirmDialog } from '../../ui/confirm.js';

/** Sync now, and pause or resume. */
export function IntegrationActions({ integration }: { integration: Integration }) {
  const { can } = useWorkspace();
  const sync = useActOnIntegration(integration.id, 'sync');
  const resume = useActOnIntegration(integration.id, 'resume');
  return (
    <>
      {can('integration:write') &&
        (integration.paused ? (
          <Button
            variant="default"
            leftSection={<CirclePlay size={16} aria-hidden />}
            loading={resume.isPending}
            onClick={() => resume.mutate(undefined)}
          >
            Resume
          </Button>
        ) : (
          <PauseButton integration={integration} />
        ))}
      {can('integration:sync') && !integration.paused && (
        <Button
          leftSection={<FolderSync size={16} aria-hidden />}
          loading={sync.isPending}
          disabled={isUnderWay(integration.lastSync)}
          onClick={() => sync.mutate(undefined)}
        >
          Sync now
        </Button>
      )}
    </>
  );
}

function PauseButton({ integration: { id, name, lastSync } }: { integration: Integration }) {
  const pause = useActOnIntegration(id, 'pause');
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button variant="default" leftSection={<CirclePause size={16} aria-hidden />} onClick={() => setAsking(true)}>
        Pause
      </Button>
      <ConfirmDialog
        opened={asking}
        title={`Pause ${name}?`}
        verb="Pause"
        busy={pause.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => pause.mutate(undefined, { onSuccess: () => setAsking(false) })}
      >
        <Text size="sm">
          {isUnderWay(lastSync) && 'The sync that is under way stops at once. '}
          The run of a push that is under way is cancelled: no more is written, and what was written stays. Nothing is
          read or pushed until somebody resumes it. The connection, and all that was read, stay as they are.
        </Text>
      </ConfirmDialog>
    </>
  );
}
