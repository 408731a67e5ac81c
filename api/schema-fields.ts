/** One field that a JSON Schema describes, for people to read. */
export interface SchemaField {
  /** `user.email`; `items[].id` for what is in a list. */
  path: string;
  title?: string;
  /** In plain words: text, whole number, list of text, “a” or “b”. */
  type: string;
  required: boolean;
  secret: boolean;
  description?: string;
  default?: unknown;
}

type Schema = Record<string, unknown>;

/** Fields deeper than this are left to the sample. */
const deepest = 3;
/** What may be more kinds of things than this is any JSON. */
const mostAlternatives = 4;

/** The fields of an object's schema, in their order, each followed by those within it. */
export function schemaFields(schema: Schema): SchemaField[] {
  return fieldsWithin(resolved(schema, schema), schema, '', 1);
}

function fieldsWithin(schema: Schema, root: Schema, prefix: string, depth: number): SchemaField[] {
  const required = (schema.required ?? []) as string[];
  return Object.entries((schema.properties ?? {}) as Record<string, Schema>).flatMap(([name, property]) => {
    const field = resolved(property, root);
    const path = `${prefix}${name}`;
    const own: SchemaField = {
      path,
      type: typeWords(field, root),
      required: required.includes(name) && field.default === undefined,
      secret: field.secret === true,
      ...(typeof field.title === 'string' ? { title: field.title } : {}),
      ...(typeof field.description === 'string' ? { description: field.description } : {}),
      ...(field.default === undefined ? {} : { default: field.default }),
    };
    if (depth >= deepest) return [own];
    const item = asSchema(field.items);
    const within = item
      ? fieldsWithin(resolved(item, root), root, `${path}[].`, depth + 1)
      : fieldsWithin(field, root, `${path}.`, depth + 1);
    return [own, ...within];
  });
}

/** A schema that holds itself, as that of any JSON does, is not told to its end. */
function typeWords(schema: Schema, root: Schema, level = 0): string {
  if (level > deepest) return 'anything';
  const words = (of: Schema) => typeWords(resolved(of, root), root, level + 1);
  if (schema.const !== undefined) return value(schema.const);
  if (Array.isArray(schema.enum)) return either(schema.enum.map(value));
  const alternatives = alternativesOf(schema);
  if (alternatives.length > mostAlternatives) return 'anything';
  if (alternatives.length > 0) return either(alternatives.map(words));
  const item = asSchema(schema.items);
  const values = asSchema(schema.additionalProperties);
  switch (schema.type) {
    case 'string':
      return schema.format === 'email' ? 'e-mail address' : schema.format === 'uri' ? 'URL' : 'text';
    case 'integer':
      return 'whole number';
    case 'number':
      return 'number';
    case 'boolean':
      return 'true or false';
    case 'array':
      return item ? `list of ${words(item)}` : 'list';
    case 'object':
      return values && !schema.properties ? `object with values: ${words(values)}` : 'object';
    case 'null':
      return 'null';
    default:
      return 'anything';
  }
}

/** Follows a reference, and takes away “or null” where one alternative is left. */
function resolved(schema: Schema, root: Schema): Schema {
  const { $ref, ...beside } = schema;
  if (typeof $ref === 'string') {
    const place = $ref.split('/').slice(1);
    const target = place.reduce<unknown>((at, key) => asSchema(at)?.[key], root);
    return { ...(asSchema(target) ?? {}), ...beside };
  }
  const [only, ...others] = alternativesOf(schema);
  if (!only || others.length > 0) return schema;
  const { anyOf: _any, oneOf: _one, type: _type, ...rest } = schema;
  return { ...resolved(only, root), ...rest };
}

function alternativesOf(schema: Schema): Schema[] {
  if (Array.isArray(schema.type)) {
    return schema.type.filter((type) => type !== 'null').map((type) => ({ ...schema, type }) as Schema);
  }
  return ((schema.anyOf ?? schema.oneOf ?? []) as Schema[]).filter(({ type }) => type !== 'null');
}

function asSchema(given: unknown): Schema | undefined {
  return typeof given === 'object' && given !== null && !Array.isArray(given) ? (given as Schema) : undefined;
}

function value(given: unknown): string {
  return typeof given === 'string' ? `“${given}”` : JSON.stringify(given);
}

function either(words: string[]): string {
  const distinct = [...new Set(words)];
  return distinct.length > 1
    ? `${distinct.slice(0, -1).join(', ')} or ${distinct.at(-1)}`
    : (distinct[0] ?? 'anything');
}
