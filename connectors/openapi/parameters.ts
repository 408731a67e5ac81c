import type { JsonSchema } from '@castellan/sdk';
import type { ApiParameter } from './definition.js';
import { type ApiDocument, type Item, itemOf, type Placed, placeIn, textOf, UnusablePart } from './document.js';
import { plainSchema } from './schemas.js';
import { cut } from './words.js';

/** A parameter with the field of the input that it is filled from. */
export interface FoundParameter {
  parameter: ApiParameter;
  schema: JsonSchema;
  required: boolean;
}

/** Headers that are ours or the transport's to say. */
const ownHeaders =
  /^(?:accept|content-type|authorization|host|content-length|transfer-encoding|connection|keep-alive|upgrade|expect|te|trailer|proxy-.*|cookie|user-agent|accept-encoding)$/i;

/** A header by which an API takes the key of an effect. */
export const keyHeader = /^(?:x-)?idempotency-key$/i;

/**
 * The parameters of an operation, those of its path among them.
 * @throws UnusablePart for one that must be sent and cannot be.
 */
export function findParameters(document: ApiDocument, path: Placed, operation: Placed, most: number): FoundParameter[] {
  const found = new Map<string, FoundParameter>();
  const fields = new Set<string>();
  for (const { value, pointer } of [...placed(document, path), ...placed(document, operation)]) {
    const key = `${textOf(value.in)} ${textOf(value.name)}`;
    const before = found.get(key);
    const one = parameterOf(document, { value, pointer }, before?.parameter.field ?? freeField(fields, value), most);
    if (!one) continue;
    fields.add(one.parameter.field);
    found.set(key, one);
  }
  return [...found.values()];
}

function placed(document: ApiDocument, { value, pointer }: Placed): Placed[] {
  const list = Array.isArray(value.parameters) ? value.parameters : [];
  return list.map((one, index) => document.follow(one, placeIn(placeIn(pointer, 'parameters'), index)));
}

/** Its name, or that with its place where another has it. `body` is that of the request's body. */
function freeField(taken: Set<string>, { name, in: where }: Item): string {
  const wanted = textOf(name);
  const isTaken = (field: string) => field === 'body' || field === 'maxItems' || taken.has(field);
  return isTaken(wanted) ? `${wanted}_${textOf(where)}` : wanted;
}

function parameterOf(
  document: ApiDocument,
  { value, pointer }: Placed,
  field: string,
  most: number,
): FoundParameter | null {
  const [name, where] = [textOf(value.name), textOf(value.in)];
  if (name === '' || !['path', 'query', 'header', 'cookie'].includes(where)) {
    throw new UnusablePart(pointer, 'A parameter needs a name, and “in”: path, query, header or cookie.');
  }
  if (name === '__proto__' || (where === 'header' && (ownHeaders.test(name) || keyHeader.test(name)))) return null;
  const required = value.required === true || where === 'path';
  const [[mediaType, media] = []] = Object.entries(itemOf(value.content));
  if (mediaType !== undefined && !/json/i.test(mediaType))
    return refuse(required, pointer, `${name} is sent as ${mediaType}`);
  const style = textOf(value.style);
  const usual = where === 'query' || where === 'cookie' ? 'form' : 'simple';
  const place = mediaType === undefined ? placeIn(pointer, 'schema') : placeIn(placeIn(pointer, 'content'), mediaType);
  const schema = plainSchema(document, mediaType === undefined ? value.schema : itemOf(media).schema, place, {
    direction: 'input',
    most,
  });
  const written =
    mediaType === undefined ? writtenAs(style || usual, value.explode, where) : { written: 'json' as const };
  if (!written) return refuse(required, pointer, `${name} is written in the style ${style}`);
  const said = cut(textOf(value.description), 240);
  return {
    parameter: { field, name, in: where as ApiParameter['in'], ...written },
    schema: {
      ...schema,
      ...(said === '' ? {} : { description: said }),
      ...(value.deprecated === true ? { deprecated: true } : {}),
      ...(where === 'header' ? { text: 'header' } : {}),
    },
    required,
  };
}

function refuse(required: boolean, pointer: string, why: string): null {
  if (required) throw new UnusablePart(pointer, `Its parameter ${why}, which cannot be sent.`);
  return null;
}

const joints: Record<string, ',' | ' ' | '|'> = { form: ',', simple: ',', spaceDelimited: ' ', pipeDelimited: '|' };

function writtenAs(style: string, explode: unknown, where: string): Pick<ApiParameter, 'written' | 'joint'> | null {
  if (style === 'deepObject') return where === 'query' ? { written: 'deepObject' } : null;
  const joint = joints[style];
  if (!joint) return null;
  return style === 'form' && explode !== false && where === 'query'
    ? { written: 'repeated' }
    : { written: 'joined', joint };
}
