import { createHash } from 'node:crypto';
import type { JsonSchema, JsonValue } from '@castellan/sdk';
import { z } from 'zod';
import { findAnswer } from './answers.js';
import { findBody } from './bodies.js';
import type { ApiMethod, ApiOperation } from './definition.js';
import { type ApiDocument, isItem, itemOf, type Placed, placeIn, textOf, UnusablePart } from './document.js';
import { findPaging } from './found-paging.js';
import { findParameters, keyHeader } from './parameters.js';
import { sampleOf } from './samples.js';
import { camelCase, cut, firstSentence, sentenceOf, webAddress } from './words.js';

/** One call that the document describes. */
export interface FoundOperation {
  /** `GET /users/{id}`: the same in every version of a document. */
  key: string;
  id: string;
  method: ApiMethod;
  path: string;
  at: Placed;
  pathItem: Placed;
  title: string;
  tags: string[];
}

const methods: ApiMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * All calls in the order of the document, each with an id; `known` are ids that calls had before, by their key. A call
 * that moved to another path under its own name keeps its id, too.
 */
export function findOperations(document: ApiDocument, known: Record<string, string> = {}): FoundOperation[] {
  const here = keysOf(document);
  const taken = new Set(Object.entries(known).flatMap(([key, id]) => (here.has(key) ? [id] : [])));
  return Object.entries(itemOf(document.root.paths)).flatMap(([path, item]) => {
    if (!path.startsWith('/') || !isItem(item)) return [];
    const pathItem = followPath(document, item, placeIn('/paths', path));
    return methods.flatMap((method): FoundOperation[] => {
      const operation = pathItem.value[method.toLowerCase()];
      if (!isItem(operation)) return [];
      const key = `${method} ${path}`;
      const id = known[key] ?? freeId(idOf(operation, `${method} ${path}`), taken);
      taken.add(id);
      const title = firstSentence(textOf(operation.summary), 80).replace(/\.$/, '') || sentenceOf(id);
      const tags = (Array.isArray(operation.tags) ? operation.tags : []).flatMap((tag) => textOf(tag) || []);
      const at = { value: operation, pointer: placeIn(pathItem.pointer, method.toLowerCase()) };
      return [{ key, id, method, path, at, pathItem, title, tags: tags.map((tag) => cut(tag, 60)) }];
    });
  });
}

/** The document's own name for a call, unless it is only a number or a hash. */
function idOf({ operationId }: Record<string, unknown>, key: string): string {
  const own = textOf(operationId);
  return (/^(?:[0-9a-f-]{16,}|\d+)$/i.test(own) ? '' : camelCase(own)) || camelCase(key);
}

function keysOf(document: ApiDocument): Set<string> {
  const paths = Object.entries(itemOf(document.root.paths)).filter(([, item]) => isItem(item));
  const keys = paths.flatMap(([path, item]) => {
    const { value } = followPath(document, itemOf(item), placeIn('/paths', path));
    return methods.filter((method) => isItem(value[method.toLowerCase()])).map((method) => `${method} ${path}`);
  });
  return new Set(keys);
}

function followPath(document: ApiDocument, item: Record<string, unknown>, pointer: string): Placed {
  try {
    return document.follow(item, pointer);
  } catch (error) {
    if (error instanceof UnusablePart) return { value: {}, pointer };
    throw error;
  }
}

function freeId(wanted: string, taken: Set<string>): string {
  const base = wanted || 'call';
  for (let count = 1; ; count += 1) {
    const id = count === 1 ? base : `${base}${count}`;
    if (!taken.has(id)) return id;
  }
}

/** Sizes of the schemas of one operation, in their parts. */
export interface SchemaLimits {
  input: number;
  output: number;
}

