import type { JsonSchema, JsonValue } from '@castellan/sdk';
import { type ApiDocument, type Item, isItem, itemOf, placeIn, textOf, UnusablePart } from './document.js';
import { cut as shortened } from './words.js';

/** Whether a value is sent or received: some properties stand only in one of the two. */
export type Direction = 'input' | 'output';

/** Deepest schema; what lies deeper, or deeper than fits, is any JSON. */
const deepest = 9;
const mostVariants = 12;
/** A longer list is no choice any more, and would stand in every catalogue. */
const mostChoices = 300;
const descriptionLength = 240;

/**
 * A schema of the document as forms and checks understand it: without references, of bounded size, circles cut where
 * they close. What is left out is left open, so that nothing is refused which the vendor would take.
 */
export function plainSchema(
  document: ApiDocument,
  schema: unknown,
  pointer: string,
  limits: { direction: Direction; most: number },
): JsonSchema {
  let fitting: JsonSchema = {};
  for (let depth = 1; depth <= deepest; depth += 1) {
    const plain = new PlainSchema(document, limits.direction, limits.most);
    const made = plain.make(schema, pointer, { depth, refs: [], named: true });
    if (plain.full) break;
    fitting = made;
    if (!plain.cut) break;
  }
  return fitting;
}

interface Place {
  /** Levels that may follow. */
  depth: number;
  /** Pointers of the schemas around it, by which a circle is seen. */
  refs: readonly string[];
  /** Its title is shown: of a property the name is better. */
  named: boolean;
}

class PlainSchema {
  private count = 0;
  /** Something lies deeper. */
  cut = false;

  constructor(
    private readonly document: ApiDocument,
    private readonly direction: Direction,
    private readonly most: number,
  ) {}

  get full(): boolean {
    return this.count > this.most;
  }

  make(given: unknown, pointer: string, place: Place): JsonSchema {
    this.count += 1;
    if (this.full || !isItem(given)) return {};
    const { value, refs, closed } = this.merged(given, pointer, place.refs);
    const shown = describe(value, place.named);
    if (closed) return shown;
    if (place.depth <= 0) {
      this.cut = true;
      return shown;
    }
    const schema = { ...this.shapeOf(value, pointer, { ...place, refs }), ...shown };
    return isNullable(value) ? orNull(schema, shown) : schema;
  }

  /** The schema with its references followed and the parts of `allOf` laid together. */
  private merged(
    given: Item,
    pointer: string,
    around: readonly string[],
  ): { value: Item; refs: string[]; closed: boolean } {
    const refs = [...around];
    let closed = false;
    const lay = (schema: unknown, at: string): Item => {
      const followed = this.follow(schema, at);
      if (followed.pointer !== at) {
        if (refs.includes(followed.pointer)) {
          closed = true;
          return followed.value;
        }
        refs.push(followed.pointer);
      }
      const { allOf, ...own } = followed.value;
      if (!Array.isArray(allOf)) return own;
      const parts = allOf.map((part, index) => lay(part, placeIn(placeIn(followed.pointer, 'allOf'), index)));
      return [...parts, own].reduce(mergeItems, {});
    };
    const value = lay(given, pointer);
    return { value, refs, closed };
  }

  private follow(schema: unknown, pointer: string): { value: Item; pointer: string } {
    try {
      return this.document.follow(schema, pointer);
    } catch (error) {
      // A place that cannot be followed takes any value, rather than taking the operation with it.
      if (error instanceof UnusablePart) return { value: {}, pointer };
      throw error;
    }
  }

  private shapeOf(schema: Item, pointer: string, place: Place): JsonSchema {
    const types = typesOf(schema);
    const variants = variantsOf(schema);
    if (isScalar(schema.const)) return { const: schema.const };
    const choices = Array.isArray(schema.enum) ? schema.enum.filter((value) => value !== null) : [];
    if (choices.length > 0 && choices.length <= mostChoices && choices.every(isScalar)) return { enum: choices };
    if (variants) return this.oneOf(schema, variants, pointer, place);
    if (types.length > 1) {
      return { anyOf: types.map((type) => this.shapeOf({ ...schema, type }, pointer, place)) };
    }
    const [type = isItem(schema.properties) ? 'object' : isItem(schema.items) ? 'array' : undefined] = types;
    switch (type) {
      case 'object':
        return this.objectOf(schema, pointer, place);
      case 'array':
        return {
          type,
          items: this.make(schema.items, placeIn(pointer, 'items'), below(place, true)),
          ...pick(schema, itemLimits),
        };
      case 'string':
        return { type, ...pick(schema, textLimits) };
      case 'integer':
      case 'number':
        return { type, ...numberLimits(schema) };
      case 'boolean':
        return { type };
      default:
        return {};
    }
  }

  private objectOf(schema: Item, pointer: string, place: Place): JsonSchema {
    const hidden = this.direction === 'input' ? 'readOnly' : 'writeOnly';
    const given = Object.entries(itemOf(schema.properties)).filter(([name]) => name !== '__proto__');
    const shown = given.filter(([, property]) => !(isItem(property) && property[hidden] === true));
    const properties = shown.map(([name, property]) => {
      const at = placeIn(placeIn(pointer, 'properties'), name);
      return [name, this.make(property, at, below(place, false))] as const;
    });
    const names = new Set(shown.map(([name]) => name));
    const required = (Array.isArray(schema.required) ? schema.required : []).filter((name) =>
      names.has(name as string),
    );
    const others = schema.additionalProperties;
    return {
      type: 'object',
      ...(properties.length > 0 ? { properties: Object.fromEntries(properties) } : {}),
      // What an answer lacks is the vendor's affair: nothing fails for it.
      ...(required.length > 0 ? { required: [...new Set(required as string[])] } : {}),
      ...(isItem(others) && properties.length === 0
        ? { additionalProperties: this.make(others, placeIn(pointer, 'additionalProperties'), below(place, true)) }
        : {}),
    };
  }

