/** JSON's names of types. */
export const jsonTypes = ['object', 'array', 'string', 'number', 'boolean', 'null'] as const;
export type JsonType = (typeof jsonTypes)[number];

/** JSON's name of a value's type; what is missing is null. */
export function jsonTypeOf(value: unknown): JsonType {
  if (value === null || value === undefined) return 'null';
  return Array.isArray(value) ? 'array' : (typeof value as JsonType);
}

/** Who says so: the schema of an operation or trigger, or the values of a run. */
export type ShapeSource = 'schema' | 'run';

/** What a value looks like, as far as it is known. */
export interface Shape {
  /** The types that were said or seen; none: nothing is known of the value. */
  types: JsonType[];
  /** Members by name; left out: nothing is known of them. */
  properties?: Record<string, Shape>;
  /** What all other members look like: they may have any name. */
  rest?: Shape;
  /** What the items of a list look like. */
  items?: Shape;
  /** It may be missing where it stands. */
  optional?: boolean;
  /** One such value, if it is no object and no list: from the last run, else from the schema. */
  example?: string | number | boolean;
  from: ShapeSource[];
}

export const unknownShape: Shape = { types: [], from: [] };

/** Members that are looked at of one object, items of one list, and levels. */
const most = { members: 500, items: 50, depth: 16 };
/** Characters of an example. */
const longestExample = 80;

/** What a value of a run looks like; `optional` is what only some items of a list have. */
export function shapeOfValue(value: unknown, depth = 0): Shape {
  const from: ShapeSource[] = ['run'];
  if (value === undefined || depth > most.depth) return unknownShape;
  if (value === null) return { types: ['null'], from };
  if (Array.isArray(value)) {
    const items = value.slice(0, most.items).map((item) => shapeOfValue(item, depth + 1));
    const [first, ...others] = items;
    return { types: ['array'], ...(first ? { items: others.reduce(alike, first) } : {}), from };
  }
  if (typeof value === 'object') {
    const members = Object.entries(value).slice(0, most.members);
    const properties = Object.fromEntries(members.map(([name, inner]) => [name, shapeOfValue(inner, depth + 1)]));
    return { types: ['object'], properties, from };
  }
  const example = typeof value === 'string' ? value.slice(0, longestExample) : (value as number | boolean);
  return { types: [typeof value as JsonType], example, from };
}

/** What either of two values of the same place looks like: a member that one lacks is optional. */
export function alike(one: Shape, other: Shape): Shape {
  const member = (a?: Shape, b?: Shape) => (a && b ? alike(a, b) : optional((a ?? b) as Shape));
  const shape = joined(one, other, member);
  // Of two objects one of which is not known by its members, neither is what may be the one or the other.
  if (![one, other].some(({ types, properties }) => types.includes('object') && properties === undefined)) return shape;
  const { properties: _, ...rest } = shape;
  return rest;
}

/**
 * What a schema says, with what was seen in a run: members of both, and the example of the run. What the run lacked is
 * optional, whatever the schema says.
 */
export function withSeen(said: Shape, seen: Shape): Shape {
  if (seen.types.length === 0) return said;
  if (said.types.length === 0) return { ...seen, ...(said.optional ? { optional: true } : {}) };
  return joined(said, seen, (a, b) => (a && b ? withSeen(a, b) : a ? optional(a) : (b as Shape)));
}

const optional = (shape: Shape): Shape => ({ ...shape, optional: true });

function joined(one: Shape, other: Shape, member: (a?: Shape, b?: Shape) => Shape): Shape {
  const names = new Set([...Object.keys(one.properties ?? {}), ...Object.keys(other.properties ?? {})]);
  const properties =
    one.properties && other.properties
      ? Object.fromEntries([...names].map((name) => [name, member(one.properties?.[name], other.properties?.[name])]))
      : (one.properties ?? other.properties);
  const items = one.items && other.items ? member(one.items, other.items) : (one.items ?? other.items);
  const rest = one.rest && other.rest ? alike(one.rest, other.rest) : (one.rest ?? other.rest);
  const example = other.example ?? one.example;
  return {
    types: [...new Set([...one.types, ...other.types])],
    ...(properties === undefined ? {} : { properties }),
    ...(rest === undefined ? {} : { rest }),
    ...(items === undefined ? {} : { items }),
    ...(one.optional || other.optional ? { optional: true } : {}),
    ...(example === undefined ? {} : { example }),
    from: [...new Set([...one.from, ...other.from])],
  };
}

/**
 * What stands at a path in a value of this shape. Names go through lists to their items, as JSONata does. `missing`:
 * neither schema nor run has it; undefined: not enough is known to say.
 */
export function shapeAt(shape: Shape, path: readonly (string | number)[]): Shape | 'missing' | undefined {
  let at: Shape | undefined = shape;
  for (const part of path) {
    at = throughLists(at, part);
    if (at === undefined || at.types.length === 0) return undefined;
    if (typeof part === 'number') continue;
    const found: Shape | undefined =
      at.properties && Object.hasOwn(at.properties, part) ? at.properties[part] : at.rest;
    if (found === undefined) return at.properties === undefined && at.types.includes('object') ? undefined : 'missing';
    at = found;
  }
  return at;
}

/** A name asks the items of a list, and those of lists in it; an index the items of this one. */
function throughLists(shape: Shape, part: string | number): Shape | undefined {
  if (typeof part === 'number') return shape.types.includes('array') ? shape.items : shape;
  let at: Shape | undefined = shape;
  while (at?.types.includes('array') && !at.types.includes('object')) at = at.items;
  return at;
}
