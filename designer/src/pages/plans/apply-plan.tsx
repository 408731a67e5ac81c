import type { MovedRow, Plan } from '@castellan/api';
import { Button, Stack, Table, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Play } from 'lucide-react';
import { useState } from 'react';
import { ApiError, useApplyPlan, useWorkspace } from '../../api/index.js';
import type { StatesRead } from '../../api/plans.js';
import { ActionCounts } from '../../plans/action-tag.js';
import { ConfirmDialog } from '../../ui/confirm.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Failure } from '../../ui/failure.js';
import { type Change, changeWords, stateWords } from './row-groups.js';

/** Has the plan carried out, once it was looked at. */
export function ApplyPlan({ plan }: { plan: Plan }) {
  const { id: ws } = useWorkspace();
  const navigate = useNavigate();
  const [states, setStates] = useState<StatesRead | null>(null);
  const apply = useApplyPlan(plan.id, setStates);
  const [asking, setAsking] = useState(false);
  const close = () => {
    setAsking(false);
    apply.reset();
  };
  const send = () =>
    apply.mutate(plan.hash ?? '', {
      onSuccess: ({ runId }) => void navigate({ to: '/w/$ws/runs/$runId', params: { ws, runId } }),
    });
  return (
    <>
      <Button leftSection={<Play size={16} aria-hidden />} onClick={() => setAsking(true)}>
        Apply
      </Button>
      <ConfirmDialog
        opened={asking}
        title="Apply the plan"
        verb="Apply"
        destructive
        busy={apply.isPending}
        disabled={apply.error !== null}
        onConfirm={send}
        onClose={close}
      >
        <Text size="sm">
          {plan.undoes === null ? 'The flow runs for real' : 'What the run did is really taken back'}
          {plan.simulated ? ', on simulators in part or whole' : ''}. First everything is read again: if anything has
          moved since, nothing is begun. Then only what stands in this plan is sent.
        </Text>
        <ActionCounts counts={plan.counts} />
        {apply.isPending && states !== null && (
          <Text size="sm" role="status">
            What there is now is being read: {states.read} of {states.of}. Nothing is begun yet.
          </Text>
        )}
        {apply.error !== null && <Refusal error={apply.error} />}
      </ConfirmDialog>
    </>
  );
}

function Refusal({ error }: { error: Error }) {
  const moved = movedIn(error);
  return (
    <Stack gap="xs">
      {moved.length === 0 ? (
        <Failure what="The plan was not applied" error={error} />
      ) : (
        <ErrorPanel what="The plan was not applied" why={error.message} next="Nothing was begun." />
      )}
      {moved.length > 0 && (
        <Table aria-label="What has moved" verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>What</Table.Th>
              <Table.Th>When planned</Table.Th>
              <Table.Th>Now</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {moved.map((row) => (
              <Table.Tr key={`${row.stepId} ${row.iteration}`}>
                <Table.Td className="break-anywhere">
                  {whatOf(row)}
                  <Text size="xs" c="dimmed">
                    {row.stepTitle}
                  </Text>
                </Table.Td>
                <Table.Td className="break-anywhere">{stateWords(row.before)}</Table.Td>
                <Table.Td className="break-anywhere">{stateWords(row.now)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  );
}

/** What the write would change, and whose. */
function whatOf({ changes }: MovedRow): string {
  const [change] = changes as Change[];
  return change === undefined ? '' : changeWords(change);
}

/** The rows that the server names in its refusal. */
function movedIn(error: Error): MovedRow[] {
  const { moved = [] } = (error instanceof ApiError ? (error.details ?? {}) : {}) as { moved?: MovedRow[] };
  return moved;
}
