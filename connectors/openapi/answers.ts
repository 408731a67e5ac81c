import type { JsonSchema, JsonValue } from '@castellan/sdk';
import { type ApiDocument, itemOf, type Placed, placeIn, UnusablePart } from './document.js';
import { plainSchema } from './schemas.js';

/** What an operation answers when it succeeds. */
export interface FoundAnswer {
  schema: JsonSchema;
  /** The document's own example. */
  example?: JsonValue;
  /** Names of its headers, in lower case. */
  headers: string[];
}

const largestExample = 4_000;

/**
 * The answer of the lowest 2xx status.
 * @throws UnusablePart where it is only a file.
 */
export function findAnswer(document: ApiDocument, operation: Placed, most: number): FoundAnswer {
  const responses = itemOf(operation.value.responses);
  const status =
    Object.keys(responses)
      .toSorted()
      .find((one) => /^2/.test(one)) ?? ('default' in responses ? 'default' : undefined);
  if (status === undefined) return { schema: {}, headers: [] };
  const place = placeIn(placeIn(operation.pointer, 'responses'), status);
  const { value, pointer } = document.follow(responses[status], place);
  const headers = Object.keys(itemOf(value.headers)).map((name) => name.toLowerCase());
  const content = itemOf(value.content);
  const types = Object.keys(content);
  const json = types.find((type) => /json|^\*\/\*/i.test(type));
  if (json !== undefined) {
    const media = itemOf(content[json]);
    const at = placeIn(placeIn(placeIn(pointer, 'content'), json), 'schema');
    return {
      schema: plainSchema(document, media.schema, at, { direction: 'output', most }),
      headers,
      ...exampleOf(document, media, at),
    };
  }
  if (types.length === 0 || types.some((type) => /^text\/|xml|yaml|html/i.test(type))) {
    return { schema: types.length === 0 ? {} : { type: 'string' }, headers };
  }
  throw new UnusablePart(pointer, `It answers a file (${types.join(', ')}), which a flow cannot hold.`);
}

function exampleOf(document: ApiDocument, media: Record<string, unknown>, place: string): { example?: JsonValue } {
  const [first] = Object.values(itemOf(media.examples));
  const given = media.example ?? (first === undefined ? undefined : exampleValue(document, first, place));
  if (given === undefined || !isSmall(given) || JSON.stringify(given).length > largestExample) return {};
  return { example: given as JsonValue };
}

/** Counts before anything is written: what a document repeats by name may unfold without end. */
function isSmall(value: unknown): boolean {
  const open = [value];
  for (let count = 0; open.length > 0; count += 1) {
    if (count > largestExample) return false;
    const next = open.pop();
    if (typeof next === 'object' && next !== null) open.push(...Object.values(next).slice(0, largestExample));
  }
  return true;
}

function exampleValue(document: ApiDocument, example: unknown, place: string): unknown {
  try {
    return document.follow(example, place).value.value;
  } catch (error) {
    if (error instanceof UnusablePart) return undefined;
    throw error;
  }
}
