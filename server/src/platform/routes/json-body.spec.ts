import type { FastifyRequest } from 'fastify';
import { describe, expect, test } from 'vitest';
import { parseJson } from './json-body.js';

function parse(text: string | Buffer, type = 'application/json'): unknown {
  return parseJson({ body: Buffer.from(text), headers: { 'content-type': type } } as unknown as FastifyRequest);
}

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('the body of an API call', () => {
  test('is what JSON says', () => {
    expect(parse('{"a":[1,{"b":null}]}', 'application/json; charset=utf-8')).toEqual({ a: [1, { b: null }] });
  });

  test('that is missing is an empty object', () => {
    expect(parseJson({ headers: {} } as FastifyRequest)).toEqual({});
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'is not taken as %s, which a form of another site could send',
    (type) => expect(codeOf(() => parse('{"a":1}', type))).toBe('invalid_input'),
  );

  test.each(['{', '{"a":1}x', '', '\xff'])('is refused if it is no JSON: %j', (text) => {
    const body = text === '' ? ' ' : Buffer.from(text, 'latin1');
    expect(codeOf(() => parse(body))).toBe('invalid_input');
  });

  test('is refused past 64 levels, however deep', () => {
    expect(parse(`${'['.repeat(60)}${']'.repeat(60)}`)).toBeInstanceOf(Array);
    expect(codeOf(() => parse(`${'['.repeat(70)}${']'.repeat(70)}`))).toBe('invalid_input');
    expect(codeOf(() => parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`))).toBe('invalid_input');
  });

  test('is refused with more than 50,000 values', () => {
    expect(codeOf(() => parse(`[${'1,'.repeat(60_000)}1]`))).toBe('too_large');
  });

  test('is refused with a key that reaches prototypes, at any depth', () => {
    expect(codeOf(() => parse('{"a":[{"__proto__":{"admin":true}}]}'))).toBe('invalid_input');
    expect(codeOf(() => parse('{"\\u005f_proto__":{}}'))).toBe('invalid_input');
  });

  test('loses the characters that Postgres cannot keep', () => {
    expect(parse('["a\\u0000b","\\ud800x"]')).toEqual(['a\uFFFDb', '\uFFFDx']);
  });
});