/** One call as it is kept, with effect, idempotency and paging as its method and description suggest. */
export function makeOperation(document: ApiDocument, found: FoundOperation, limits: SchemaLimits): ApiOperation {
  const { method, path, at, pathItem, title, tags } = found;
  const parameters = findParameters(document, pathItem, at, limits.input);
  const body = method === 'GET' || method === 'HEAD' ? null : findBody(document, at, limits.input);
  const answer = findAnswer(document, at, limits.output);
  const missing = [...path.matchAll(/\{([^{}]+)\}/g)].find(
    ([, name]) => !parameters.some(({ parameter }) => parameter.in === 'path' && parameter.name === name),
  );
  if (missing) throw new UnusablePart(at.pointer, `Its path names {${missing[1]}}, which no parameter describes.`);
  const paging = method === 'GET' ? findPaging(parameters, answer) : null;
  const key = keyOf(document, found);
  const properties = Object.fromEntries(
    parameters.map(({ parameter, schema }) => [parameter.field, checkable(schema)]),
  );
  const required = parameters.filter((one) => one.required).map(({ parameter }) => parameter.field);
  const input: JsonSchema = {
    type: 'object',
    properties: { ...properties, ...(body ? { body: checkable(body.schema) } : {}) },
    required: [...required, ...(body?.required ? ['body'] : [])],
    additionalProperties: false,
  };
  const call = {
    ...{ method, path, input, output: answer.schema },
    parameters: parameters.map(({ parameter }) => parameter),
    ...(body ? { body: body.body } : {}),
    ...(key ? { keyHeader: key } : {}),
    ...(paging ? { paging } : {}),
  };
  return {
    ...call,
    ...proposed(method, key),
    ...{ title, tags },
    summary: summaryOf(at, title) || found.key,
    docs: webAddress(itemOf(at.value.externalDocs).url),
    sample: { input: sampleOf(input, false), output: answer.example ?? sampleOf(answer.schema, true) },
    hash: createHash('sha256')
      .update(JSON.stringify(withoutWords(call)))
      .digest('hex')
      .slice(0, 32),
  };
}

/** What is said beyond its title. */
function summaryOf({ value }: Placed, title: string): string {
  const said = [value.description, value.summary].map((text) => firstSentence(textOf(text), 240));
  return said.find((text) => text !== '' && text.replace(/\.$/, '') !== title) ?? '';
}

/** What the method says of a call (RFC 9110 §9.2); of a POST with a key header, that it may be repeated with the key. */
function proposed(method: ApiMethod, key: string | null): Pick<ApiOperation, 'effect' | 'idempotency'> {
  if (method === 'GET' || method === 'HEAD') return { effect: 'read', idempotency: 'natural' };
  if (method === 'DELETE') return { effect: 'destructive', idempotency: 'natural' };
  if (method === 'PUT') return { effect: 'write', idempotency: 'natural' };
  return { effect: 'write', idempotency: key ? 'key' : 'none' };
}

function keyOf(document: ApiDocument, { at, pathItem }: FoundOperation): string | null {
  const given = [pathItem, at].flatMap(({ value, pointer }) =>
    (Array.isArray(value.parameters) ? value.parameters : []).map((one, index) =>
      document.follow(one, placeIn(placeIn(pointer, 'parameters'), index)),
    ),
  );
  const header = given.find(({ value }) => value.in === 'header' && keyHeader.test(textOf(value.name)));
  return header ? textOf(header.value.name) : null;
}

/** A schema that values can be checked with; where that cannot be done, one that takes any value. */
function checkable(schema: JsonSchema): JsonSchema {
  try {
    z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
    return schema;
  } catch {
    const { title, description } = schema;
    return { ...(title === undefined ? {} : { title }), ...(description === undefined ? {} : { description }) };
  }
}

const wordKeys = new Set(['title', 'description', 'examples', 'deprecated']);

/** What a flow relies on, without what only people read. Names of properties stay, whatever they are. */
function withoutWords(value: unknown, names = false): JsonValue {
  if (Array.isArray(value)) return value.map((item) => withoutWords(item));
  if (typeof value !== 'object' || value === null) return (value ?? null) as JsonValue;
  const entries = Object.entries(value).filter(([key]) => names || !wordKeys.has(key));
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutWords(item, !names && key === 'properties')]));
}
