import type { FlowTestRow } from '@castellan/api';
import type { TestExpectation } from '@castellan/flow';
import { Button, Group, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type FlowTest, useSaveFlowTest, useWorkspace } from '../../api/index.js';
import { useEditor } from '../../editor/editor-context.js';
import { outlineOf } from '../../editor/outline.js';
import { JsonControl } from '../../forms/controls.js';
import { PlainValues } from '../../forms/plain-form.js';
import { Failure } from '../../ui/failure.js';
import { CallExpectations } from './call-expectations.js';
import { StepExpectations } from './step-expectations.js';

interface CaseEditorProps {
  row: FlowTestRow;
  onDone: () => void;
}

/** What a test case expects, as a form; all of it, with its data and answers, as JSON. */
export function CaseEditor({ row, onDone }: CaseEditorProps) {
  const { can } = useWorkspace();
  const save = useSaveFlowTest(useEditor((state) => state.flowId));
  const [test, setTest] = useState<unknown>(row.test);
  const [form, setForm] = useState('form');
  const known = asTest(test);
  return (
    <PlainValues>
      <Stack gap="md">
        <SegmentedControl
          size="xs"
          aria-label="How it is edited"
          data={[
            { value: 'form', label: 'What it expects' },
            { value: 'json', label: 'All of it as JSON' },
          ]}
          value={known === null ? 'json' : form}
          onChange={setForm}
        />
        {known !== null && form === 'form' ? (
          <ExpectationForm test={known} onChange={setTest} />
        ) : (
          <>
            <Text size="xs" c="dimmed">
              trigger starts it, answers stand in for systems and people, expect is what must come of it.
            </Text>
            <JsonControl
              id="case-json"
              label="Test case as JSON"
              value={test}
              required
              invalid={false}
              onChange={setTest}
            />
          </>
        )}
        {save.error !== null && <Failure what="The test case was not saved" error={save.error} />}
        <Group gap="xs">
          {can('flow:write') && (
            <Button loading={save.isPending} onClick={() => save.mutate({ id: row.id, test }, { onSuccess: onDone })}>
              Save
            </Button>
          )}
          <Button variant="default" onClick={onDone}>
            {can('flow:write') ? 'Keep as it was' : 'Back'}
          </Button>
        </Group>
      </Stack>
    </PlainValues>
  );
}

/** The value as a test case where it has the parts that the form shows. */
function asTest(value: unknown): FlowTest | null {
  if (typeof value !== 'object' || value === null || !('expect' in value)) return null;
  return typeof value.expect === 'object' && value.expect !== null ? (value as FlowTest) : null;
}

const ends = [
  { value: '', label: 'in any way' },
  { value: 'succeeded', label: 'succeeded' },
  { value: 'failed', label: 'failed' },
  { value: 'cancelled', label: 'cancelled' },
  { value: 'waiting', label: 'not, it waits' },
];

function ExpectationForm({ test, onChange }: { test: FlowTest; onChange: (test: FlowTest) => void }) {
  const draft = useEditor((state) => state.flow);
  const { expect } = test;
  const set = (part: Partial<TestExpectation>) => {
    const next = Object.entries({ ...expect, ...part }).filter(([, value]) => value !== undefined);
    onChange({ ...test, expect: Object.fromEntries(next) });
  };
  const answers = [...outlineOf(draft).places.values()].some(
    (place) => place.type === 'step' && place.step.kind === 'respond',
  );
  return (
    <>
      <TextInput
        label="Name"
        value={test.name}
        onChange={(event) => onChange({ ...test, name: event.currentTarget.value })}
      />
      <Group grow align="flex-start">
        <Select
          label="The run ends"
          data={ends}
          value={expect.status ?? ''}
          allowDeselect={false}
          onChange={(status) => set({ status: status ? (status as TestExpectation['status']) : undefined })}
        />
        <TextInput
          label="What it says"
          placeholder="anything"
          value={expect.outcome ?? ''}
          onChange={(event) => set({ outcome: event.currentTarget.value || undefined })}
        />
      </Group>
      {(expect.status === 'failed' || expect.error !== undefined) && (
        <TextInput
          label="By the error"
          placeholder="any"
          value={expect.error?.code ?? ''}
          onChange={(event) => {
            const code = event.currentTarget.value.trim();
            set({ error: code === '' ? undefined : { ...expect.error, code } });
          }}
        />
      )}
      {(answers || expect.response !== undefined) && (
        <div>
          <Text size="sm" fw={500} component="label" htmlFor="case-response">
            Answer to the caller, as far as it matters
          </Text>
          <JsonControl
            id="case-response"
            label="Answer to the caller"
            value={expect.response}
            required={false}
            invalid={false}
            onChange={(response) => set({ response: response as TestExpectation['response'] })}
          />
        </div>
      )}
      <StepExpectations steps={expect.steps ?? {}} onChange={(steps) => set({ steps })} />
      <CallExpectations calls={expect.calls ?? []} onChange={(calls) => set({ calls })} />
    </>
  );
}
