import type { TemplateDetail } from '@castellan/api';
import { NumberInput, Select, Switch, TagsInput, Textarea, TextInput } from '@mantine/core';
import { words } from '../../ui/format.js';
import { ExpressionTrial } from './expression-trial.js';
import { type Choices, type NamedVariable, valueFor } from './installation.js';

interface Props {
  variable: NamedVariable;
  template: TemplateDetail;
  choices: Choices;
  onChange(value: unknown): void;
}

/** One variable of the flow, by its type. */
export function VariableInput({ variable, template, choices, onChange }: Props) {
  const value = valueFor(variable, choices);
  const common = { label: variable.title ?? words(variable.name), description: variable.description };
  const options = variable.options?.map(String);
  switch (variable.type) {
    case 'number':
      return (
        <NumberInput {...common} value={value as number | string | undefined} onChange={(next) => onChange(next)} />
      );
    case 'boolean':
      return (
        <Switch {...common} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />
      );
    case 'list':
      return (
        <TagsInput
          {...common}
          placeholder="Type and press Enter"
          data={options}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={onChange}
          acceptValueOnBlur
        />
      );
    case 'expression':
      return (
        <div>
          <Textarea
            {...common}
            autosize
            minRows={2}
            maxRows={12}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
            value={String(value ?? '')}
            onChange={(event) => onChange(event.currentTarget.value)}
          />
          <ExpressionTrial source={String(value ?? '')} template={template} choices={choices} />
        </div>
      );
    default:
      return options ? (
        <Select {...common} data={options} value={value === undefined ? null : String(value)} onChange={onChange} />
      ) : (
        <TextInput {...common} value={String(value ?? '')} onChange={(event) => onChange(event.currentTarget.value)} />
      );
  }
}
