import { below, variableTypes } from '@castellan/flow';
import { ActionIcon, Button, Code, Select, Switch, TextInput } from '@mantine/core';
import { Plus, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useEditor, useEditorStore } from '../editor/editor-context.js';
import { outlineOf } from '../editor/outline.js';
import { PlainScope, useFormScope } from '../forms/form-scope.js';
import { SchemaField } from '../forms/schema-field.js';
import { NumberSetting, SettingFrame, TextSetting } from '../forms/setting-fields.js';
import { SourceSetting } from '../forms/source-setting.js';
import { EmptyState } from '../ui/empty-state.js';
import classes from './panels.module.css';
import { Section } from './section.js';
import { SettingsScope } from './settings-scope.js';
import { SidePanel } from './side-panel.js';

const typeTitles: Record<(typeof variableTypes)[number], string> = {
  text: 'Text',
  number: 'Number',
  boolean: 'Yes or no',
  list: 'List',
  expression: 'Expression',
};

const listSchema = { type: 'array', items: { type: 'string' } };

/** What the flow's owner sets without opening steps. */
export function VariablesPanel() {
  const store = useEditorStore();
  const flow = useEditor((state) => state.flow);
  // Expressions of variables see what the first step sees.
  const first = useMemo(
    () => [...outlineOf(flow).places.values()].find((place) => place.type === 'step') ?? null,
    [flow],
  );
  return (
    <SettingsScope place={first}>
      <SidePanel label="Variables" head={<strong>Variables</strong>} onClose={() => store.setState({ side: null })}>
        <Variables />
      </SidePanel>
    </SettingsScope>
  );
}

function Variables() {
  const variables = useEditor((state) => state.flow.variables) ?? {};
  const { readOnly } = useFormScope();
  const names = Object.keys(variables);
  return (
    <div className={classes.form}>
      {names.length === 0 && (
        <EmptyState>A variable is a value that is set in one place: a channel, a list of people, a limit.</EmptyState>
      )}
      {names.map((name) => (
        <VariableCard key={name} name={name} />
      ))}
      {!readOnly && <AddVariable taken={names} />}
    </div>
  );
}

function VariableCard({ name }: { name: string }) {
  const variable = useEditor((state) => state.flow.variables?.[name]) ?? {};
  const { change, readOnly } = useFormScope();
  const pointer = below('/variables', name);
  return (
    <fieldset className={classes.card} aria-label={variable.title ?? name}>
      <div className={classes.cardHead}>
        <Code>{name}</Code>
        <Select
          size="xs"
          w={130}
          ml="auto"
          aria-label={`Type of ${name}`}
          data={variableTypes.map((type) => ({ value: type, label: typeTitles[type] }))}
          value={variable.type ?? null}
          allowDeselect={false}
          readOnly={readOnly}
          onChange={(type) => change(pointer, { ...variable, type, default: undefined })}
        />
        {!readOnly && (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Remove ${name}`}
            onClick={() => change(pointer, undefined)}
          >
            <Trash2 size={16} />
          </ActionIcon>
        )}
      </div>
      <ValueOfVariable name={name} />
      <Section title="Title and description" pointers={[below(pointer, 'title')]}>
        <TextSetting label="Title" pointer={below(pointer, 'title')} value={variable.title} />
        <TextSetting
          label="Description"
          pointer={below(pointer, 'description')}
          value={variable.description}
          multiline
        />
      </Section>
    </fieldset>
  );
}

function ValueOfVariable({ name }: { name: string }) {
  const variable = useEditor((state) => state.flow.variables?.[name]) ?? {};
  const { change, readOnly } = useFormScope();
  const pointer = below('/variables', name, 'default');
  const value = variable.default;
  const label = variable.title ?? name;
  if (variable.options !== undefined && variable.options.length > 0 && variable.type !== 'list') {
    const choices = variable.options.map((option) => ({ value: JSON.stringify(option), label: String(option) }));
    return (
      <SettingFrame label={label} pointer={pointer}>
        <Select
          aria-label={`Value of ${name}`}
          data={choices}
          value={value === undefined ? null : JSON.stringify(value)}
          readOnly={readOnly}
          onChange={(next) => change(pointer, next === null ? undefined : JSON.parse(next))}
        />
      </SettingFrame>
    );
  }
  switch (variable.type) {
    case 'number':
      return <NumberSetting label={label} pointer={pointer} value={value} decimal />;
    case 'boolean':
      return (
        <Switch
          label={label}
          checked={value === true}
          disabled={readOnly}
          onChange={(event) => change(pointer, event.currentTarget.checked)}
        />
      );
    case 'list':
      return (
        <PlainScope>
          <SchemaField
            name={label}
            schema={{ ...listSchema, title: label }}
            root={listSchema}
            value={value}
            pointer={pointer}
            place=""
          />
        </PlainScope>
      );
    case 'expression':
      return <SourceSetting label={label} pointer={pointer} source={typeof value === 'string' ? value : ''} />;
    default:
      return <TextSetting label={label} pointer={pointer} value={value} />;
  }
}

function AddVariable({ taken }: { taken: string[] }) {
  const { change } = useFormScope();
  const [name, setName] = useState('');
  const fits = /^[a-z][a-z0-9_]{0,47}$/.test(name);
  const problem =
    name === ''
      ? undefined
      : !fits
        ? 'Small letters, digits and _.'
        : taken.includes(name)
          ? 'There is one of this name.'
          : undefined;
  return (
    <form
      className={classes.addLine}
      onSubmit={(event) => {
        event.preventDefault();
        if (!fits || taken.includes(name)) return;
        change(below('/variables', name), { type: 'text', title: name });
        setName('');
      }}
    >
      <TextInput
        size="xs"
        flex={1}
        aria-label="Name of a new variable"
        placeholder="name"
        value={name}
        error={problem}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" variant="light" size="xs" leftSection={<Plus size={14} />} disabled={name === ''}>
        Add variable
      </Button>
    </form>
  );
}
