import { isObject } from '../../editor/is-object.js';

/** One field of a form that a person, or a calling flow, fills in. */
export interface InputField {
  name: string;
  title: string;
  type: InputType;
  required: boolean;
  /** Of a choice. */
  choices: string[];
  /** What it begins with, and what holds where nothing is given. */
  default?: unknown;
}

export type InputType = 'text' | 'email' | 'number' | 'yesNo' | 'choice' | 'list';

const shapes: Record<Exclude<InputType, 'choice'>, Record<string, unknown>> = {
  text: { type: 'string' },
  email: { type: 'string', format: 'email' },
  number: { type: 'number' },
  yesNo: { type: 'boolean' },
  list: { type: 'array', items: { type: 'string' } },
};

/** The fields as a JSON Schema of an object. */
export function schemaOfFields(fields: InputField[]): Record<string, unknown> {
  const required = fields.filter((field) => field.required).map((field) => field.name);
  return {
    type: 'object',
    properties: Object.fromEntries(
      fields.map(({ name, title, type, choices, default: begun }) => [
        name,
        {
          ...(title === '' ? {} : { title }),
          ...(type === 'choice' ? { enum: choices } : shapes[type]),
          ...(begun === undefined ? {} : { default: begun }),
        },
      ]),
    ),
    ...(required.length === 0 ? {} : { required }),
  };
}

/** The fields that a schema says; undefined where it says more than they can, so that nothing of it is lost. */
export function fieldsOfSchema(schema: unknown): InputField[] | undefined {
  if (schema === undefined) return [];
  if (!isObject(schema)) return undefined;
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const fields: InputField[] = [];
  for (const [name, property] of Object.entries(properties)) {
    const field = fieldOf(name, property, required.includes(name));
    if (field === undefined) return undefined;
    fields.push(field);
  }
  const { additionalProperties: _, ...known } = schema;
  return sameJson(schemaOfFields(fields), { type: 'object', properties: {}, ...known }) ? fields : undefined;
}

function fieldOf(name: string, property: unknown, required: boolean): InputField | undefined {
  if (!isObject(property)) return undefined;
  const { title, default: begun, ...shape } = property;
  const base = {
    ...{ name, title: typeof title === 'string' ? title : '', required, choices: [] },
    ...(begun === undefined ? {} : { default: begun }),
  };
  if (Array.isArray(shape.enum) && shape.enum.every((each) => typeof each === 'string')) {
    return { ...base, type: 'choice', choices: shape.enum };
  }
  const type = (Object.keys(shapes) as (keyof typeof shapes)[]).find((each) => sameJson(shapes[each], shape));
  return type === undefined ? undefined : { ...base, type };
}

/** Equal as JSON, whatever the order of names. */
function sameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((each, index) => sameJson(each, b[index]));
  if (!isObject(a) || !isObject(b)) return a === b;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => name in b && sameJson(a[name], b[name]));
}
