import { below, withValueAt } from '@castellan/flow';
import { Button, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Play } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useRunFlow, useWorkspace } from '../../api/index.js';
import { useEditor, useEditorStore } from '../../editor/editor-context.js';
import { showRun } from '../../editor/editor-store.js';
import { isObject } from '../../editor/is-object.js';
import { useFlowRow } from '../../editor/use-flow-row.js';
import { FormScopeProvider, useFormScope } from '../../forms/form-scope.js';
import { SchemaForm } from '../../forms/schema-form.js';
import { Failure } from '../../ui/failure.js';
import { Section } from '../section.js';
import { InputFields } from './input-fields.js';
import { hindranceOf } from './send-sample.js';
import type { TriggerSettingsProps } from './trigger-settings-props.js';

/** A form that a person fills in to start the flow, and that form itself. */
export function ManualSettings({ id, trigger, pointer }: TriggerSettingsProps) {
  return (
    <>
      <InputFields
        label="Form"
        help="What the person is asked. Expressions read it as trigger.input."
        schema={trigger.input}
        pointer={below(pointer, 'input')}
      />
      <Section title="Run it" initiallyOpen>
        <RunForm id={id} schema={trigger.input} />
      </Section>
    </>
  );
}

function RunForm({ id, schema }: { id: string; schema: unknown }) {
  const store = useEditorStore();
  const flowId = useEditor((state) => state.flowId);
  const row = useFlowRow();
  const { can, id: ws } = useWorkspace();
  const run = useRunFlow(flowId);
  const [input, setInput] = useState<Record<string, unknown>>({});
  const around = useFormScope();
  const scope = useMemo(
    () => ({
      ...around,
      plain: true,
      readOnly: false,
      problems: [],
      variables: [],
      wanted: null,
      options: undefined,
      change: (pointer: string, value: unknown) => setInput((now) => withValueAt(now, pointer, value)),
    }),
    [around],
  );
  const hindrance = hindranceOf(row, can('flow:run'));
  return (
    <>
      {isObject(schema) && (
        <FormScopeProvider value={scope}>
          <SchemaForm schema={schema} value={input} pointer="" />
        </FormScopeProvider>
      )}
      <Button
        size="compact-sm"
        w="fit-content"
        leftSection={<Play size={14} />}
        disabled={hindrance !== null}
        loading={run.isPending}
        onClick={() => run.mutate({ trigger: id, input }, { onSuccess: ({ runId }) => showRun(store, runId) })}
      >
        Run
      </Button>
      {hindrance !== null && (
        <Text size="xs" c="dimmed">
          {hindrance}
        </Text>
      )}
      {row?.changed && hindrance === null && (
        <Text size="xs" c="dimmed">
          It runs version {row.published}, without your changes since then.
        </Text>
      )}
      {run.error !== null && <Failure what="The run was not started" error={run.error} />}
      {run.data !== undefined && (
        <Text size="sm" role="status">
          <Link to="/w/$ws/runs/$runId" params={{ ws, runId: run.data.runId }}>
            Open the run
          </Link>
        </Text>
      )}
    </>
  );
}
