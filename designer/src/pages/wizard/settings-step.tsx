import type { TemplateDetail } from '@castellan/api';
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type Choices, draftOf, emptyVariables, variablesOf } from './installation.js';
import { SampleGuides } from './sample-guides.js';
import { VariableInput } from './variable-input.js';

interface Props {
  template: TemplateDetail;
  choices: Choices;
  onChange(part: Partial<Choices>): void;
  onNext(): void;
}

/** The flow's name, its variables, and what to set up in the systems that trigger it. */
export function SettingsStep({ template, choices, onChange, onNext }: Props) {
  const flow = draftOf(template);
  const variables = variablesOf(flow);
  const empty = emptyVariables(flow, choices);
  return (
    <Stack gap="lg">
      <TextInput
        label="Name of the flow"
        value={choices.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        error={choices.name.trim() === '' ? 'A name is needed.' : undefined}
        maxLength={200}
        withAsterisk
      />
      {variables.map((variable) => (
        <VariableInput
          key={variable.name}
          variable={variable}
          template={template}
          choices={choices}
          onChange={(value) => onChange({ variables: { ...choices.variables, [variable.name]: value } })}
        />
      ))}
      <SampleGuides template={template} />
      <Group>
        <Button onClick={onNext} disabled={choices.name.trim() === ''}>
          Continue
        </Button>
        {empty.length > 0 && (
          <Text size="sm" c="dimmed">
            Still empty: {empty.map(({ name, title }) => title ?? name).join(', ')}.
          </Text>
        )}
      </Group>
    </Stack>
  );
}
