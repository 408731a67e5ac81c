import type { JsonSchema, JsonValue } from '@castellan/sdk';

/** A value of a plain schema. Of what is sent only what is needed; of what is received everything. */
export function sampleOf(schema: JsonSchema, all: boolean): JsonValue {
  if (schema.const !== undefined) return schema.const;
  const [choice] = (schema.enum ?? []) as JsonValue[];
  if (choice !== undefined) return choice;
  const [variant] = (schema.anyOf ?? []) as JsonSchema[];
  if (variant) return sampleOf(variant, all);
  const [example] = (schema.examples ?? []) as JsonValue[];
  switch (schema.type) {
    case 'object':
      return objectSample(schema, all);
    case 'array':
      return all || Number(schema.minItems ?? 0) > 0 ? [sampleOf((schema.items ?? {}) as JsonSchema, all)] : [];
    case 'string':
      return textSample(schema, example);
    case 'integer':
    case 'number':
      return typeof example === 'number' ? example : ((schema.minimum ?? schema.maximum ?? 1) as number);
    case 'boolean':
      return typeof example === 'boolean' ? example : true;
    default:
      return example ?? (all ? null : 'text');
  }
}

function objectSample(schema: JsonSchema, all: boolean): JsonValue {
  const required = (schema.required ?? []) as string[];
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  const wanted = properties.filter(([name]) => all || required.includes(name));
  return Object.fromEntries(wanted.map(([name, property]) => [name, sampleOf(property, all)]));
}

/** Examples in documents are written by people, as long and of such a type as they come. */
function textSample({ minLength = 0, maxLength = 10_000 }: JsonSchema, example: JsonValue | undefined): string {
  const text = example === undefined ? 'text' : String(example);
  return text.padEnd(Math.min(Number(minLength), 1_000), 'x').slice(0, Number(maxLength));
}
