import { Button, Loader, Stack, Text } from '@mantine/core';
import { Play } from 'lucide-react';
import { useState } from 'react';
import { useFlowTests, useWorkspace } from '../../api/index.js';
import { useEditor, useEditorStore } from '../../editor/editor-context.js';
import { isUnsaved } from '../../editor/editor-store.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import classes from '../panels.module.css';
import { SidePanel } from '../side-panel.js';
import { useTrial } from '../trial/trial.js';
import { CaseCard } from './case-card.js';
import { CaseEditor } from './case-editor.js';
import { CoverageList } from './coverage-list.js';
import { usePlay } from './use-play.js';

/** The flow's test cases: what came of each, what it expects, and the ways through the flow that none of them goes. */
export function CasesPanel() {
  const store = useEditorStore();
  const flowId = useEditor((state) => state.flowId);
  const { can } = useWorkspace();
  const { data: cases, error } = useFlowTests(flowId);
  const { save } = useTrial();
  const { play, busy, error: notPlayed } = usePlay(save);
  const [edited, setEdited] = useState<string | null>(null);
  const close = () => store.setState({ side: null });
  const row = cases?.find(({ id }) => id === edited);
  if (row !== undefined) {
    return (
      <SidePanel label="Test cases" head={<strong>Edit a test case</strong>} onClose={close}>
        <CaseEditor key={row.id} row={row} onDone={() => setEdited(null)} />
      </SidePanel>
    );
  }
  return (
    <SidePanel
      label="Test cases"
      head={<strong>Test cases</strong>}
      onClose={close}
      foot={
        cases !== undefined &&
        cases.length > 0 && (
          <footer className={classes.sideFoot}>
            <Button leftSection={<Play size={14} aria-hidden />} loading={busy} onClick={() => play()}>
              Run all
            </Button>
            <Sum />
          </footer>
        )
      }
    >
      <Stack gap="md">
        <Text size="xs" c="dimmed">
          Each plays the draft on data that was recorded. Recorded answers stand in for all systems, nothing is called,
          and waits take no time.
        </Text>
        {error !== null && <Failure what="The test cases cannot be read" error={error} />}
        {notPlayed !== null && <Failure what="They were not run" error={notPlayed} />}
        {cases === undefined && error === null && <Loader size="sm" aria-label="Reading the test cases" />}
        {cases?.length === 0 && (
          <EmptyState>
            No test case yet. Open a run of this flow{can('flow:write') ? ' and choose “Save as a test”.' : '.'}
          </EmptyState>
        )}
        <CoverageList />
        <ul className={classes.list}>
          {cases?.map((one) => (
            <CaseCard
              key={one.id}
              row={one}
              busy={busy}
              onPlay={() => play([one.id])}
              onEdit={() => setEdited(one.id)}
            />
          ))}
        </ul>
      </Stack>
    </SidePanel>
  );
}

/** How many passed and failed of those that were played, and whether the draft was changed since. */
function Sum() {
  const tested = useEditor((state) => state.tested);
  const isOld = useEditor((state) => isUnsaved(state) || state.tested?.revision !== state.saved.revision);
  if (tested === null) return null;
  const results = Object.values(tested.results);
  const passed = results.filter((result) => result.passed).length;
  return (
    <Text size="sm" role="status">
      {passed} passed, {results.length - passed} failed
      {isOld && ', before the draft was changed'}
    </Text>
  );
}
