import { type Problem, withValueAt } from '@castellan/flow';
import { type ReactNode, useMemo } from 'react';
import { type FormScope, FormScopeProvider } from './form-scope.js';
import type { JsonSchema } from './json-schema.js';
import { SchemaForm } from './schema-form.js';

const none: Problem[] = [];

interface PlainValuesProps {
  /** Sets the value at a place within the data. */
  change?: (pointer: string, value: unknown) => void;
  /** What is wrong, at places within the data. */
  problems?: Problem[];
  children: ReactNode;
}

/** Fields for data that a person gives now: no expressions, and not part of the flow. */
export function PlainValues({ change = () => undefined, problems = none, children }: PlainValuesProps) {
  const scope = useMemo<FormScope>(
    () => ({
      data: {},
      variables: [],
      problems,
      readOnly: false,
      plain: true,
      wanted: null,
      change,
      evaluate: () => Promise.reject(new Error('Plain data has no expressions.')),
      sampleKey: '',
      options: undefined,
      focused: () => undefined,
    }),
    [change, problems],
  );
  return <FormScopeProvider value={scope}>{children}</FormScopeProvider>;
}

interface PlainFormProps {
  schema: JsonSchema;
  value: Record<string, unknown>;
  problems?: Problem[];
  onChange: (value: Record<string, unknown>) => void;
}

/** A form by a JSON Schema, filled in with plain data. */
export function PlainForm({ schema, value, problems = none, onChange }: PlainFormProps) {
  return (
    <PlainValues problems={problems} change={(pointer, next) => onChange(withValueAt(value, pointer, next))}>
      <SchemaForm schema={schema} value={value} pointer="" />
    </PlainValues>
  );
}
