import type { CallExpectation } from '@castellan/flow';
import { ActionIcon, NumberInput, Select, Text } from '@mantine/core';
import { Trash2 } from 'lucide-react';
import { useEditor } from '../../editor/editor-context.js';
import { outlineOf } from '../../editor/outline.js';
import { JsonControl } from '../../forms/controls.js';
import { Tag } from '../../ui/tag.js';
import panels from '../panels.module.css';
import { itemWords } from '../run/timeline.js';
import { stepsAfter, useStepTitles } from './steps-after.js';

interface CallExpectationsProps {
  calls: CallExpectation[];
  onChange: (calls: CallExpectation[]) => void;
}

/** The calls that must be made, with the part of their input that matters. */
export function CallExpectations({ calls, onChange }: CallExpectationsProps) {
  const flow = useEditor((state) => state.flow);
  const titleAt = useStepTitles();
  const own = [...outlineOf(flow).places.values()].filter(
    (place) => place.type === 'step' && place.step.kind === 'action',
  );
  const after = stepsAfter(flow).filter((step) => step.calls);
  const steps = [...own, ...after].map(({ id }) => ({ value: id, label: titleAt(id) }));
  const numbered = calls.map((call, index) => ({ call, index }));
  return (
    <section aria-label="Calls">
      <Text size="sm" fw={600} mb={4}>
        Calls
      </Text>
      <ul className={panels.list}>
        {numbered.map(({ call, index }) => (
          <CallCard
            key={index}
            name={
              call.step === undefined ? [call.connector, call.operation].filter(Boolean).join('.') : titleAt(call.step)
            }
            call={call}
            onChange={(next) => onChange(calls.with(index, next))}
            onRemove={() => onChange(calls.toSpliced(index, 1))}
          />
        ))}
      </ul>
      <Select
        mt={8}
        size="xs"
        w={240}
        aria-label="Expect a call"
        placeholder="Expect a call of…"
        data={steps}
        value={null}
        onChange={(step) => step !== null && onChange([...calls, { step, times: 1 }])}
      />
    </section>
  );
}

interface CallCardProps {
  name: string;
  call: CallExpectation;
  onChange: (call: CallExpectation) => void;
  onRemove: () => void;
}

function CallCard({ name, call, onChange, onRemove }: CallCardProps) {
  const { times, input, ...place } = call;
  const set = (part: Pick<CallExpectation, 'times' | 'input'>) => {
    const { times: often, input: given } = { times, input, ...part };
    onChange({
      ...place,
      ...(given === undefined ? {} : { input: given }),
      ...(often === undefined ? {} : { times: often }),
    });
  };
  return (
    <li className={panels.card}>
      <div className={panels.cardHead}>
        <span className={panels.cardTitle}>
          {name} {call.iteration !== undefined && <Tag>{`item ${itemWords(call.iteration)}`}</Tag>}
        </span>
        <NumberInput
          size="xs"
          w={110}
          aria-label={`How often ${name} is called`}
          placeholder="at least once"
          min={0}
          allowDecimal={false}
          hideControls
          suffix="×"
          value={times ?? ''}
          onChange={(next) => set({ times: typeof next === 'number' ? next : undefined })}
        />
        <ActionIcon variant="subtle" color="gray" aria-label={`No longer expect a call of ${name}`} onClick={onRemove}>
          <Trash2 size={16} />
        </ActionIcon>
      </div>
      {times !== 0 && (
        <JsonControl
          id={`call ${name}`}
          label={`Input of ${name}, as far as it matters`}
          value={input}
          required={false}
          invalid={false}
          onChange={(next) => set({ input: next as CallExpectation['input'] })}
        />
      )}
    </li>
  );
}
