import { NumberInput, Select, Switch, TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { NumberControl, TextControl } from './controls.js';
import { DurationControl } from './duration-control.js';
import { problemsAt, useFormScope } from './form-scope.js';
import classes from './forms.module.css';
import { useFocusWhenWanted, ValueField } from './value-field.js';

/** Fields of the flow format itself: those that hold no expressions, and values that do. Each names its place. */
interface SettingProps {
  label: string;
  pointer: string;
  value: unknown;
  help?: string;
  placeholder?: string;
}

/** A frame for a setting that holds no expression: label, help, control, problems. */
export function SettingFrame(props: Omit<SettingProps, 'value'> & { id?: string; children: ReactNode }) {
  const { problems } = useFormScope();
  const frame = useFocusWhenWanted(props.pointer);
  return (
    <fieldset ref={frame} className={classes.field} data-pointer={props.pointer}>
      <label htmlFor={props.id} className={classes.fieldLabel}>
        {props.label}
      </label>
      {props.help !== undefined && (
        <Text size="xs" c="dimmed" className={classes.help}>
          {props.help}
        </Text>
      )}
      {props.children}
      {problemsAt(problems, props.pointer).map((problem) => (
        <Text key={`${problem.code} ${problem.message}`} size="xs" className={classes[problem.severity]} role="alert">
          {problem.message}
          {problem.fix !== undefined && ` ${problem.fix}`}
        </Text>
      ))}
    </fieldset>
  );
}

export function TextSetting(props: SettingProps & { multiline?: boolean }) {
  const { change, readOnly } = useFormScope();
  const id = useId();
  const shared = {
    id,
    value: typeof props.value === 'string' ? props.value : '',
    placeholder: props.placeholder,
    readOnly,
    onChange: (event: { currentTarget: { value: string } }) =>
      change(props.pointer, event.currentTarget.value || undefined),
  };
  return (
    <SettingFrame {...props} id={id}>
      {props.multiline ? <Textarea {...shared} autosize minRows={2} /> : <TextInput {...shared} />}
    </SettingFrame>
  );
}

export function NumberSetting(props: SettingProps & { min?: number; max?: number; decimal?: boolean }) {
  const { change, readOnly } = useFormScope();
  const id = useId();
  return (
    <SettingFrame {...props} id={id}>
      <NumberInput
        id={id}
        value={typeof props.value === 'number' ? props.value : ''}
        placeholder={props.placeholder}
        min={props.min}
        max={props.max}
        allowDecimal={props.decimal ?? false}
        readOnly={readOnly}
        onChange={(next) => change(props.pointer, typeof next === 'number' ? next : undefined)}
      />
    </SettingFrame>
  );
}

export function DurationSetting(props: SettingProps) {
  const { change } = useFormScope();
  const id = useId();
  return (
    <SettingFrame {...props} id={id}>
      <DurationControl
        id={id}
        label={props.label}
        value={props.value}
        {...(props.placeholder === undefined ? {} : { placeholder: props.placeholder })}
        onChange={(seconds) => change(props.pointer, seconds)}
      />
    </SettingFrame>
  );
}

/** One of a few; the first is what holds when nothing is written, unless `required`. */
export function ChoiceSetting(
  props: SettingProps & { choices: { value: string; label: string }[]; otherwise?: string; clearable?: boolean },
) {
  const { change, readOnly } = useFormScope();
  const id = useId();
  const value = typeof props.value === 'string' ? props.value : (props.otherwise ?? null);
  return (
    <SettingFrame {...props} id={id}>
      <Select
        id={id}
        data={props.choices}
        value={value}
        placeholder={props.placeholder ?? 'Choose'}
        allowDeselect={false}
        clearable={props.clearable ?? false}
        searchable={props.choices.length > 8}
        readOnly={readOnly}
        onChange={(next) => change(props.pointer, next === null || next === props.otherwise ? undefined : next)}
      />
    </SettingFrame>
  );
}

export function SwitchSetting(props: SettingProps & { otherwise?: boolean }) {
  const { change, readOnly } = useFormScope();
  const checked = typeof props.value === 'boolean' ? props.value : (props.otherwise ?? false);
  return (
    <Switch
      label={props.label}
      description={props.help}
      checked={checked}
      disabled={readOnly}
      onChange={(event) => {
        const next = event.currentTarget.checked;
        change(props.pointer, next === (props.otherwise ?? false) ? undefined : next);
      }}
    />
  );
}

/** Several texts; nothing is written where there is none. */
export function ListSetting(props: SettingProps) {
  const { change, readOnly } = useFormScope();
  const id = useId();
  const items = Array.isArray(props.value) ? props.value.map(String) : [];
  return (
    <SettingFrame {...props} id={id}>
      <TagsInput
        id={id}
        value={items}
        placeholder={items.length === 0 ? (props.placeholder ?? '') : ''}
        splitChars={[',', ' ']}
        readOnly={readOnly}
        onChange={(next) => change(props.pointer, next.length === 0 ? undefined : next)}
      />
    </SettingFrame>
  );
}

/** A value that may be an expression: text, a number or a duration. */
export function ValueSetting(
  props: SettingProps & { of: 'text' | 'longText' | 'number' | 'duration'; required?: boolean },
) {
  const { label, pointer, value, help, required = false, of } = props;
  const placeholder = props.placeholder;
  return (
    <ValueField
      label={label}
      help={help}
      required={required}
      pointer={pointer}
      value={value}
      template={of !== 'number' && of !== 'duration'}
    >
      {(control) => {
        const given = { ...control, label, required };
        switch (of) {
          case 'number':
            return (
              <NumberControl {...given} shape={{ type: 'number', integer: true, minimum: 0, maximum: undefined }} />
            );
          case 'duration':
            return <DurationControl {...given} {...(placeholder === undefined ? {} : { placeholder })} />;
          default:
            return <TextControl {...given} shape={{ type: 'text', multiline: of === 'longText', placeholder }} />;
        }
      }}
    </ValueField>
  );
}
