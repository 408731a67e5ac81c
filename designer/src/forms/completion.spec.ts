import { type JsonType, shapeOfSchema } from '@castellan/flow';
import { describe, expect, it } from 'vitest';
import { suggestHandlebars, suggestJsonata } from './completion.js';

const scope = {
  trigger: { body: { user: { email: 'jane@example.com', 'display name': 'Jane' } } },
  steps: { find_user: { output: { id: 'u1', groups: [{ name: 'admins' }] } } },
};

const labels = (found: ReturnType<typeof suggestJsonata>) => found?.items.map((item) => item.label);
/** The text with the suggestion of this label put in. */
function applied(source: string, label: string, suggest = suggestJsonata) {
  const found = suggest(source, source.length, scope);
  const item = found?.items.find((each) => each.label === label);
  return item && found ? source.slice(0, found.from) + item.insert : undefined;
}

describe('completion in JSONata', () => {
  it('offers the first names at the beginning and after an operator', () => {
    expect(labels(suggestJsonata('', 0, scope))).toEqual(['trigger', 'steps']);
    expect(labels(suggestJsonata('1 + ', 4, scope))).toEqual(['trigger', 'steps']);
  });

  it('offers the fields of what stands before the dot', () => {
    expect(labels(suggestJsonata('steps.find_user.output.', 23, scope))).toEqual(['id', 'groups']);
  });

  it('replaces the begun name and quotes what is no plain word', () => {
    expect(applied('trigger.body.us', 'user')).toBe('trigger.body.user');
    expect(applied('trigger.body.user.dis', 'display name')).toBe('trigger.body.user.`display name`');
  });

  it('looks into the first item of a list', () => {
    expect(applied('steps.find_user.output.groups[0].', 'name')).toBe('steps.find_user.output.groups[0].name');
    expect(labels(suggestJsonata('steps.find_user.output.groups.', 30, scope))).toEqual(['name']);
  });

  it('offers what only a schema or the last run knows, and says what it would be', () => {
    const shape = shapeOfSchema({
      type: 'object',
      properties: {
        steps: {
          type: 'object',
          properties: {
            find_user: { type: 'object', properties: { error: { type: 'object' } }, required: ['error'] },
          },
          required: ['find_user'],
        },
        item: { type: 'array', items: { type: 'object', properties: { mail: { type: 'string' } } } },
      },
    });
    const found = suggestJsonata('steps.find_user.', 16, scope, { shape });
    expect(labels(found)).toEqual(['output', 'error']);
    expect(found?.items.map(({ detail }) => detail)).toEqual(['object', 'object']);
    expect(suggestJsonata('item.', 5, scope, { shape })?.items).toMatchObject([
      { label: 'mail', detail: 'text, may be missing' },
    ]);
  });

  it('offers functions after a dollar sign', () => {
    expect(applied('$low', '$lowercase')).toBe('$lowercase(');
  });

  it('offers every function with how it is called and an example', () => {
    const found = suggestJsonata('$', 1, scope)?.items.find(({ label }) => label === '$parseEmail');
    expect(found?.help).toMatchObject({
      signature: '$parseEmail(text: text) → object',
      example: '$parseEmail("Anna Smith <anna@Example.com>")',
      result: expect.stringContaining('"domain":"example.com"'),
    });
    expect(applied('$no', '$now')).toBe('$now()');
  });

  it('marks what has the type that the field takes', () => {
    const fitting = (source: string, expects: JsonType[]) =>
      suggestJsonata(source, source.length, scope, { expects })
        ?.items.filter(({ fits }) => fits)
        .map(({ label }) => label);
    expect(fitting('steps.find_user.output.', ['string'])).toEqual(['id']);
    expect(fitting('steps.find_user.output.', ['array'])).toEqual(['groups']);
    expect(fitting('$', ['number'])).toContain('$count');
    expect(fitting('$', ['number'])).not.toContain('$lowercase');
  });

  it('says the type of what is there, with a look at it', () => {
    expect(suggestJsonata('trigger.body.user.', 18, scope)?.items[0]?.detail).toBe('text, jane@example.com');
  });

  it('is silent inside a quoted text and on unknown data', () => {
    expect(suggestJsonata('"trigger.', 9, scope)).toBeUndefined();
    expect(suggestJsonata('nothing.', 8, scope)).toBeUndefined();
  });
});

describe('completion in Handlebars', () => {
  it('speaks only between braces', () => {
    expect(suggestHandlebars('trigger.', 8, scope)).toBeUndefined();
    expect(suggestHandlebars('{{trigger}} trigger.', 20, scope)).toBeUndefined();
    expect(applied('Hi {{trigger.body.', 'user', suggestHandlebars)).toBe('Hi {{trigger.body.user');
  });

  it('offers blocks after the number sign', () => {
    expect(applied('{{#ea', 'each', suggestHandlebars)).toBe('{{#each ');
  });

  it('offers helpers beside the data', () => {
    expect(applied('{{jo', 'join', suggestHandlebars)).toBe('{{join ');
    expect(labels(suggestHandlebars('{{', 2, scope))).toContain('trigger');
  });

  it('offers data as the argument of a block', () => {
    expect(applied('{{#each steps.find_user.output.', 'groups', suggestHandlebars)).toBe(
      '{{#each steps.find_user.output.groups',
    );
  });
});
