import { words } from '../ui/format.js';

/** A JSON Schema (2020-12) as connectors give it; what is not understood is passed over. */
export type JsonSchema = Record<string, unknown>;

/** How one value is edited; a form draws one control per shape. */
export type FieldShape =
  | { type: 'text'; multiline: boolean; placeholder: string | undefined }
  | { type: 'number'; integer: boolean; minimum: number | undefined; maximum: number | undefined }
  | { type: 'boolean' }
  | { type: 'choice'; options: Choice[]; placeholder?: string | undefined }
  | { type: 'choices'; options: Choice[] }
  | { type: 'list'; item: JsonSchema }
  | { type: 'object'; properties: Property[] }
  | { type: 'record'; value: JsonSchema }
  | { type: 'variants'; variants: Variant[] }
  | { type: 'any' };

export interface Choice {
  value: unknown;
  label: string;
}

export interface Property {
  name: string;
  schema: JsonSchema;
  required: boolean;
}

export interface Variant {
  title: string;
  schema: JsonSchema;
}

/** A text longer than this is written in a box of several lines. */
const longText = 300;

/** Resolves references into the same document, merges `allOf`, and takes away "or null". */
export function resolveSchema(schema: JsonSchema, root: JsonSchema): JsonSchema {
  let resolved = schema;
  // A reference may lead to a reference; a circle of them ends here rather than never.
  for (let hops = 0; typeof resolved.$ref === 'string' && hops < 20; hops++) {
    const { $ref, ...beside } = resolved;
    resolved = { ...followPointer(root, $ref as string), ...beside };
  }
  const parts = asSchemas(resolved.allOf);
  if (parts.length > 0) {
    const { allOf: _, ...rest } = resolved;
    resolved = [...parts.map((part) => resolveSchema(part, root)), rest].reduce(mergeSchemas, {});
  }
  const alternatives = asSchemas(resolved.anyOf ?? resolved.oneOf);
  const real = alternatives.filter((part) => part.type !== 'null');
  if (alternatives.length > real.length && real.length === 1) {
    const { anyOf: _any, oneOf: _one, ...rest } = resolved;
    resolved = { ...resolveSchema(real[0]!, root), ...rest };
  }
  return resolved;
}

/** Which control edits a value of this schema. */
export function fieldShape(schema: JsonSchema, root: JsonSchema): FieldShape {
  const resolved = resolveSchema(schema, root);
  if (Array.isArray(resolved.enum)) {
    return { type: 'choice', options: choices(resolved.enum), placeholder: placeholderOf(resolved) };
  }
  const alternatives = asSchemas(resolved.anyOf ?? resolved.oneOf).filter((part) => part.type !== 'null');
  if (alternatives.length > 0) return alternativesShape(alternatives, root);
  switch (typeOf(resolved)) {
    case 'string':
      return {
        type: 'text',
        multiline: resolved.multiline === true || Number(resolved.maxLength ?? 0) > longText,
        placeholder: placeholderOf(resolved),
      };
    case 'number':
    case 'integer':
      return {
        type: 'number',
        integer: typeOf(resolved) === 'integer',
        minimum: numberOr(resolved.minimum ?? resolved.exclusiveMinimum),
        maximum: numberOr(resolved.maximum),
      };
    case 'boolean':
      return { type: 'boolean' };
    case 'array':
      return listShape(asSchema(resolved.items), root);
    case 'object':
      return objectShape(resolved);
    default:
      return { type: 'any' };
  }
}

/** Which variant a value was made for: the one whose constants and required names it has. */
export function variantOf(value: unknown, variants: Variant[], root: JsonSchema): number {
  const index = variants.findIndex((variant) => fits(value, variant.schema, root));
  return index === -1 ? 0 : index;
}

/** A name as a label: `groupId` becomes "Group id". */
export function labelOf(name: string, schema: JsonSchema): string {
  if (typeof schema.title === 'string' && schema.title !== '') return schema.title;
  return words(name);
}

function alternativesShape(alternatives: JsonSchema[], root: JsonSchema): FieldShape {
  const resolved = alternatives.map((part) => resolveSchema(part, root));
  if (resolved.every((part) => part.const !== undefined)) {
    return {
      type: 'choice',
      options: resolved.map((part) => ({
        value: part.const!,
        label: typeof part.title === 'string' ? part.title : String(part.const),
      })),
    };
  }
  if (resolved.length === 1) return fieldShape(resolved[0]!, root);
  return {
    type: 'variants',
    variants: resolved.map((part, index) => ({ title: variantTitle(part, index), schema: part })),
  };
}