  /** Always `anyOf`: that just one of them fits is for the vendor to judge. */
  private oneOf(schema: Item, variants: unknown[], pointer: string, place: Place): JsonSchema {
    const { oneOf: _one, anyOf: _any, discriminator, ...shared } = schema;
    if (variants.length > mostVariants) return {};
    const made = variants.map((variant, index) => {
      const own = isItem(shared.properties) ? { allOf: [shared, variant] } : variant;
      const one = this.make(own, placeIn(placeIn(pointer, 'oneOf'), index), below(place, true));
      const name = nameOf(variant);
      const titled = name !== undefined && one.title === undefined ? { title: name, ...one } : one;
      return withConstant(titled, itemOf(discriminator), variant);
    });
    return { anyOf: made };
  }
}

const below = ({ depth, refs }: Place, named: boolean): Place => ({ depth: depth - 1, refs, named });

const itemLimits = ['minItems', 'maxItems'];
const textLimits = ['minLength', 'maxLength'];

function pick(schema: Item, names: string[]): JsonSchema {
  const given = names.filter((name) => typeof schema[name] === 'number');
  return Object.fromEntries(given.map((name) => [name, schema[name] as number]));
}

/** 3.0 says of a limit that it is exclusive, 3.1 names another limit. */
function numberLimits(schema: Item): JsonSchema {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const low = exclusiveMinimum === true ? { exclusiveMinimum: minimum } : { minimum, exclusiveMinimum };
  const high = exclusiveMaximum === true ? { exclusiveMaximum: maximum } : { maximum, exclusiveMaximum };
  return pick({ ...low, ...high }, Object.keys({ ...low, ...high }));
}

function typesOf({ type }: Item): string[] {
  const types = Array.isArray(type) ? type : [type];
  return types.filter((one): one is string => typeof one === 'string' && one !== 'null');
}

/** Alternatives that say more than which properties are required. */
function variantsOf(schema: Item): unknown[] | null {
  const given = [schema.oneOf, schema.anyOf].find((list) => Array.isArray(list) && list.length > 0) as
    | unknown[]
    | undefined;
  const real = given?.filter((one) => !(isItem(one) && one.type === 'null'));
  const telling = real?.some((one) => isItem(one) && Object.keys(one).some((key) => key !== 'required'));
  return telling ? (real as unknown[]) : null;
}

function isNullable(schema: Item): boolean {
  const alternatives = [schema.oneOf, schema.anyOf].flatMap((list) => (Array.isArray(list) ? list : []));
  return (
    schema.nullable === true ||
    (Array.isArray(schema.type) && schema.type.includes('null')) ||
    (Array.isArray(schema.enum) && schema.enum.includes(null)) ||
    alternatives.some((one) => isItem(one) && one.type === 'null')
  );
}

function orNull(schema: JsonSchema, shown: JsonSchema): JsonSchema {
  if (Object.keys(schema).length === Object.keys(shown).length) return schema;
  const inner = Object.fromEntries(Object.entries(schema).filter(([key]) => !(key in shown)));
  return { anyOf: [...(Array.isArray(inner.anyOf) ? inner.anyOf : [inner]), { type: 'null' }], ...shown };
}

/** What people read of a field. Patterns and formats are left to the vendor; a format is told. */
function describe(schema: Item, named: boolean): JsonSchema {
  const [title, format] = [textOf(schema.title), textOf(schema.format)];
  const said = [textOf(schema.description), tellingFormats.has(format) ? `(${format})` : ''].filter(Boolean).join(' ');
  const example = [schema.example, ...(Array.isArray(schema.examples) ? schema.examples : []), schema.default].find(
    isScalar,
  );
  return {
    ...(named && title !== '' ? { title: shortened(title, 80) } : {}),
    ...(said === '' ? {} : { description: shortened(said, descriptionLength) }),
    ...(example === undefined ? {} : { examples: [typeof example === 'string' ? shortened(example, 120) : example] }),
    ...(schema.deprecated === true ? { deprecated: true } : {}),
  };
}

const tellingFormats = new Set([
  'date',
  'date-time',
  'time',
  'duration',
  'email',
  'uuid',
  'uri',
  'byte',
  'binary',
  'ipv4',
  'ipv6',
  'hostname',
]);

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

function mergeItems(first: Item, second: Item): Item {
  const both = { ...first, ...second };
  if (isItem(first.properties) && isItem(second.properties))
    both.properties = { ...first.properties, ...second.properties };
  if (Array.isArray(first.required) && Array.isArray(second.required))
    both.required = [...first.required, ...second.required];
  return both;
}

/** The last word of a reference. */
function nameOf(schema: unknown): string | undefined {
  const reference = itemOf(schema).$ref;
  return typeof reference === 'string' ? reference.split('/').at(-1) : undefined;
}

/** A variant that a discriminator names says so, and forms can tell it from the others. */
function withConstant(schema: JsonSchema, { propertyName, mapping }: Item, variant: unknown): JsonSchema {
  const reference = itemOf(variant).$ref;
  if (typeof propertyName !== 'string' || typeof reference !== 'string') return schema;
  const mapped = Object.entries(itemOf(mapping)).find(
    ([, target]) => target === reference || target === nameOf(variant),
  );
  const properties = itemOf(schema.properties) as Record<string, JsonSchema>;
  const required = Array.isArray(schema.required) ? schema.required : [];
  return {
    ...schema,
    properties: { ...properties, [propertyName]: { const: mapped?.[0] ?? nameOf(variant) ?? '' } },
    required: [...new Set([...required, propertyName])] as JsonValue[],
  };
}
