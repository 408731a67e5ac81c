import { isObject } from '../levels.js';
import { alike, type JsonType, jsonTypeOf, jsonTypes, type Shape, unknownShape } from './shape.js';

type Schema = Record<string, unknown>;

/** Schemas may refer to themselves; deeper nobody reads. */
const deepest = 10;

/** What data of a JSON Schema (2020-12) looks like. What it does not say is not known. */
export function shapeOfSchema(schema: unknown, root: unknown = schema, depth = 0): Shape {
  if (!isObject(schema) || depth > deepest) return unknownShape;
  if (typeof schema.$ref === 'string') return shapeOfSchema(refersTo(schema.$ref, root), root, depth + 1);
  const parts = [schema.anyOf, schema.oneOf].find(Array.isArray) as unknown[] | undefined;
  if (parts) return eitherOf(parts.map((part) => shapeOfSchema(part, root, depth + 1)));
  if (Array.isArray(schema.allOf)) return allOf(schema, root, depth);
  const types = typesOf(schema);
  if (types.length === 0) return unknownShape;
  const example = exampleOf(schema);
  return {
    types,
    ...(types.includes('object') ? membersOf(schema, root, depth) : {}),
    ...(types.includes('array') ? { items: shapeOfSchema(schema.items, root, depth + 1) } : {}),
    ...(example === undefined ? {} : { example }),
    from: ['schema'],
  };
}

/** What a `$ref` within a JSON Schema names; undefined where there is nothing, or it lies elsewhere. */
export function refersTo(reference: string, root: unknown): unknown {
  const keys = reference.startsWith('#/') ? reference.slice(2).split('/') : reference === '#' ? [] : undefined;
  return keys?.reduce<unknown>((at, key) => {
    const name = decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~');
    return isObject(at) ? at[name] : undefined;
  }, root);
}

/** One of these: known only if each of them is. */
function eitherOf(shapes: Shape[]): Shape {
  const [first, ...others] = shapes;
  return first && shapes.every(({ types }) => types.length > 0) ? others.reduce(alike, first) : unknownShape;
}

function allOf(schema: Schema, root: unknown, depth: number): Shape {
  const { allOf: parts, ...own } = schema;
  const shapes = [own, ...(parts as unknown[])].map((part) => shapeOfSchema(part, root, depth + 1));
  const known = shapes.filter(({ types }) => types.length > 0);
  const properties = Object.assign({}, ...known.map((shape) => shape.properties ?? {})) as Record<string, Shape>;
  const last = known.at(-1);
  if (!last) return unknownShape;
  return Object.keys(properties).length === 0 ? last : { ...last, properties };
}

function typesOf({ type, enum: choices, const: only, properties, items }: Schema): JsonType[] {
  if (typeof type === 'string' || Array.isArray(type)) {
    const named = [type].flat().map((one) => (one === 'integer' ? 'number' : one));
    return jsonTypes.filter((one) => named.includes(one));
  }
  const values = Array.isArray(choices) ? choices : only === undefined ? [] : [only];
  if (values.length > 0) return jsonTypes.filter((one) => values.some((value) => jsonTypeOf(value) === one));
  if (isObject(properties)) return ['object'];
  return isObject(items) ? ['array'] : [];
}

function membersOf(schema: Schema, root: unknown, depth: number): Pick<Shape, 'properties' | 'rest'> {
  const { properties, additionalProperties: others } = schema;
  const required = Array.isArray(schema.required) ? schema.required : [];
  const named = isObject(properties)
    ? Object.entries(properties).map(([name, inner]) => {
        const shape = shapeOfSchema(inner, root, depth + 1);
        return [name, required.includes(name) ? shape : { ...shape, optional: true }];
      })
    : [];
  const isRecord = isObject(others) && Object.keys(others).length > 0;
  if (named.length === 0 && !isRecord) return {};
  return {
    properties: Object.fromEntries(named) as Record<string, Shape>,
    ...(isRecord ? { rest: shapeOfSchema(others, root, depth + 1) } : {}),
  };
}

function exampleOf({ examples, const: only, default: usual, enum: choices }: Schema): Shape['example'] {
  const given = [
    Array.isArray(examples) ? examples[0] : undefined,
    only,
    usual,
    Array.isArray(choices) ? choices[0] : undefined,
  ];
  return given.find((one) => ['string', 'number', 'boolean'].includes(typeof one)) as Shape['example'];
}