function listShape(item: JsonSchema | undefined, root: JsonSchema): FieldShape {
  if (item === undefined) return { type: 'list', item: {} };
  const resolved = resolveSchema(item, root);
  return Array.isArray(resolved.enum)
    ? { type: 'choices', options: choices(resolved.enum) }
    : { type: 'list', item: resolved };
}

function objectShape(schema: JsonSchema): FieldShape {
  const properties = schema.properties as Record<string, JsonSchema> | undefined;
  if (properties !== undefined && Object.keys(properties).length > 0) {
    const required = Array.isArray(schema.required) ? schema.required : [];
    return {
      type: 'object',
      properties: Object.entries(properties).map(([name, property]) => ({
        name,
        schema: property,
        required: required.includes(name),
      })),
    };
  }
  const value = asSchema(schema.additionalProperties);
  return { type: 'record', value: value ?? {} };
}

function fits(value: unknown, schema: JsonSchema, root: JsonSchema): boolean {
  const resolved = resolveSchema(schema, root);
  if (resolved.const !== undefined) return value === resolved.const;
  switch (typeOf(resolved)) {
    case 'object': {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
      const held = value as Record<string, unknown>;
      const properties = (resolved.properties ?? {}) as Record<string, JsonSchema>;
      const required = Array.isArray(resolved.required) ? (resolved.required as string[]) : [];
      return required.every((name) => name in held && (!properties[name] || fitsConst(held[name], properties[name])));
    }
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return typeof value === 'number';
    case undefined:
      return true;
    default:
      return typeof value === typeOf(resolved);
  }
}

function fitsConst(value: unknown, schema: JsonSchema): boolean {
  return schema.const === undefined || schema.const === value;
}

function variantTitle(schema: JsonSchema, index: number): string {
  if (typeof schema.title === 'string') return schema.title;
  const properties = (schema.properties ?? {}) as Record<string, JsonSchema>;
  const constant = Object.values(properties).find((property) => property.const !== undefined)?.const;
  if (constant !== undefined) return labelOf(String(constant), {});
  const type = typeOf(schema);
  return type === undefined ? `Form ${index + 1}` : labelOf(type, {});
}

function typeOf(schema: JsonSchema): string | undefined {
  if (typeof schema.type === 'string') return schema.type;
  if (Array.isArray(schema.type)) {
    const types = schema.type.filter((type): type is string => typeof type === 'string' && type !== 'null');
    return types.length === 1 ? types[0] : undefined;
  }
  return schema.properties !== undefined ? 'object' : undefined;
}

function placeholderOf(schema: JsonSchema): string | undefined {
  const example = Array.isArray(schema.examples) ? schema.examples[0] : undefined;
  if (typeof example === 'string' || typeof example === 'number') return String(example);
  return schema.default === undefined || typeof schema.default === 'object' ? undefined : String(schema.default);
}

function choices(values: unknown[]): Choice[] {
  return values.map((value) => ({ value, label: value === null ? 'none' : String(value) }));
}

function numberOr(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function asSchema(value: unknown): JsonSchema | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonSchema) : undefined;
}

function asSchemas(value: unknown): JsonSchema[] {
  return Array.isArray(value) ? value.map((part) => asSchema(part) ?? {}) : [];
}

function mergeSchemas(first: JsonSchema, second: JsonSchema): JsonSchema {
  return {
    ...first,
    ...second,
    ...(first.properties || second.properties
      ? { properties: { ...(first.properties as JsonSchema), ...(second.properties as JsonSchema) } }
      : {}),
    ...(first.required || second.required
      ? { required: [...((first.required as unknown[]) ?? []), ...((second.required as unknown[]) ?? [])] }
      : {}),
  };
}

function followPointer(root: JsonSchema, ref: string): JsonSchema {
  if (!ref.startsWith('#')) return {};
  const names = ref
    .slice(1)
    .split('/')
    .slice(1)
    .map((name) => decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~'));
  const found = names.reduce<unknown>((at, name) => asSchema(at)?.[name], root);
  return asSchema(found) ?? {};
}
