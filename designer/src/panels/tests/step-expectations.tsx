import type { StepExpectation } from '@castellan/flow';
import { NumberInput, Select, Text } from '@mantine/core';
import { useEditor } from '../../editor/editor-context.js';
import { outlineOf, portsAt, titleOf } from '../../editor/outline.js';
import { choiceOf, choicesFor, expectationOf } from './step-choice.js';
import { goneFrom, stepsAfter } from './steps-after.js';
import classes from './tests.module.css';

interface StepExpectationsProps {
  steps: Record<string, StepExpectation>;
  onChange: (steps: Record<string, StepExpectation>) => void;
}

/** The way: what each step must do, and in loops how often. */
export function StepExpectations({ steps, onChange }: StepExpectationsProps) {
  const flow = useEditor((state) => state.flow);
  const known = [...outlineOf(flow).places.values()].filter((place) => place.type === 'step');
  const gone = goneFrom(flow, steps);
  const set = (id: string, wanted: StepExpectation | undefined) => {
    const { [id]: _before, ...others } = steps;
    onChange(wanted === undefined ? others : { ...others, [id]: wanted });
  };
  return (
    <section aria-label="The way">
      <Text size="sm" fw={600} mb={4}>
        The way
      </Text>
      {known.map((place) => (
        <StepLine
          key={place.id}
          title={titleOf(place)}
          ports={portsAt(place)}
          wanted={steps[place.id]}
          isRepeated={place.loops.length > 0}
          onChange={(wanted) => set(place.id, wanted)}
        />
      ))}
      {stepsAfter(flow).map(({ id, title, isRepeated }) => (
        <StepLine
          key={id}
          title={title}
          ports={[]}
          wanted={steps[id]}
          isRepeated={isRepeated}
          onChange={(wanted) => set(id, wanted)}
        />
      ))}
      {gone.map((id) => (
        <StepLine
          key={id}
          title={`${id}, no longer in the flow`}
          ports={[]}
          wanted={steps[id]}
          isRepeated={false}
          onChange={(wanted) => set(id, wanted)}
        />
      ))}
    </section>
  );
}

interface StepLineProps {
  title: string;
  ports: string[];
  wanted: StepExpectation | undefined;
  isRepeated: boolean;
  onChange: (wanted: StepExpectation | undefined) => void;
}

function StepLine({ title, ports, wanted, isRepeated, onChange }: StepLineProps) {
  const choice = choiceOf(wanted);
  const times = typeof wanted === 'object' ? wanted.times : undefined;
  return (
    <div className={classes.expectation}>
      <Text size="sm">{title}</Text>
      <Select
        size="xs"
        aria-label={`What ${title} does`}
        data={choicesFor(ports, choice)}
        value={choice}
        allowDeselect={false}
        onChange={(next) => onChange(expectationOf(next ?? '', times))}
      />
      {(isRepeated || times !== undefined) && (
        <NumberInput
          className={classes.times ?? ''}
          size="xs"
          aria-label={`How often ${title} runs`}
          placeholder="times"
          min={0}
          allowDecimal={false}
          hideControls
          suffix="×"
          value={times ?? ''}
          onChange={(next) => onChange(expectationOf(choice, typeof next === 'number' ? next : undefined))}
        />
      )}
    </div>
  );
}
