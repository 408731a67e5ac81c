import type { Draft } from '@castellan/flow';
import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { useRestoreVersion, useVersion, useVersions, useWorkspace } from '../api/index.js';
import { useEditor, useEditorStore } from '../editor/editor-context.js';
import { isUnsaved, takeOver } from '../editor/editor-store.js';
import { useFlowRow } from '../editor/use-flow-row.js';
import { ConfirmDialog } from '../ui/confirm.js';
import { EmptyState } from '../ui/empty-state.js';
import { Failure } from '../ui/failure.js';
import { RelativeTime } from '../ui/relative-time.js';
import { StatusBadge } from '../ui/status-badge.js';
import { DiffList } from './diff-list.js';
import classes from './panels.module.css';
import { SidePanel } from './side-panel.js';

/** The published versions, what each changed, and the way back to one. */
export function VersionsPanel() {
  const store = useEditorStore();
  const flowId = useEditor((state) => state.flowId);
  const { data: versions, hasNextPage, fetchNextPage, error } = useVersions(flowId);
  const published = useFlowRow()?.published;
  const [opened, setOpened] = useState<number | null>(null);
  return (
    <SidePanel label="Versions" head={<strong>Versions</strong>} onClose={() => store.setState({ side: null })}>
      {error !== null && <Failure what="The versions cannot be read" error={error} />}
      {versions?.length === 0 && <EmptyState>This flow was not published yet.</EmptyState>}
      <ul className={classes.list}>
        {versions?.map((version) => (
          <li key={version.number} className={classes.card}>
            <div className={classes.cardHead}>
              <strong>Version {version.number}</strong>
              {version.number === published && <StatusBadge look="succeeded" word="Published" plain />}
              <Button
                ml="auto"
                size="compact-xs"
                variant="subtle"
                aria-expanded={opened === version.number}
                onClick={() => setOpened(opened === version.number ? null : version.number)}
              >
                {opened === version.number ? 'Hide' : 'Compare'}
              </Button>
            </div>
            <Text size="xs" c="dimmed">
              {version.publishedBy}, <RelativeTime at={version.publishedAt} />
            </Text>
            {version.note !== null && <Text size="sm">{version.note}</Text>}
            {opened === version.number && <VersionDetail number={version.number} />}
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button variant="default" size="xs" onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
    </SidePanel>
  );
}

/** What the draft changes against a version, and the way to make that version the draft again. */
function VersionDetail({ number }: { number: number }) {
  const store = useEditorStore();
  const { can } = useWorkspace();
  const flowId = useEditor((state) => state.flowId);
  const draft = useEditor((state) => state.flow);
  const unsaved = useEditor(isUnsaved);
  const { data: version } = useVersion(flowId, number);
  const restore = useRestoreVersion(flowId);
  const [asking, setAsking] = useState(false);
  if (version === undefined) return null;
  const confirm = () => {
    restore.mutate(
      { revision: store.getState().saved.revision, version: number },
      {
        onSuccess: (flow) => {
          takeOver(store, `Restore version ${number}`, { flow: flow.draft as Draft, revision: flow.revision });
          setAsking(false);
        },
      },
    );
  };
  return (
    <>
      <Text size="xs" fw={600}>
        The draft against it
      </Text>
      <DiffList before={version.flow as Draft} after={draft} />
      {can('flow:write') && (
        <Button size="compact-xs" variant="default" w="fit-content" disabled={unsaved} onClick={() => setAsking(true)}>
          Restore as draft
        </Button>
      )}
      <ConfirmDialog
        opened={asking}
        title={`Restore version ${number}`}
        verb="Restore"
        busy={restore.isPending}
        onConfirm={confirm}
        onClose={() => setAsking(false)}
      >
        <Text size="sm">
          The draft becomes what version {number} was. Undo brings the present draft back. What is published does not
          change.
        </Text>
        {restore.error !== null && <Failure what="It was not restored" error={restore.error} />}
      </ConfirmDialog>
    </>
  );
}
