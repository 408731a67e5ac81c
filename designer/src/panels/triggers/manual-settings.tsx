import { below } from '@castellan/flow';
import { Button, Text } from '@mantine/core';
import { Play } from 'lucide-react';
import { useState } from 'react';
import { useWorkspace } from '../../api/index.js';
import { useEditorStore } from '../../editor/editor-context.js';
import { showRun } from '../../editor/editor-store.js';
import { useFlowRow } from '../../editor/use-flow-row.js';
import { RunDialog } from '../../run-flow/run-dialog.js';
import { AgentsSection } from './agents-section.js';
import { InputFields } from './input-fields.js';
import { hindranceOf } from './send-sample.js';
import type { TriggerSettingsProps } from './trigger-settings-props.js';

/** A form that a person fills in to start the flow. */
export function ManualSettings({ id, trigger, pointer }: TriggerSettingsProps) {
  return (
    <>
      <InputFields
        label="Form"
        help="What the person is asked. Expressions read it as trigger.input."
        schema={trigger.input}
        pointer={below(pointer, 'input')}
      />
      <AgentsSection id={id} trigger={trigger} pointer={pointer} />
      <RunButton id={id} />
    </>
  );
}

/** Runs the published version with its form. */
function RunButton({ id }: { id: string }) {
  const store = useEditorStore();
  const row = useFlowRow();
  const { can } = useWorkspace();
  const [open, setOpen] = useState(false);
  const hindrance = hindranceOf(row, can('flow:run'));
  return (
    <div>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<Play size={14} aria-hidden />}
        disabled={hindrance !== null}
        onClick={() => setOpen(true)}
      >
        Run
      </Button>
      {hindrance !== null && (
        <Text size="xs" c="dimmed" mt={4}>
          {hindrance}
        </Text>
      )}
      {row !== undefined && (
        <RunDialog
          opened={open}
          onClose={() => setOpen(false)}
          flow={row}
          trigger={id}
          onStarted={(runId) => showRun(store, runId)}
        />
      )}
    </div>
  );
}
