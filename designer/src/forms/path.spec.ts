import { readDataPath } from '@castellan/flow';
import { describe, expect, it } from 'vitest';
import { handlebarsPath, jsonataPath, valueAt } from './path.js';

describe('paths into the data of a run', () => {
  it('quotes names that are no plain words, in the way of each language', () => {
    const path = ['steps', 'find', 'output', 'in', 'my-key', 0];
    expect(jsonataPath(path)).toBe('steps.find.output.`in`.`my-key`[0]');
    expect(handlebarsPath(path)).toBe('steps.find.output.in.[my-key].[0]');
  });

  it('reads what it wrote', () => {
    const path = ['trigger', 'headers', 'x-request-id', 2, 'a'];
    expect(readDataPath(jsonataPath(path))).toEqual(path);
  });

  it.each(['a + b', '$now()', '"text"', 'a.b(c)', 'true', '', 'a..b', 'items[x=1]'])('takes %j for no path', (text) => {
    expect(readDataPath(text)).toBeUndefined();
  });

  it('looks through lists as JSONata does', () => {
    expect(valueAt({ list: [{ id: 7 }] }, ['list', 'id'])).toBe(7);
    expect(valueAt({ list: [{ id: 7 }] }, ['list', 0, 'id'])).toBe(7);
    expect(valueAt({ list: [] }, ['list', 'id'])).toBeUndefined();
    expect(valueAt({}, ['toString'])).toBeUndefined();
  });
});
