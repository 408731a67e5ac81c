import type { FlowTestRow } from '@castellan/api';
import { ActionIcon, Button, Menu, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { EllipsisVertical } from 'lucide-react';
import { useState } from 'react';
import { useAcceptResult, useRemoveFlowTest, useWorkspace } from '../../api/index.js';
import { useEditor } from '../../editor/editor-context.js';
import { isUnsaved } from '../../editor/editor-store.js';
import { ConfirmDialog } from '../../ui/confirm.js';
import { Failure } from '../../ui/failure.js';
import { duration } from '../../ui/format.js';
import { StatusBadge } from '../../ui/status-badge.js';
import panels from '../panels.module.css';
import { FailureList } from './failure-list.js';

interface CaseCardProps {
  row: FlowTestRow;
  busy: boolean;
  onPlay: () => void;
  onEdit: () => void;
}

const looks = {
  passed: { look: 'succeeded', word: 'Passed' },
  failed: { look: 'failed', word: 'Failed' },
  open: { look: 'neutral', word: 'Not run' },
} as const;

/** One test case with what came of it; where it failed, what differs, and the way to take that for right. */
export function CaseCard({ row, busy, onPlay, onEdit }: CaseCardProps) {
  const { can } = useWorkspace();
  const result = useEditor(({ tested }) => tested?.results[row.id]);
  const revision = useEditor(({ tested }) => tested?.revision ?? null);
  const saved = useEditor((state) => state.saved.revision);
  const unsaved = useEditor(isUnsaved);
  const passed = result?.passed ?? row.lastResult?.passed;
  const isOld = unsaved || (result === undefined ? row.lastResult?.revision : revision) !== saved;
  return (
    <li className={panels.card} aria-label={row.name}>
      <div className={panels.cardHead}>
        <strong className={`${panels.cardTitle} break-anywhere`}>{row.name}</strong>
        <Button flex="none" size="compact-xs" variant="subtle" disabled={busy} onClick={onPlay}>
          Run
        </Button>
        <CaseMenu row={row} onEdit={onEdit} />
      </div>
      <Text size="xs" c="dimmed" component="div" className={panels.cardHead}>
        <StatusBadge {...looks[passed === undefined ? 'open' : passed ? 'passed' : 'failed']} plain />
        {passed !== undefined && isOld && 'before the draft was changed'}
        {result !== undefined && !isOld && result.seconds >= 1 && `stands for ${duration(result.seconds * 1_000)}`}
      </Text>
      {result !== undefined && <FailureList failures={result.failures} />}
      {result === undefined && row.lastResult?.passed === false && (
        <Text size="sm" c="dimmed">
          Run it to see what differs.
        </Text>
      )}
      {result?.notes.map((note) => (
        <Text key={note} size="xs" c="dimmed">
          {note}
        </Text>
      ))}
      {can('flow:write') && result?.passed === false && revision !== null && !isOld && (
        <Accept id={row.id} revision={revision} onAccepted={onPlay} />
      )}
    </li>
  );
}

/** What was expected is the question, not the flow: what happened becomes what is expected. */
function Accept({ id, revision, onAccepted }: { id: string; revision: number; onAccepted: () => void }) {
  const accept = useAcceptResult(useEditor((state) => state.flowId));
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        w="fit-content"
        loading={accept.isPending}
        title="Those expectations that were not met become what happened. The others stay."
        onClick={() => accept.mutate({ id, revision }, { onSuccess: onAccepted })}
      >
        Accept what happened
      </Button>
      {accept.error !== null && <Failure what="It still expects what it did" error={accept.error} />}
    </>
  );
}

function CaseMenu({ row, onEdit }: { row: FlowTestRow; onEdit: () => void }) {
  const { id: ws, can } = useWorkspace();
  const remove = useRemoveFlowTest(useEditor((state) => state.flowId));
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`More about ${row.name}`}>
            <EllipsisVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={onEdit}>{can('flow:write') ? 'Edit' : 'Look at it'}</Menu.Item>
          {row.runId !== null && (
            <Menu.Item
              renderRoot={(props) => <Link {...props} to="/w/$ws/runs/$runId" params={{ ws, runId: row.runId! }} />}
            >
              Open the run it was made of
            </Menu.Item>
          )}
          {can('flow:write') && <Menu.Item onClick={() => setAsking(true)}>Delete</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={asking}
        title="Delete the test case"
        verb="Delete"
        destructive
        busy={remove.isPending}
        onConfirm={() => remove.mutate(row.id, { onSuccess: () => setAsking(false) })}
        onClose={() => setAsking(false)}
      >
        <Text size="sm">
          “{row.name}” is removed from the flow. The run that it was made of stays, and can be saved as a test again.
        </Text>
        {remove.error !== null && <Failure what="It was not deleted" error={remove.error} />}
      </ConfirmDialog>
    </>
  );
}
