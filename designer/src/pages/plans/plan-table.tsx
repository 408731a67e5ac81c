import type { PlanRow } from '@castellan/api';
import { Anchor, Group, ScrollArea, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Check, FlaskConical } from 'lucide-react';
import { Fragment } from 'react';
import { useWorkspace } from '../../api/index.js';
import { ActionTag } from '../../plans/action-tag.js';
import classes from '../../plans/plans.module.css';
import { type More, MoreRows } from '../../ui/data-table.js';
import { Tag } from '../../ui/tag.js';
import { groupsOf, type RowGroup, stateWords } from './row-groups.js';

interface Props {
  rows: PlanRow[];
  /** A run keeps to the plan: each row says whether it was done. */
  used: boolean;
  more: More;
}

/** The changes of a plan by person and system: what is done, before and after, by which step. */
export function PlanTable({ rows, used, more }: Props) {
  const columns = used ? 5 : 4;
  return (
    <>
      <ScrollArea className="card" type="auto">
        <Table aria-label="Planned changes" verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={110}>Change</Table.Th>
              <Table.Th>What</Table.Th>
              <Table.Th>Before → after</Table.Th>
              <Table.Th w={190}>Step</Table.Th>
              {used && <Table.Th w={130}>Done</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {groupsOf(rows).map((group) => (
              <Fragment key={group.rows[0]?.n}>
                <Table.Tr className={classes.group}>
                  <Table.Th colSpan={columns} scope="rowgroup">
                    <GroupHead group={group} />
                  </Table.Th>
                </Table.Tr>
                {group.rows.map((row) => (
                  <PlanLine key={row.n} row={row} used={used} />
                ))}
              </Fragment>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      <MoreRows more={more} />
    </>
  );
}

function GroupHead({ group: { person, system, connection, simulator, rows } }: { group: RowGroup }) {
  return (
    <Group gap="xs" wrap="nowrap">
      <Text span size="sm" fw={600} className="break-anywhere">
        {person ?? 'About nobody'}
      </Text>
      <Text span size="sm" c="dimmed">
        {connection === null || connection === system ? system : `${system} · ${connection}`}
      </Text>
      {simulator && <Tag icon={FlaskConical}>Simulator</Tag>}
      <Text span size="xs" c="dimmed">
        {rows.length}
      </Text>
    </Group>
  );
}

function PlanLine({ row, used }: { row: PlanRow; used: boolean }) {
  const { id: ws } = useWorkspace();
  return (
    <Table.Tr>
      <Table.Td>
        <ActionTag action={row.action} />
      </Table.Td>
      <Table.Td className="break-anywhere">
        {row.object === null ? row.operationTitle : (row.object.title ?? row.object.id)}
        <Text size="xs" c="dimmed">
          {row.operationTitle}
        </Text>
      </Table.Td>
      <Table.Td>
        <BeforeAfter row={row} />
      </Table.Td>
      <Table.Td className="break-anywhere">
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link
              to="/w/$ws/runs/$runId"
              params={{ ws, runId: row.runId }}
              search={{ step: row.stepId, ...(row.iteration === '' ? {} : { iteration: row.iteration }) }}
              {...props}
            />
          )}
        >
          {row.stepTitle}
        </Anchor>
        {row.iteration !== '' && (
          <Text size="xs" c="dimmed">
            Item{' '}
            {row.iteration
              .split('.')
              .map((part) => Number(part) + 1)
              .join('.')}
          </Text>
        )}
      </Table.Td>
      {used && <Table.Td>{row.takenBy === null ? <NotDone /> : <Done />}</Table.Td>}
    </Table.Tr>
  );
}

/** What there was, and what would be sent. */
function BeforeAfter({ row: { before, input, open } }: { row: PlanRow }) {
  const was = stateWords(before);
  return (
    <>
      <Text size="xs" c="dimmed" className={classes.state} title={was}>
        {was === '' ? 'Nothing is read before' : was}
      </Text>
      <Text size="xs" className={classes.state} title={stateWords(input)}>
        <span aria-hidden>→ </span>
        {stateWords(input)}
      </Text>
      {open.length > 0 && (
        <Text size="xs" className={classes.open}>
          Known only when it is carried out: {open.map((pointer) => pointer.slice(1) || 'all of it').join(', ')}
        </Text>
      )}
    </>
  );
}

const Done = () => (
  <Text size="sm" className={classes.done}>
    <Check size={14} aria-hidden /> Matched
  </Text>
);

const NotDone = () => (
  <Text size="sm" c="dimmed">
    Not done
  </Text>
);
