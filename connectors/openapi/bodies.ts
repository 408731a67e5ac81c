import type { JsonSchema } from '@castellan/sdk';
import type { ApiBody } from './definition.js';
import { type ApiDocument, isItem, itemOf, type Placed, placeIn, textOf, UnusablePart } from './document.js';
import { plainSchema } from './schemas.js';
import { cut } from './words.js';

/** The body of a request with the field that it is filled from. */
export interface FoundBody {
  body: ApiBody;
  schema: JsonSchema;
  required: boolean;
}

/** What can be sent, the best first. */
const kinds: [RegExp, ApiBody['kind']][] = [
  [/^application\/json\b/i, 'json'],
  [/^[\w.+-]+\/(?:[\w.+-]*\+)?json\b/i, 'json'],
  [/^application\/x-www-form-urlencoded\b/i, 'form'],
  [/^multipart\/form-data\b/i, 'multipart'],
  [/^text\/(?:plain|markdown|csv)\b/i, 'text'],
  [/^\*\/\*/, 'json'],
];

/**
 * The body that an operation takes; null where it takes none.
 * @throws UnusablePart where it must be sent in a form that cannot be.
 */
export function findBody(document: ApiDocument, operation: Placed, most: number): FoundBody | null {
  if (operation.value.requestBody === undefined) return null;
  const { value, pointer } = document.follow(operation.value.requestBody, placeIn(operation.pointer, 'requestBody'));
  const content = itemOf(value.content);
  const types = Object.keys(content);
  const required = value.required === true;
  for (const [pattern, kind] of kinds) {
    const contentType = types.find((type) => pattern.test(type));
    if (contentType === undefined) continue;
    const place = placeIn(placeIn(placeIn(pointer, 'content'), contentType), 'schema');
    const media = itemOf(content[contentType]);
    const schema = plainSchema(document, media.schema, place, { direction: 'input', most });
    const said = cut(textOf(value.description), 240);
    const shown = said === '' ? schema : { ...schema, description: said };
    if (kind === 'multipart')
      return multipart(document, media.schema, place, { body: { kind, contentType }, schema: shown, required });
    if (kind === 'text')
      return { body: { kind, contentType }, schema: { type: 'string', multiline: true, ...pickSaid(shown) }, required };
    return {
      body: { kind, contentType: contentType === '*/*' ? 'application/json' : contentType },
      schema: shown,
      required,
    };
  }
  if (!required || types.length === 0) return null;
  throw new UnusablePart(pointer, `It wants its body as ${types.join(' or ')}, which cannot be sent.`);
}

const pickSaid = ({ description }: JsonSchema): JsonSchema => (description === undefined ? {} : { description });

const fileField: JsonSchema = {
  type: 'object',
  description: 'A file: its name, its content in Base64, and what kind of file it is.',
  properties: {
    filename: { type: 'string', minLength: 1 },
    contentType: { type: 'string', examples: ['application/pdf'] },
    content: { type: 'string', description: 'In Base64.' },
  },
  required: ['filename', 'content'],
};

/** Fields of binary content are files, with a name and Base64; lists of files take one. */
function multipart(document: ApiDocument, schema: unknown, place: string, found: FoundBody): FoundBody {
  const value = isItem(schema) ? document.follow(schema, place).value : {};
  const files = Object.entries(itemOf(value.properties)).flatMap(([name, property]) =>
    isFile(property) || isFile(itemOf(property).items) ? [name] : [],
  );
  const properties = {
    ...itemOf(found.schema.properties),
    ...Object.fromEntries(files.map((name) => [name, fileField])),
  };
  return {
    ...found,
    body: { ...found.body, files },
    schema: { ...found.schema, type: 'object', properties: properties as JsonSchema },
  };
}

function isFile(property: unknown): boolean {
  const { format, contentEncoding, contentMediaType } = itemOf(property);
  return format === 'binary' || contentEncoding !== undefined || contentMediaType !== undefined;
}
