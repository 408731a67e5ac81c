import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { fieldShape, type JsonSchema } from './json-schema.js';
import { ObjectFields, SchemaField } from './schema-field.js';

interface SchemaFormProps {
  schema: JsonSchema;
  value: unknown;
  /** Where the value stands in the flow. */
  pointer: string;
}

/** The form of an operation's input, drawn from its JSON Schema. */
export function SchemaForm({ schema, value, pointer }: SchemaFormProps) {
  const shape = useMemo(() => fieldShape(schema, schema), [schema]);
  if (shape.type === 'object')
    return <ObjectFields shape={shape} root={schema} value={value} pointer={pointer} place="" />;
  if (
    shape.type === 'record' &&
    Object.keys(schema.properties ?? {}).length === 0 &&
    schema.additionalProperties === false
  ) {
    return (
      <Text size="sm" c="dimmed">
        This operation takes no input.
      </Text>
    );
  }
  return <SchemaField name="input" schema={schema} root={schema} value={value} pointer={pointer} place="" />;
}
