import { Button, Group, Text } from '@mantine/core';
import { useResolveOutcome, useWorkspace } from '../../api/index.js';
import { Failure } from '../../ui/failure.js';

interface ResolveOutcomeProps {
  runId: string;
  stepId: string;
  iteration: string;
}

/** A person looked in the other system and says what became of a write whose answer never came. */
export function ResolveOutcome({ runId, stepId, iteration }: ResolveOutcomeProps) {
  const { can } = useWorkspace();
  const resolve = useResolveOutcome(runId);
  if (!can('run:operate')) return <Text size="sm">Somebody who may operate runs must look and decide.</Text>;
  const say = (outcome: 'happened' | 'not_happened' | 'fail') => resolve.mutate({ step: stepId, iteration, outcome });
  return (
    <>
      <Text size="sm">
        The request was sent and its answer never came. Look in the system, then say what you found: it is not sent
        again unless you say that it did not happen.
      </Text>
      <Group gap="xs">
        <Button size="compact-sm" disabled={resolve.isPending} onClick={() => say('happened')}>
          It happened
        </Button>
        <Button size="compact-sm" variant="default" disabled={resolve.isPending} onClick={() => say('not_happened')}>
          It did not
        </Button>
        <Button size="compact-sm" variant="subtle" color="red" disabled={resolve.isPending} onClick={() => say('fail')}>
          Fail the step
        </Button>
      </Group>
      {resolve.error !== null && <Failure what="It was not taken down" error={resolve.error} />}
    </>
  );
}
