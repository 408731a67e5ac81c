import { describe, expect, test } from 'vitest';
import { parseHandlebars } from './handlebars.js';
import { parseJsonata } from './jsonata.js';
import type { Parsed, References } from './references.js';

const reads = (parsed: Parsed) => {
  if ('error' in parsed) throw new Error(parsed.error.message);
  const { steps, anyStep } = parsed.references;
  return anyStep ? '*' : steps.map(({ name }) => name);
};

describe('a JSONata expression', () => {
  test.each([
    ['steps.find_user.output.id', ['find_user']],
    ['$$.steps.a.output', ['a']],
    ['$.steps.a', ['a']],
    ['steps.`a`.output & steps."b".error.code', ['a', 'b']],
    ['steps.a.output[0].x', ['a']],
    ['steps.a.output^(>when){kind: $count($)}', ['a']],
    ['$map(steps.list.output, function($one) { steps.b.output[id = $one.id] })', ['list', 'b']],
    ['steps.a.output.($$.steps.b.output)', ['a', 'b']],
    ['steps.a.output.$$.steps.b', ['a', 'b']],
    ['[steps.a, {"k": steps.b}] ~> $append(-steps.c.output)', ['a', 'b', 'c']],
    ['vars.x ? steps.a : steps.b', ['a', 'b']],
    ['trigger@$t.steps.a', ['a']],
    ['($a := steps.a.output; $a.steps.z)', ['a']],
    ['$now() & $string(trigger.body)', []],
    ['trigger.body.steps.z', []],
    ['item.steps', []],
    ['items.(steps.z)', []],
    ['items[steps.z]', []],
    ['items.$string()', []],
    ['"steps.z"', []],
  ])('%s reads the steps that it names', (source, expected) => {
    expect(reads(parseJsonata(source))).toEqual(expected);
  });

  test.each([
    '$lookup(steps, "x")',
    'steps.*.output',
    'steps.**',
    'steps["x"]',
    'steps[0].a',
    'steps.(a.output)',
    'steps@$s.a',
    'steps',
    'steps ~> $keys',
    '($s := steps; $s.a)',
    '*.a.output',
    '**.output',
    '$merge([$, {}]).steps.a',
    '$lookup($$, "steps").a',
    '$lookup("steps").a',
    '$keys()',
    'steps.a.%.b',
    'function($x){ $x.steps.a }($$)',
    '$$ ~> |$|{"a": 1}|',
    'trigger.($all := $$; $all.steps.a)',
  ])('%s may read any step', (source) => {
    expect(reads(parseJsonata(source))).toBe('*');
  });

  test('tells the names that it takes from its context, variables, loops and functions, with their places', () => {
    const parsed = parseJsonata('$lower(vars.name) & loops.each_user.index & foo.bar');
    expect(parsed).toMatchObject({
      references: {
        roots: [
          { name: 'vars', position: 7 },
          { name: 'loops', position: 20 },
          { name: 'foo', position: 44 },
        ],
        variables: [{ name: 'name', position: 12 }],
        loops: [{ name: 'each_user', position: 26 }],
        functions: [{ name: 'lower', position: 0 }],
      },
    });
  });

  test('tells functions and names that it does not define itself', () => {
    const { references } = parseJsonata(
      '($f := function($x) { $x & $other }; $map(a@$v#$i, $trim) ~> $f; $f($v & $i); $nope(1))',
    ) as { references: References };
    expect(references.functions.map(({ name }) => name)).toEqual(['map', 'nope']);
    expect(references.symbols).toEqual([
      { name: 'other', position: 27 },
      { name: 'trim', position: 51 },
    ]);
  });

  test('that does not parse says why and where', () => {
    expect(parseJsonata('trigger.body[')).toEqual({
      error: { message: 'Expected "]" before end of expression.', position: 12, length: 1 },
    });
    expect(parseJsonata('')).toMatchObject({ error: { position: 0 } });
    expect(parseJsonata('('.repeat(100_000))).toHaveProperty('error');
  });
});

describe('a Handlebars template', () => {
  test.each([
    ['{{steps.find_user.output.name}}', ['find_user']],
    ['{{{steps.a.output}}} {{steps/b/output}}', ['a', 'b']],
    ['{{#if steps.a.output}}{{steps.b.output}}{{else}}{{steps.c.output}}{{/if}}', ['a', 'b', 'c']],
    [
      '{{#each steps.a.output as |one|}}{{one.steps}}{{../steps.b.output}}{{@root.steps.c.output}}{{/each}}',
      ['a', 'b', 'c'],
    ],
    ['{{date steps.a.output zone=steps.b.output}}', ['a', 'b']],
    ['{{upper (lower steps.a.output)}}', ['a']],
    ['{{#each trigger.body.list}}{{this}} {{@index}}{{/each}}', []],
    ['plain text', []],
  ])('%s reads the steps that it names', (source, expected) => {
    expect(reads(parseHandlebars(source))).toEqual(expected);
  });

  test.each([
    '{{lookup steps "x"}}',
    '{{#with steps}}{{a.output}}{{/with}}',
    '{{#each steps}}{{output}}{{/each}}',
    '{{json this}}',
    '{{json @root}}',
    '{{#each trigger.body}}{{json ..}}{{/each}}',
  ])('%s may read any step', (source) => {
    expect(reads(parseHandlebars(source))).toBe('*');
  });

  test('within a block over data a name is a field of that data, not surely a step', () => {
    const parsed = parseHandlebars('{{#each item.list}}{{steps.a}}{{name}}{{/each}}');
    expect(parsed).toMatchObject({
      references: { steps: [{ name: 'a', certain: false }], roots: [{ name: 'item' }], anyStep: false },
    });
  });

  test('that does not parse says why and where', () => {
    expect(parseHandlebars('one\n{{#if a}}two{{/each}}')).toEqual({
      error: { message: "if doesn't match each.", position: 7 },
    });
    expect(parseHandlebars('one\n{{#if')).toMatchObject({ error: { position: 4 } });
  });

  test('has no partials and decorators', () => {
    expect(parseHandlebars('{{#if a}}{{> footer}}{{/if}}')).toMatchObject({
      error: { message: 'Partials and decorators are not available.', position: 9 },
    });
  });
});
