import type { DraftTrigger } from '@castellan/flow';
import { Select, Text } from '@mantine/core';
import { useDeliveries, useFlowRuns } from '../../api/index.js';
import { useEditor } from '../../editor/editor-context.js';
import type { TryOut } from '../../editor/editor-store.js';
import { isObject } from '../../editor/is-object.js';
import { JsonControl } from '../../forms/controls.js';
import { PlainForm, PlainValues } from '../../forms/plain-form.js';
import { runStatus } from '../../status/statuses.js';
import { bytes, relativeTime } from '../../ui/format.js';
import { givenFor, startsWith } from './request.js';

interface ChoiceProps {
  tryOut: TryOut;
  set: (change: Partial<TryOut>) => void;
}

/** What the person gives: the sample of a webhook to be changed for this test, or the form of a manual trigger. */
export function GivenData({ id, trigger, tryOut, set }: ChoiceProps & { id: string; trigger: DraftTrigger }) {
  const value = givenFor(id, trigger, tryOut);
  const give = (next: unknown) => set({ given: { ...tryOut.given, [id]: next } });
  const kind = startsWith(trigger);
  if (kind === 'nothing') {
    return (
      <Text size="sm" c="dimmed">
        It starts as if the time of the schedule had come.
      </Text>
    );
  }
  if (kind === 'input' && isObject(trigger.input) && isObject(trigger.input.properties)) {
    return <PlainForm schema={trigger.input} value={isObject(value) ? value : {}} onChange={give} />;
  }
  return (
    <PlainValues>
      <Text size="xs" c="dimmed">
        {kind === 'body'
          ? 'The body of a delivery. What you change here is for this test; the sample stays with the trigger. Filter and dedupe key are not asked.'
          : 'What expressions read as trigger.input.'}
      </Text>
      <JsonControl
        id="test-data"
        label={kind === 'body' ? 'Body' : 'Input'}
        value={value}
        required={false}
        invalid={false}
        onChange={give}
      />
    </PlainValues>
  );
}

export function PastRun({ tryOut, set }: ChoiceProps) {
  const runs = useFlowRuns(useEditor((state) => state.flowId));
  return (
    <Select
      label="Run whose trigger data is used"
      placeholder={runs.length === 0 ? 'This flow has not run yet' : 'Choose a run'}
      data={runs.map((run) => ({
        value: run.id,
        label: [
          runStatus(run.status).word,
          relativeTime(run.createdAt, Date.now()),
          run.version ? `v${run.version}` : 'draft',
          run.businessKey,
        ]
          .filter(Boolean)
          .join(' · '),
      }))}
      value={tryOut.runId}
      onChange={(runId) => set({ runId })}
    />
  );
}

export function PastDelivery({ tryOut, set }: ChoiceProps) {
  const { data: deliveries = [] } = useDeliveries({ flowId: useEditor((state) => state.flowId) });
  const kept = deliveries.filter(({ status }) => status !== 'refused');
  return (
    <Select
      label="Delivery"
      placeholder={kept.length === 0 ? 'Nothing was delivered to this flow yet' : 'Choose a delivery'}
      data={kept.map((delivery) => ({
        value: delivery.id,
        label: [
          delivery.status,
          relativeTime(delivery.receivedAt, Date.now()),
          bytes(delivery.size),
          delivery.sample ? 'sample' : '',
        ]
          .filter(Boolean)
          .join(' · '),
      }))}
      value={tryOut.deliveryId}
      onChange={(deliveryId) => set({ deliveryId })}
    />
  );
}
