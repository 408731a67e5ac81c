import { Alert, Button, Group, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useEditor } from '../editor/editor-context.js';
import { isUnsaved } from '../editor/editor-store.js';
import { useFlowRow } from '../editor/use-flow-row.js';
import type { Saving } from '../editor/use-saving.js';
import classes from './panels.module.css';

/** Somebody else saved: nothing is lost, and the person chooses. */
export function ConflictBanner({ saving }: { saving: Saving }) {
  const conflict = useEditor((state) => state.save.is === 'conflict');
  const unsaved = useEditor(isUnsaved);
  const row = useFlowRow();
  const [busy, setBusy] = useState(false);
  if (!conflict) return null;
  const choose = async (act: () => Promise<void>) => {
    setBusy(true);
    await act().finally(() => setBusy(false));
  };
  return (
    <Alert
      role="alert"
      radius={0}
      variant="outline"
      classNames={{ root: classes.conflict ?? '', title: classes.conflictTitle ?? '' }}
      icon={<TriangleAlert size={18} aria-hidden />}
      title={`${row?.updatedBy ?? 'Somebody else'} saved this flow in the meantime`}
    >
      <Group gap="sm">
        <Text size="sm">
          {unsaved
            ? 'Your changes are here and not saved. Undo brings back what you do not choose.'
            : 'What you see is older than what is saved.'}
        </Text>
        <Button size="compact-sm" variant="default" disabled={busy} onClick={() => void choose(saving.loadTheirs)}>
          Load theirs
        </Button>
        {unsaved && (
          <Button size="compact-sm" loading={busy} onClick={() => void choose(saving.keepMine)}>
            Keep mine on top
          </Button>
        )}
      </Group>
    </Alert>
  );
}
