import {
  FatalError,
  type HttpRequest,
  isObject,
  type JsonObject,
  type JsonValue,
  type Path,
  path,
  type QueryValue,
} from '@castellan/sdk';
import type { ApiBody, ApiOperation, ApiParameter } from './definition.js';

/** The request of a call, from an input that fits its schema. */
export function requestOf(operation: ApiOperation, input: JsonObject, key: string): HttpRequest {
  const { method, parameters, body, keyHeader, idempotency } = operation;
  const given = parameters.filter(({ field }) => input[field] !== undefined && input[field] !== null);
  const of = (place: ApiParameter['in']) => given.filter((parameter) => parameter.in === place);
  const cookies = of('cookie').map((one) => `${one.name}=${encodeURIComponent(joined(one, input[one.field]!))}`);
  const sent = body && input.body !== undefined ? bodyOf(body, input.body) : {};
  return {
    method,
    path: pathOf(
      operation.path,
      Object.fromEntries(of('path').map((one) => [one.name, joined(one, input[one.field]!)])),
    ),
    query: Object.assign({}, ...of('query').map((one) => queryOf(one, input[one.field]!))),
    ...sent,
    headers: {
      ...Object.fromEntries(of('header').map((one) => [one.name, joined(one, input[one.field]!)])),
      ...(cookies.length > 0 ? { cookie: cookies.join('; ') } : {}),
      ...(keyHeader && idempotency === 'key' ? { [keyHeader]: key } : {}),
      ...sent.headers,
    },
  };
}

/** `/users/{id}` with its values, each one segment. */
function pathOf(template: string, values: Record<string, string>): Path {
  const pieces = template.split(/\{([^{}]+)\}/);
  const parts = pieces.filter((_, index) => index % 2 === 0);
  const names = pieces.filter((_, index) => index % 2 === 1);
  return path(Object.assign(parts, { raw: parts }), ...names.map((name) => values[name] ?? ''));
}

function queryOf(parameter: ApiParameter, value: JsonValue): Record<string, QueryValue | QueryValue[]> {
  const { name, written } = parameter;
  if (written === 'deepObject') return deep(name, value);
  if (written === 'repeated' && Array.isArray(value)) return { [name]: value.map(plain) };
  if (written === 'repeated' && isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, Array.isArray(item) ? item.map(plain) : plain(item)]),
    );
  }
  return { [name]: joined(parameter, value) };
}

/** `filter[status]=open`, as deep as the value goes. */
function deep(name: string, value: JsonValue): Record<string, QueryValue | QueryValue[]> {
  if (!isObject(value)) return { [name]: Array.isArray(value) ? value.map(plain) : plain(value) };
  return Object.assign({}, ...Object.entries(value).map(([key, item]) => deep(`${name}[${key}]`, item)));
}

/** A value in one text: lists with their joint, objects as pairs of it. */
function joined({ written, joint = ',' }: ApiParameter, value: JsonValue): string {
  if (written === 'json') return JSON.stringify(value);
  if (Array.isArray(value)) return value.map(plain).join(joint);
  if (isObject(value))
    return Object.entries(value)
      .map(([key, item]) => `${key}${joint}${plain(item)}`)
      .join(joint);
  return plain(value);
}

function bodyOf({ kind, contentType, files = [] }: ApiBody, body: JsonValue): Partial<HttpRequest> {
  if (kind === 'json') {
    // Of the same content, but called by a name of its own, such as application/scim+json.
    return { body, ...(/^application\/json\b/i.test(contentType) ? {} : { headers: { 'content-type': contentType } }) };
  }
  if (kind === 'text')
    return {
      text: {
        content: String(body),
        contentType: `${contentType}${/charset/i.test(contentType) ? '' : '; charset=utf-8'}`,
      },
    };
  if (!isObject(body)) throw new FatalError('/body: a form is made of fields.', { code: 'E_INPUT' });
  const fields = Object.entries(body).filter(([name, value]) => !files.includes(name) && value !== null);
  if (kind === 'form') {
    const pairs = fields.flatMap(([name, value]) =>
      [value].flat().map((item) => [name, plain(item)] as [string, string]),
    );
    return { text: { content: new URLSearchParams(pairs).toString(), contentType } };
  }
  const texts = Object.fromEntries(fields.map(([name, value]) => [name, plain(value)]));
  return {
    multipart: {
      fields: texts,
      files: files.flatMap((name) => {
        const file = body[name];
        if (!isObject(file)) return [];
        const { filename, content, contentType: type } = file;
        const known = typeof type === 'string' && type !== '' ? type : 'application/octet-stream';
        return [
          {
            name,
            filename: String(filename),
            contentType: known,
            content: String(content),
            encoding: 'base64' as const,
          },
        ];
      }),
    },
  };
}

function plain(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
