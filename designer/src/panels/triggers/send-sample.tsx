import type { FlowRow } from '@castellan/api';
import { below } from '@castellan/flow';
import { Button, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Send } from 'lucide-react';
import { useSendSample, useWorkspace } from '../../api/index.js';
import { useEditor, useEditorStore } from '../../editor/editor-context.js';
import { showRun } from '../../editor/editor-store.js';
import { isObject } from '../../editor/is-object.js';
import { useFlowRow } from '../../editor/use-flow-row.js';
import { JsonControl } from '../../forms/controls.js';
import { useFormScope } from '../../forms/form-scope.js';
import { SettingFrame } from '../../forms/setting-fields.js';
import { Failure } from '../../ui/failure.js';
import type { TriggerSettingsProps } from './trigger-settings-props.js';

/** A delivery to try the published flow with: the sample, which previews use as well. */
export function SendSample({ id, trigger, pointer }: TriggerSettingsProps) {
  const store = useEditorStore();
  const flowId = useEditor((state) => state.flowId);
  const row = useFlowRow();
  const { can } = useWorkspace();
  const { change, data } = useFormScope();
  const send = useSendSample(flowId);
  const sample = isObject(data.trigger) ? data.trigger : {};
  const stored = isObject(trigger.sample) ? trigger.sample : {};
  const body = below(pointer, 'sample', 'body');
  const hindrance = hindranceOf(row, can('flow:run'));
  return (
    <SettingFrame
      label="Sample"
      help="What a delivery’s body looks like. Previews are made with it; Send makes a real run of the published version."
      pointer={body}
    >
      <JsonControl
        id={`${id}-sample`}
        label="Body of the sample"
        value={'body' in stored ? stored.body : sample.body}
        required={false}
        invalid={false}
        onChange={(next) => change(body, next)}
      />
      <Group gap="xs">
        <Button
          size="compact-sm"
          leftSection={<Send size={14} />}
          disabled={hindrance !== null}
          loading={send.isPending}
          onClick={() =>
            send.mutate(
              { trigger: id, body: ('body' in stored ? stored.body : sample.body) ?? {}, headers: headersOf(stored) },
              { onSuccess: ({ runId }) => runId !== null && showRun(store, runId) },
            )
          }
        >
          Send sample
        </Button>
        {hindrance !== null && (
          <Text size="xs" c="dimmed">
            {hindrance}
          </Text>
        )}
      </Group>
      {row?.changed && hindrance === null && (
        <Text size="xs" c="dimmed">
          It runs version {row.published}, without your changes since then.
        </Text>
      )}
      {send.error !== null && <Failure what="The sample was not taken in" error={send.error} />}
      {send.data !== undefined && <Outcome {...send.data} />}
    </SettingFrame>
  );
}

interface OutcomeProps {
  runId: string | null;
  duplicate: boolean;
  filtered: boolean;
  reason: string | null;
}

function Outcome({ runId, duplicate, filtered, reason }: OutcomeProps) {
  const ws = useWorkspace().id;
  return (
    <Text size="sm" role="status">
      {filtered && `Filtered: no run was made. ${reason ?? ''}`}
      {duplicate && 'The same delivery was taken in before. '}
      {runId !== null && (
        <Link to="/w/$ws/runs/$runId" params={{ ws, runId }}>
          Open the run
        </Link>
      )}
      {runId === null && !filtered && (reason ?? 'It is stored and will be taken in shortly.')}
    </Text>
  );
}

/** Why nothing can be sent now; null when it can. */
export function hindranceOf(row: FlowRow | undefined, mayRun: boolean): string | null {
  if (!mayRun) return 'You may look at this flow, not run it.';
  return row === undefined || row.published === null ? 'Publish the flow first.' : null;
}

function headersOf(sample: Record<string, unknown>): Record<string, string> {
  const headers = isObject(sample.headers) ? sample.headers : {};
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
