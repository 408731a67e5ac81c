import { useMemo } from 'react';
import { SchemaField } from './schema-field.js';

interface AnySettingProps {
  label: string;
  help?: string;
  required?: boolean;
  pointer: string;
  value: unknown;
}

/** A value of any form that may be, or hold, expressions. */
export function AnySetting({ label, help, required = false, pointer, value }: AnySettingProps) {
  const schema = useMemo(() => ({ title: label, ...(help === undefined ? {} : { description: help }) }), [label, help]);
  return (
    <SchemaField
      name={label}
      schema={schema}
      root={schema}
      value={value}
      pointer={pointer}
      place=""
      required={required}
    />
  );
}
