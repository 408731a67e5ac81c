import type { RunRow } from '@castellan/api';
import { Button, Menu } from '@mantine/core';
import { EllipsisVertical, ListChecks, OctagonX } from 'lucide-react';
import { useState } from 'react';
import { useWorkspace } from '../../api/index.js';
import { OpenInEditor } from './open-in-editor.js';
import { isOver } from './run-state.js';
import { SaveAsTest } from './save-as-test.js';
import { TerminateRun } from './terminate-run.js';
import { isUndo } from './undo/is-undo.js';

/** What is seldom done to a run. */
export function RunMenu({ run }: { run: RunRow }) {
  const { can } = useWorkspace();
  const [opened, setOpened] = useState<'save' | 'terminate' | null>(null);
  const close = () => setOpened(null);
  const ofFlow = run.clearedAt === null && !isUndo(run);
  const opens = can('flow:read') && ofFlow;
  const saves = can('flow:write') && ofFlow && isOver(run) && run.status !== 'cancelled' && run.mode !== 'plan';
  const terminates = can('run:operate') && !isOver(run);
  if (!opens && !saves && !terminates) return null;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="compact-sm" variant="subtle" color="gray" aria-label="More" px={6}>
            <EllipsisVertical size={16} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {opens && <OpenInEditor run={run} />}
          {saves && (
            <Menu.Item leftSection={<ListChecks size={14} aria-hidden />} onClick={() => setOpened('save')}>
              Save as a test
            </Menu.Item>
          )}
          {terminates && (
            <Menu.Item leftSection={<OctagonX size={14} aria-hidden />} onClick={() => setOpened('terminate')}>
              Terminate
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <SaveAsTest run={run} opened={opened === 'save'} onClose={close} />
      <TerminateRun run={run} opened={opened === 'terminate'} onClose={close} />
    </>
  );
}
