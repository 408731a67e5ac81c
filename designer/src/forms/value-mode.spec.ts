import { describe, expect, it } from 'vitest';
import { plainValue, quoteValue, switchMode, templateWith, toJsonata, valueMode } from './value-mode.js';

describe('how a field is given', () => {
  it('tells a literal from the three kinds of expression', () => {
    expect(valueMode('text')).toBe('value');
    expect(valueMode(undefined)).toBe('value');
    expect(valueMode({ jsonata: 'a' })).toBe('jsonata');
    expect(valueMode({ handlebars: 'a' })).toBe('handlebars');
    expect(valueMode({ var: 'a' })).toBe('variable');
    expect(valueMode({ var: 'a', beside: 1 })).toBe('value');
  });

  it('shows a quoted literal without its quotes and quotes it again', () => {
    const quoted = { literal: { jsonata: 'not an expression' } };
    expect(valueMode(quoted)).toBe('value');
    expect(plainValue(quoted)).toEqual({ jsonata: 'not an expression' });
    expect(quoteValue(plainValue(quoted))).toEqual(quoted);
    expect(quoteValue('text')).toBe('text');
  });
});

describe('changing how a field is given', () => {
  it('keeps a text as a quoted string', () => {
    expect(switchMode('say "hi"', 'jsonata')).toEqual({ jsonata: '"say \\"hi\\""' });
    expect(switchMode({ jsonata: '"abc"' }, 'value')).toBe('abc');
  });

  it('begins an empty field with an empty expression', () => {
    expect(switchMode(undefined, 'jsonata')).toEqual({ jsonata: '' });
    expect(switchMode(undefined, 'handlebars')).toEqual({ handlebars: '' });
  });

  it('turns a path of one language into the path of the other', () => {
    expect(switchMode({ jsonata: 'trigger.body.`my-key`[0]' }, 'handlebars')).toEqual({
      handlebars: '{{trigger.body.[my-key].[0]}}',
    });
    expect(switchMode({ handlebars: 'Hello {{trigger.body.name}}!' }, 'jsonata')).toEqual({
      jsonata: '"Hello " & trigger.body.name & "!"',
    });
  });

  it('leaves a block of a template to the person', () => {
    expect(switchMode({ handlebars: '{{#if a}}b{{/if}}' }, 'jsonata')).toEqual({ jsonata: '' });
  });

  it('takes an expression that is no constant away when a plain value is wanted', () => {
    expect(switchMode({ jsonata: 'steps.find.output.id' }, 'value')).toBeUndefined();
    expect(switchMode({ jsonata: '[1, 2]' }, 'value')).toEqual([1, 2]);
  });

  it('writes a value with expressions inside as one expression', () => {
    const value = { to: { jsonata: 'item.email' }, note: { literal: { var: 'x' } }, tags: ['a', { var: 'team' }] };
    expect(toJsonata(value)).toBe('{ "to": item.email, "note": {\n  "var": "x"\n}, "tags": ["a", vars.team] }');
  });
});

describe('a path that is put into a text', () => {
  it('stands where the cursor was, and what was written stays as it was written', () => {
    const path = ['trigger', 'body', 'name'];
    expect(templateWith('Dear , hi', { from: 5, to: 5 }, path)).toEqual({
      handlebars: 'Dear {{trigger.body.name}}, hi',
    });
    expect(templateWith('Dear NAME', { from: 5, to: 9 }, path)).toEqual({ handlebars: 'Dear {{trigger.body.name}}' });
    expect(templateWith('{{a}} ', { from: 6, to: 6 }, path)).toEqual({ handlebars: '\\{{a}} {{trigger.body.name}}' });
  });
});
