import type { Plan, UndoWrite } from '@castellan/api';
import { Button, Checkbox, Group, ScrollArea, Stack, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useMakeUndo, useUndoWrites, useWorkspace } from '../../api/index.js';
import { useShowPlan } from '../../plans/use-show-plan.js';
import { MoreRows, moreOf } from '../../ui/data-table.js';
import { Failure } from '../../ui/failure.js';
import { changeWords, stateWords } from './row-groups.js';
import { choiceOf, isChoice, isTakenBack, undoWords, whatIsDone } from './undo-words.js';

interface Props {
  plan: Plan;
  undoes: { runId: string };
}

/** What becomes of each write of the run that is undone; people may choose otherwise, which is another plan. */
export function UndoTable({ plan, undoes }: Props) {
  const { can } = useWorkspace();
  const rows = useUndoWrites(plan.id, `${plan.status} ${plan.applied === null ? '' : 'applied'}`);
  const writes = rows.data ?? [];
  const more = moreOf(rows);
  const [wanted, setWanted] = useState<ReadonlySet<string> | null>(null);
  const mayChoose = can('run:operate') && (plan.status === 'ready' || plan.status === 'expired') && !more.has;
  const taken = wanted ?? new Set(writes.filter(isTakenBack).map(({ key }) => key));
  const toggle = (key: string) => {
    const next = new Set(taken);
    if (!next.delete(key)) next.add(key);
    setWanted(next);
  };
  if (rows.error !== null) return <Failure what="What becomes of the run's writes cannot be read" error={rows.error} />;
  if (writes.length === 0) return null;
  return (
    <section aria-label="What the run did">
      <ScrollArea className="card" type="auto">
        <Table aria-label="What the run did" verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              {mayChoose && <Table.Th w={40} aria-label="Take back" />}
              <Table.Th w={220}>What the run did</Table.Th>
              <Table.Th>What was changed</Table.Th>
              <Table.Th w={260}>Undo</Table.Th>
              <Table.Th>Before · now</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {writes.map((write) => (
              <UndoLine
                key={write.key}
                write={write}
                choice={mayChoose ? { isTaken: taken.has(write.key), toggle: () => toggle(write.key) } : null}
              />
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      <MoreRows more={more} />
      {wanted !== null && <PlanAgain undoes={undoes} writes={writes} wanted={wanted} onDone={() => setWanted(null)} />}
    </section>
  );
}

interface LineProps {
  write: UndoWrite;
  choice: { isTaken: boolean; toggle(): void } | null;
}

function UndoLine({ write, choice }: LineProps) {
  const { id: ws } = useWorkspace();
  const changed = write.changes.map(changeWords).join(', ');
  return (
    <Table.Tr>
      {choice !== null && (
        <Table.Td>
          {isChoice(write) && (
            <Checkbox
              size="xs"
              checked={choice.isTaken}
              onChange={choice.toggle}
              aria-label={`Take back ${write.title} ${changed}`}
            />
          )}
        </Table.Td>
      )}
      <Table.Td className="break-anywhere">
        <Link to="/w/$ws/runs/$runId" params={{ ws, runId: write.runId }}>
          {write.title}
        </Link>
        <Text size="xs" c="dimmed">
          {write.system} · {write.operation}
        </Text>
      </Table.Td>
      <Table.Td className="break-anywhere">{changed}</Table.Td>
      <Table.Td>
        <Text size="sm">
          {write.undoneAt !== null ? 'Taken back' : write.state === null ? 'Being looked at' : undoWords[write.state]}
        </Text>
        <Text size="xs" c="dimmed">
          {whatIsDone(write)}
        </Text>
      </Table.Td>
      <Table.Td className="break-anywhere">
        <Text size="xs" c="dimmed">
          {stateWords(write.before)}
        </Text>
        <Text size="xs">{stateWords(write.now)}</Text>
      </Table.Td>
    </Table.Tr>
  );
}

interface AgainProps {
  undoes: { runId: string };
  writes: UndoWrite[];
  wanted: ReadonlySet<string>;
  onDone(): void;
}

/** The plan's hash is over just what is done, so that another choice is another plan. */
function PlanAgain({ undoes, writes, wanted, onDone }: AgainProps) {
  const show = useShowPlan();
  const make = useMakeUndo(undoes.runId);
  const send = () =>
    make.mutate(choiceOf(writes, wanted), {
      onSuccess: ({ planId }) => {
        onDone();
        show(planId);
      },
    });
  return (
    <Stack gap="xs" mt="sm" align="flex-start">
      <Group gap="sm">
        <Button variant="default" loading={make.isPending} onClick={send}>
          Plan again with this choice
        </Button>
        <Button variant="subtle" color="gray" onClick={onDone}>
          Keep the plan as it is
        </Button>
      </Group>
      {make.error !== null && <Failure what="No undo was planned" error={make.error} />}
    </Stack>
  );
}
