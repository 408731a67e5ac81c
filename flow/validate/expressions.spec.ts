import { describe, expect, test } from 'vitest';
import type { Flow, Value } from '../schema.js';
import { addAfter, type Change, fullProblemsAfter, problemsAfter } from '../testing/problems.js';

/** Problems of a shape after `find_user` that makes this value. */
const shaped = (output: Value, change: Change = () => {}) =>
  problemsAfter((flow, steps) => {
    addAfter(flow, 'find_user', 'shape', { kind: 'shape', output });
    change(flow, steps);
  });

describe('an expression', () => {
  test('that does not parse says where in its source', () => {
    const [problem] = fullProblemsAfter((_, steps) => {
      steps.find_user!.input = { email: { jsonata: 'trigger.body[' } };
    });
    expect(problem).toMatchObject({
      code: 'expression_invalid',
      pointer: '/steps/find_user/input/email',
      stepId: 'find_user',
      message: 'The expression does not parse at character 13: Expected "]" before end of expression.',
    });
    expect(shaped([{ deep: { handlebars: '{{#if a}}' } }])).toEqual(['template_invalid /steps/shape/output/0/deep']);
  });

  test('may name steps before it, at any distance', () => {
    expect(shaped({ a: { jsonata: 'steps.find_user.output' } })).toEqual([]);
  });

  test('may not name steps that do not exist, or come after it, or itself', () => {
    expect(shaped({ jsonata: 'steps.nobody.output' })).toEqual(['step_unknown /steps/shape/output']);
    expect(shaped({ jsonata: 'steps.tell.output' })).toEqual(['step_not_upstream /steps/shape/output']);
    expect(shaped({ jsonata: 'steps.shape.output' })).toEqual(['step_not_upstream /steps/shape/output']);
    expect(shaped({ handlebars: '{{steps.tell.output}}' })).toEqual(['step_not_upstream /steps/shape/output']);
  });

  test('that names a trigger like a step is told how to read it', () => {
    const [problem] = fullProblemsAfter((flow) => {
      addAfter(flow, 'find_user', 'shape', { kind: 'shape', output: { jsonata: 'steps.alert.body' } });
    });
    expect(problem).toMatchObject({ code: 'step_unknown', fix: 'Read what started the run as "trigger".' });
  });

  test('that is told by a pattern in data is not taken for a step', () => {
    expect(shaped({ jsonata: 'trigger.body.steps.nobody' })).toEqual([]);
    expect(shaped({ handlebars: '{{#each trigger.body.list}}{{steps.nobody}}{{/each}}' })).toEqual([]);
  });

  test('begins with a name of the context, else it surely gives nothing', () => {
    expect(shaped({ jsonata: 'body.user' })).toEqual(['name_unknown /steps/shape/output']);
    expect(shaped({ jsonata: '$map(trigger.body.users, function($u) { $u.name })' })).toEqual([]);
  });

  test('within a quoted literal is data', () => {
    expect(shaped({ literal: { jsonata: 'steps.nobody[' } })).toEqual([]);
  });

  test('beside another key is data, which is a warning', () => {
    expect(shaped({ jsonata: '1', note: 'x' })).toEqual(['expression_shape /steps/shape/output']);
    expect(shaped({ jsonata: 5 })).toEqual(['expression_shape /steps/shape/output']);
    expect(shaped({ var: 'a', other: 1 })).toEqual([]);
  });

  test('has a longest length', () => {
    expect(shaped({ jsonata: `"${'x'.repeat(8_200)}"` })).toEqual(['expression_too_long /steps/shape/output']);
    expect(shaped({ handlebars: 'x'.repeat(8_200) })).toEqual([]);
    expect(shaped({ handlebars: 'x'.repeat(66_000) })).toEqual(['template_too_long /steps/shape/output']);
  });

  test('calls functions that exist, and says which one may be meant', () => {
    const problemOf = (output: Value) =>
      fullProblemsAfter((flow) => addAfter(flow, 'find_user', 'shape', { kind: 'shape', output }));
    expect(problemOf({ jsonata: 'trigger.id & $lowercas("A")' })).toMatchObject([
      {
        ...{ severity: 'error', code: 'function_unknown', pointer: '/steps/shape/output', stepId: 'shape' },
        message: 'There is no function $lowercas (character 14).',
        fix: 'Write $lowercase if that is meant.',
      },
    ]);
    expect(problemOf({ jsonata: '$frobnicate(1)' })).toMatchObject([
      { fix: expect.stringContaining('list of functions') },
    ]);
    expect(problemOf({ handlebars: '{{uper trigger.id}}' })).toMatchObject([
      { code: 'function_unknown', message: 'There is no helper uper (character 3).' },
    ]);
    expect(problemOf({ jsonata: '$trigger.body.id' })).toMatchObject([
      { severity: 'warning', code: 'name_unknown', message: expect.stringContaining('$trigger') },
    ]);
  });

  test.each([
    '($double := function($x) { $x * 2 }; $map([1, 2], $double))',
    '$map([1], $uppercase) ~> $join',
    '$reduce([1], function($sum, $n) { $sum + $n })',
    'trigger.list@$a#$i.{"a": $a, "i": $i}',
    '$parseEmail("a@b.ch").domain',
    '$now() & $$.trigger.id',
  ])('may define and pass on functions: %s', (jsonata) => {
    expect(shaped({ jsonata })).toEqual([]);
  });

  test('cannot evaluate text', () => {
    expect(shaped({ jsonata: '$eval("1")' })).toEqual(['function_unavailable /steps/shape/output']);
  });
});

