import { Button, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Rewind } from 'lucide-react';
import { useState } from 'react';
import { useShadow, useStartShadow, useWorkspace } from '../api/index.js';
import { Failure } from '../ui/failure.js';
import { TrialOutcome } from './trial-outcome.js';

interface Props {
  flowId: string;
  /** Saves what is not saved yet; tells whether the server holds the draft then. */
  save: () => Promise<boolean>;
}

const last = 50;

/** Before it is published: what the draft would have done in place of the last runs. */
export function TryOnRuns({ flowId, save }: Props) {
  const { id: ws, can } = useWorkspace();
  const start = useStartShadow(flowId);
  const [trialId, setTrialId] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const { data: trial } = useShadow(trialId);
  const begin = async () => {
    setSaving(true);
    const saved = await save();
    setSaving(false);
    if (saved) start.mutate({ last }, { onSuccess: ({ id }) => setTrialId(id) });
  };
  if (!can('flow:write')) return null;
  return (
    <Stack gap="xs" align="stretch">
      {trial === undefined ? (
        <Button
          variant="default"
          w="fit-content"
          leftSection={<Rewind size={16} aria-hidden />}
          loading={saving || start.isPending}
          onClick={() => void begin()}
        >
          Try the draft on the last {last} runs
        </Button>
      ) : (
        <>
          <TrialOutcome trial={trial} />
          {trial.total > 0 && (
            <Text size="sm">
              <Link to="/w/$ws/flows/$flowId/trials" params={{ ws, flowId }} search={{ trial: trial.id }}>
                Look at each run
              </Link>
            </Text>
          )}
        </>
      )}
      {start.error !== null && <Failure what="It was not tried" error={start.error} />}
    </Stack>
  );
}
