import type { InFlightChoice } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { Button, Group, Modal, Stack, Switch, Text, Textarea } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useInFlight, usePublishFlow, useVersion, useWorkspace } from '../../api/index.js';
import { useEditor, useEditorStore } from '../../editor/editor-context.js';
import { isUnsaved } from '../../editor/editor-store.js';
import { useFlowRow } from '../../editor/use-flow-row.js';
import { TryOnRuns } from '../../trials/try-on-runs.js';
import { Failure } from '../../ui/failure.js';
import { Notice } from '../../ui/notice.js';
import { DiffList } from '../diff-list.js';
import classes from '../panels.module.css';
import { ProblemLine } from '../problems-panel.js';
import { TestsBeforePublish } from '../tests/tests-before-publish.js';
import { InFlightSection } from './in-flight-section.js';

interface PublishDialogProps {
  opened: boolean;
  onClose: () => void;
  /** Saves what is not saved yet; tells whether the server holds the draft then. */
  save: () => Promise<boolean>;
}

/** Publishes the draft as a new version: what stands in the way, what changes, a note, and whether it is switched on. */
export function PublishDialog({ opened, onClose, save }: PublishDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Publish" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      {opened && <PublishForm onClose={onClose} save={save} />}
    </Modal>
  );
}

function PublishForm({ onClose, save }: Omit<PublishDialogProps, 'opened'>) {
  const store = useEditorStore();
  const flowId = useEditor((state) => state.flowId);
  const draft = useEditor((state) => state.flow);
  const problems = useEditor((state) => state.problems);
  const unsaved = useEditor(isUnsaved);
  const row = useFlowRow();
  const { data: last } = useVersion(flowId, row?.published ?? null);
  const { can } = useWorkspace();
  const inFlight = useInFlight(flowId, { enabled: row?.published != null && can('run:read') });
  const publish = usePublishFlow(flowId);
  const [note, setNote] = useState('');
  const [enable, setEnable] = useState(row?.published == null || row.enabled);
  const [choice, setChoice] = useState<InFlightChoice>({ action: 'finish', compensate: true });
  const [busy, setBusy] = useState(false);
  const errors = problems.filter(({ severity }) => severity === 'error');

  const confirm = async () => {
    setBusy(true);
    const saved = !unsaved || (await save());
    setBusy(false);
    if (!saved) return;
    const { revision } = store.getState().saved;
    publish.mutate(
      { revision, enable, inFlight: choice, ...(note.trim() === '' ? {} : { note: note.trim() }) },
      { onSuccess: ({ cancelling }) => cancelling === null && onClose() },
    );
  };

  if (publish.data?.cancelling != null) {
    return <Published version={publish.data.published} bulkId={publish.data.cancelling} onClose={onClose} />;
  }

  if (errors.length > 0) {
    return (
      <Stack gap="sm">
        <Text size="sm">
          {errors.length === 1 ? 'One thing stands' : `${errors.length} things stand`} in the way. Mend{' '}
          {errors.length === 1 ? 'it' : 'them'}, then publish again.
        </Text>
        <ul className={classes.list}>
          {errors.map((problem) => (
            <li key={`${problem.pointer} ${problem.code} ${problem.message}`}>
              <ProblemLine problem={problem} onOpen={onClose} />
            </li>
          ))}
        </ul>
      </Stack>
    );
  }
  return (
    <Stack gap="md">
      <div>
        <Text size="sm" fw={600} mb={4}>
          {last === undefined ? 'The first version' : `Changes since version ${last.number}`}
        </Text>
        {last !== undefined && <DiffList before={last.flow as Draft} after={draft} />}
      </div>
      <TestsBeforePublish save={async () => !unsaved || (await save())} />
      {row?.published != null && <TryOnRuns flowId={flowId} save={async () => !unsaved || (await save())} />}
      {inFlight.error !== null && <Failure what="Runs that have not ended cannot be listed" error={inFlight.error} />}
      {inFlight.data !== undefined && <InFlightSection inFlight={inFlight.data} choice={choice} onChange={setChoice} />}
      <Textarea
        label="Note"
        description="What changed and why, for those who look back."
        value={note}
        maxLength={500}
        autosize
        minRows={2}
        data-autofocus
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Switch
        label="Switch its triggers on"
        checked={enable}
        onChange={(event) => setEnable(event.currentTarget.checked)}
      />
      {publish.error !== null && <Failure what="It was not published" error={publish.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Keep as draft
        </Button>
        <Button loading={busy || publish.isPending} onClick={() => void confirm()}>
          Publish
        </Button>
      </Group>
    </Stack>
  );
}

/** It is published, and runs of older versions are being cancelled. */
function Published({ version, bulkId, onClose }: { version: number | null; bulkId: string; onClose: () => void }) {
  const { id: ws } = useWorkspace();
  return (
    <Stack gap="md">
      <Notice look="succeeded" title={`Version ${version} is published`}>
        Runs of the versions before it are being cancelled.{' '}
        <Link to="/w/$ws/runs/bulk/$bulkId" params={{ ws, bulkId }}>
          See how far that is
        </Link>
      </Notice>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
      </Group>
    </Stack>
  );
}