describe('inside a loop', () => {
  const inBody = (source: string) =>
    problemsAfter((_, steps) => {
      const { revoke } = steps.each_grant!.steps as Record<string, Record<string, unknown>>;
      revoke!.input = { user: { jsonata: source } };
    });

  test('item, index, the loops around and the steps before the loop are seen', () => {
    expect(inBody('item.id & index & loops.each_grant.item.id & steps.find_user.output.id')).toEqual([]);
  });

  test('the loop itself has no output yet, and what comes after it neither', () => {
    expect(inBody('steps.each_grant.output')).toEqual(['step_not_upstream /steps/each_grant/steps/revoke/input/user']);
    expect(inBody('steps.tell.output')).toEqual(['step_not_upstream /steps/each_grant/steps/revoke/input/user']);
  });

  test('other loops are not around', () => {
    expect(inBody('loops.other.item')).toEqual(['loop_not_around /steps/each_grant/steps/revoke/input/user']);
  });

  test('only what is collected may name the steps of the body', () => {
    expect(
      problemsAfter((_, steps) => {
        steps.each_grant!.items = { jsonata: 'steps.revoke.output' };
      }),
    ).toEqual(['step_in_other_loop /steps/each_grant/items']);
  });
});

test('outside a loop its steps are not seen, and there is no item', () => {
  const told = (source: string) =>
    problemsAfter((_, steps) => {
      steps.tell!.input = { channel: '#x', text: { jsonata: source } };
    });
  expect(told('steps.each_grant.output.items')).toEqual([]);
  expect(told('steps.revoke.output')).toEqual(['step_in_other_loop /steps/tell/input/text']);
  expect(told('item.id')).toEqual(['item_outside_loop /steps/tell/input/text']);
});

test("a filter's condition sees item and index, its items do not", () => {
  expect(
    problemsAfter((flow) => {
      const when = { all: [{ left: { jsonata: 'item.age' }, op: 'gt', right: { jsonata: 'index' } }] };
      addAfter(flow, 'find_user', 'some', { kind: 'filter', items: { jsonata: 'item' }, when });
    }),
  ).toEqual(['item_outside_loop /steps/some/items']);
});

test('before a run is made, filters and keys see the delivery only', () => {
  expect(
    problemsAfter((flow) => {
      flow.triggers.alert = {
        ...(flow.triggers.alert as Extract<Flow['triggers'][string], { kind: 'webhook' }>),
        filter: { jsonata: 'steps.find_user.output and run.id' },
        dedupe: { key: { jsonata: 'vars.channel & trigger.body.id' }, windowSeconds: 60 },
      };
    }),
  ).toEqual(['step_not_upstream /triggers/alert/filter', 'name_unknown /triggers/alert/filter']);
});

describe('a variable', () => {
  test('that is named is declared', () => {
    expect(shaped({ var: 'nobody' })).toEqual(['variable_unknown /steps/shape/output']);
    expect(shaped({ jsonata: 'vars.nobody' })).toEqual(['variable_unknown /steps/shape/output']);
  });

  test('of type expression stands in a place of its own', () => {
    expect(shaped({ var: 'person' })).toEqual([]);
    expect(shaped({ jsonata: 'vars.person' })).toEqual(['variable_is_expression /steps/shape/output']);
  });

  test('of type expression is checked in the places where it stands', () => {
    const [problem, ...others] = fullProblemsAfter((flow) => {
      flow.settings = {};
      flow.variables!.person = { type: 'expression', title: 'Who', default: 'steps.tell.output' };
    });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      code: 'step_not_upstream',
      pointer: '/steps/find_user/input/email',
      message: expect.stringContaining('By the variable "person"'),
    });
  });

  test('that does not parse is told once, at the variable', () => {
    expect(
      problemsAfter((flow) => {
        flow.variables!.person = { type: 'expression', title: 'Who', default: 'trigger.(' };
      }),
    ).toEqual(['expression_invalid /variables/person/default']);
  });

  test('has a value where it is used', () => {
    expect(
      problemsAfter((flow) => {
        flow.variables!.channel = { type: 'text', title: 'Channel' };
        flow.variables!.spare = { type: 'text', title: 'Not used' };
      }),
    ).toEqual(['variable_unset /variables/channel/default']);
  });

  test.each([
    [{ type: 'number', default: 'x' }],
    [{ type: 'list', default: {} }],
    [{ type: 'text', default: { jsonata: '1' } }],
    [{ type: 'list', default: [{ jsonata: '1' }] }],
    [{ type: 'text', default: 'c', options: ['a', 'b'] }],
  ] as const)('%o has a value of its type and among its options', (variable) => {
    expect(
      problemsAfter((flow) => {
        Object.assign(flow.variables as object, { channel: { title: 'Channel', ...variable } });
      }),
    ).toEqual(['variable_wrong /variables/channel/default']);
  });
});
