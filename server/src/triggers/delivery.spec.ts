import { describe, expect, it } from 'vitest';
import { isInParts, parseBody } from './delivery.js';

const read = (text: string, type?: string) => parseBody(Buffer.from(text), type);

describe('a body', () => {
  it('is JSON, a form or text, as its type says; what does not parse is text', () => {
    expect(read('{"a":1}', 'application/json; charset=utf-8')).toEqual({ a: 1 });
    expect(read('{"a":1}', 'application/vnd.api+json')).toEqual({ a: 1 });
    expect(read('{"a":1}')).toEqual({ a: 1 });
    expect(read('{"a":', 'application/json')).toBe('{"a":');
    expect(read('a=1&b=x%20y', 'application/x-www-form-urlencoded')).toEqual({ a: '1', b: 'x y' });
    expect(read('<a/>', 'application/xml')).toBe('<a/>');
    expect(read('')).toBeNull();
  });

  it('is only ever data: a form cannot reach a prototype, and a field that comes twice is a list', () => {
    const form = read('a=1&a=2&__proto__=x&constructor=y', 'application/x-www-form-urlencoded') as object;
    expect(form).toMatchObject({ a: ['1', '2'] });
    expect(Object.getPrototypeOf(form)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it('in parts is told from the others', () => {
    expect(isInParts({ headers: { 'content-type': 'Multipart/form-data; boundary=x' } })).toBe(true);
    expect(isInParts({ headers: { 'content-type': 'application/json' } })).toBe(false);
    expect(isInParts({ headers: {} })).toBe(false);
  });
});
