import { describe, expect, it } from 'vitest';
import { normalizeJson, normalizeText } from './normalize.js';

const nested = (depth: number): unknown => Array.from({ length: depth }).reduce((inner) => [inner], 1 as unknown);

describe('normalizeJson', () => {
  it('leaves ordinary data as it is', () => {
    const value = { a: [1, 'zwei', null, true], ключ: { '😀': 'a😀b' } };
    expect(normalizeJson(value)).toEqual(value);
  });

  it('replaces NUL and lone surrogates in texts and keys', () => {
    expect(normalizeJson({ 'k\0': 'a\0b', s: '\ud800x', t: '\udc00' })).toEqual({
      'k\uFFFD': 'a\uFFFDb',
      s: '\uFFFDx',
      t: '\uFFFD',
    });
    expect(normalizeText('pair \ud83d\ude00 stays')).toBe('pair 😀 stays');
  });

  it.each(['__proto__', '_jsonata_function', '_jsonata_lambda'])('drops the key %s at any depth', (key) => {
    const value = JSON.parse(`{"a":[{"${key}":{"polluted":true},"kept":1}]}`) as unknown;
    expect(normalizeJson(value)).toEqual({ a: [{ kept: 1 }] });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('keeps constructor and prototype as data', () => {
    const value = JSON.parse('{"constructor":{"prototype":{"x":1}}}') as unknown;
    expect(JSON.stringify(normalizeJson(value))).toBe('{"constructor":{"prototype":{"x":1}}}');
  });

  it('takes 64 levels and refuses more, however many', () => {
    expect(normalizeJson(nested(64))).toEqual(nested(64));
    expect(() => normalizeJson(nested(65))).toThrow('64 levels');
    expect(() => normalizeJson(nested(100_000))).toThrow('64 levels');
  });

  it('counts keys over the whole value', () => {
    const objects = Array.from({ length: 11 }, () => ({ a: 1, b: 2 }));
    expect(() => normalizeJson(objects, { depth: 64, keys: 21 })).toThrow('21 keys');
    expect(normalizeJson(objects, { depth: 64, keys: 22 })).toEqual(objects);
  });

  it('turns what JSON cannot hold into null', () => {
    expect(normalizeJson([Number.NaN, Number.POSITIVE_INFINITY, undefined, () => 1, Symbol('s')])).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });
});
