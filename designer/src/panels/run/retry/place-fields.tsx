import type { RetryPlace, RunRow } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { Checkbox, Radio, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { outlineOf, titleOf } from '../../../editor/outline.js';
import { itemWords } from '../timeline.js';
import { iterationOf } from './retry-words.js';

interface PlaceFieldsProps {
  run: RunRow;
  draft: Draft;
  place: RetryPlace;
  onChange: (place: RetryPlace) => void;
}

/** From where: what failed, one step (in one item of its loops), or the start. */
export function PlaceFields({ run, draft, place, onChange }: PlaceFieldsProps) {
  const choose = (at: string) => {
    if (at === 'step') onChange({ at, step: firstStepOf(run, draft), iteration: '', items: 'all' });
    else onChange({ at: at === 'failed' ? 'failed' : 'start' });
  };
  return (
    <Radio.Group label="From where" value={place.at} onChange={choose}>
      <Stack gap={8} mt={8}>
        {run.status !== 'succeeded' && (
          <Radio
            value="failed"
            label={run.error?.stepTitle === undefined ? 'What did not get done' : `What failed: ${run.error.stepTitle}`}
            description="What succeeded is kept. What failed, was cancelled or never began is done."
          />
        )}
        <Radio value="step" label="A step" description="It and all that waits for it is done again." />
        {place.at === 'step' && <StepFields draft={draft} place={place} onChange={onChange} />}
        <Radio value="start" label="The start" description="All steps run. Writes that are done are still kept." />
      </Stack>
    </Radio.Group>
  );
}

type StepPlace = Extract<RetryPlace, { at: 'step' }>;

interface StepFieldsProps {
  draft: Draft;
  place: StepPlace;
  onChange: (place: RetryPlace) => void;
}

function StepFields({ draft, place, onChange }: StepFieldsProps) {
  const places = [...outlineOf(draft).places.values()].filter((one) => one.type === 'step');
  const chosen = places.find(({ id }) => id === place.step);
  const loops = chosen?.loops.length ?? 0;
  return (
    <Stack gap={8} ps={28}>
      <Select
        aria-label="Step"
        data={places.map((one) => ({ value: one.id, label: '  '.repeat(one.loops.length) + titleOf(one) }))}
        value={place.step}
        searchable
        allowDeselect={false}
        onChange={(step) => step !== null && onChange({ at: 'step', step, iteration: '', items: 'all' })}
      />
      {loops > 0 && <ItemField key={place.step} loops={loops} place={place} onChange={onChange} />}
      {chosen?.type === 'step' && chosen.step.kind === 'loop' && (
        <Checkbox
          label="Only the items that failed"
          checked={place.items === 'failed'}
          onChange={({ currentTarget: { checked } }) => onChange({ ...place, items: checked ? 'failed' : 'all' })}
        />
      )}
    </Stack>
  );
}

/** Which item of the loops around the step, as people count. */
function ItemField({ loops, place, onChange }: { loops: number } & Omit<StepFieldsProps, 'draft'>) {
  const [text, setText] = useState(place.iteration === '' ? '' : itemWords(place.iteration));
  const read = iterationOf(text);
  const fits = read !== null && read.split('.').length === loops;
  return (
    <TextInput
      label={loops === 1 ? 'Item' : `Item, one number for each of the ${loops} loops`}
      placeholder={Array(loops).fill('1').join('.')}
      value={text}
      error={text !== '' && !fits && 'Give the number of an item, from 1.'}
      onChange={({ currentTarget: { value } }) => {
        setText(value);
        const iteration = iterationOf(value);
        if (iteration !== null && iteration.split('.').length === loops) onChange({ ...place, iteration });
      }}
    />
  );
}

/** Where a person most likely wants to begin: where it failed, else with the first step. */
function firstStepOf(run: RunRow, draft: Draft): string {
  const { places } = outlineOf(draft);
  const failed = run.error?.stepId;
  if (failed !== undefined && places.has(failed)) return failed;
  return [...places.values()].find(({ type }) => type === 'step')?.id ?? '';
}
