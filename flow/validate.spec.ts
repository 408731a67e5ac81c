import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalog, lockdown } from './testing/lockdown.js';
import { addAfter, fullProblemsAfter, problemsAfter } from './testing/problems.js';
import { validate } from './validate.js';

test('a good flow has no problem', () => {
  expect(validate(lockdown(), catalog)).toEqual([]);
});

describe('a draft', () => {
  test('that is empty says what it wants', () => {
    const codes = validate({}, catalog).map(({ code, pointer }) => `${code} ${pointer}`);
    expect(codes).toEqual(['field_missing /schema', 'field_missing /name', 'no_trigger /triggers', 'no_steps /steps']);
  });

  test.each([
    null,
    5,
    'flow',
    [],
    { steps: [] },
    { steps: { a: 5 } },
    { wires: {} },
    { triggers: { a: null } },
    { name: 7 },
  ])('%j is no flow at all', (document) => {
    const problems = validate(document, catalog);
    expect(problems).not.toEqual([]);
    for (const problem of problems) expect(problem).toMatchObject({ code: 'not_a_flow', severity: 'error' });
  });

  test('has every problem told at once', () => {
    const problems = problemsAfter((flow, steps) => {
      steps.find_user!.operation = 'sing';
      steps.tell!.input = { channel: { jsonata: '(' }, text: 'x' };
      steps.tell!.title = 'x'.repeat(1_000_000);
      flow.connections!.opal!.id = null;
      flow.wires.push({ from: 'tell', port: 'out', to: 'nobody' }, { from: 'each_grant', port: 'out', to: 'decide' });
    });
    expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual([
      'connection_missing',
      'cycle',
      'expression_invalid',
      'operation_unknown',
      'text_too_long',
      'wire_to_nowhere',
    ]);
  });

  test('never has its own text repeated at length', () => {
    const problems = fullProblemsAfter((flow, steps) => {
      steps.tell!.title = 'x'.repeat(100_000);
      flow.wires.push({ from: 'y'.repeat(100_000), port: 'out', to: 'tell' });
    });
    for (const { message, fix } of problems) expect(`${message}${fix}`.length).toBeLessThan(400);
  });
});

describe('fields', () => {
  test('that are missing, wrong or unknown are named', () => {
    expect(
      problemsAfter((_, steps) => {
        delete steps.ask!.approvers;
        steps.ask!.timeoutSeconds = 'long';
        steps.ask!.colour = 'red';
      }),
    ).toEqual([
      'field_missing /steps/ask/approvers',
      'field_wrong /steps/ask/timeoutSeconds',
      'field_unknown /steps/ask/colour',
    ]);
  });

  test('of a kind that does not exist are not looked at', () => {
    const problems = problemsAfter((flow) => addAfter(flow, 'find_user', 'odd', { kind: 'constructor', x: 1 }));
    expect(problems).toEqual(['kind_unknown /steps/odd/kind']);
  });

  test('at the top are checked like those of steps', () => {
    expect(
      problemsAfter((flow) => {
        Object.assign(flow, { extra: 1, settings: { order: { key: '/body/id', whenBusy: 'drop' } } });
        delete (flow as Partial<typeof flow>).schema;
      }).sort(),
    ).toEqual(['field_missing /schema', 'field_unknown /extra', 'field_wrong /settings/order/whenBusy']);
  });
});

test('a field that the format does not know keeps a flow from being published, since nothing would act on it', () => {
  const problems = fullProblemsAfter((flow, steps) => {
    steps.ask!.colour = 'red';
    Object.assign(flow.wires[0]!, { label: 'x' });
    Object.assign(Object.values(flow.triggers)[0]!, { owner: 'x' });
  });
  expect(problems).toHaveLength(3);
  for (const problem of problems) expect(problem).toMatchObject({ code: 'field_unknown', severity: 'error' });
});

describe('ids', () => {
  const shape = { kind: 'shape', output: 1 };

  test.each(['Upper', 'with-hyphen', '9th', '', 'x'.repeat(49)])('"%s" is none', (id) => {
    expect(problemsAfter((flow) => addAfter(flow, 'find_user', id, shape))).toEqual([`id_wrong /steps/${id}`]);
  });

  test('that expressions read as something else are reserved', () => {
    expect(problemsAfter((flow) => addAfter(flow, 'find_user', 'this', shape))).toEqual(['id_reserved /steps/this']);
    expect(problemsAfter((flow) => addAfter(flow, 'find_user', 'constructor', shape))).toEqual([
      'id_reserved /steps/constructor',
    ]);
  });

  test('are unique in the whole flow, triggers and bodies of loops included', () => {
    expect(problemsAfter((flow) => addAfter(flow, 'find_user', 'revoke', shape))).toContain(
      'id_taken /steps/each_grant/steps/revoke',
    );
    expect(problemsAfter((flow) => addAfter(flow, 'find_user', 'alert', shape))).toContain('id_taken /steps/alert');
  });

  test('of variables and connections have a form too', () => {
    expect(
      problemsAfter((flow) => {
        Object.assign(flow.variables as object, { 'a b': { type: 'text', title: 'x' } });
        flow.connections!['O!'] = { connector: 'opal', id: 'c-opal' };
      }),
    ).toEqual(expect.arrayContaining(['id_wrong /variables/a b', 'id_wrong /connections/O!']));
  });
});

describe('limits', () => {
  const many = (count: number) =>
    problemsAfter((flow) => {
      for (let index = 0; index < count; index += 1)
        addAfter(flow, 'find_user', `s${index}`, { kind: 'shape', output: 1 });
    });

  test('five hundred steps are allowed, one more is not', () => {
    expect(many(494)).toEqual([]);
    expect(many(495)).toEqual(['too_many_steps /steps']);
  });

  test('two thousand wires are allowed', () => {
    expect(
      problemsAfter((flow) => {
        for (let index = 0; index < 2_000; index += 1) flow.wires.push({ from: 'find_user', port: 'out', to: 'tell' });
      }),
    ).toEqual(['too_many_wires /wires']);
  });

  test('a flow has at most one mebibyte as JSON in UTF-8', () => {
    expect(
      problemsAfter((flow) => {
        addAfter(flow, 'find_user', 'big', {
          kind: 'shape',
          output: Array.from({ length: 40 }, () => '€'.repeat(10_000)),
        });
      }),
    ).toEqual(['flow_too_large ']);
  });
});

describe('any JSON', () => {
  const parse = (text: string): unknown => JSON.parse(text);

  test('that is deeper than others can read is refused at its place', () => {
    const deep = parse(`{"steps":{"a":{"kind":"shape","output":${'['.repeat(100_000)}${']'.repeat(100_000)}}}}`);
    expect(validate(deep, catalog)).toEqual([expect.objectContaining({ code: 'too_deep' })]);
  });

  test('with a field named __proto__ is refused at its place', () => {
    const odd = parse('{"steps":{"a":{"kind":"shape","output":{"x":{"__proto__":{"y":1}}}}}}');
    expect(validate(odd, catalog)).toEqual([
      expect.objectContaining({ code: 'forbidden_key', pointer: '/steps/a/output/x/__proto__' }),
    ]);
  });

  test('is judged and never throws, with problems that have a place and a remedy', () => {
    const names = [
      'kind',
      'steps',
      'wires',
      'from',
      'to',
      'port',
      'input',
      'jsonata',
      'handlebars',
      'var',
      'literal',
      'cases',
      'when',
      'all',
      'op',
      'left',
      'items',
      'event',
      'key',
      'constructor',
      'toString',
      '__proto__',
      'a',
    ];
    const words = [
      'action',
      'branch',
      'loop',
      'wait',
      'webhook',
      'schedule',
      'connector',
      'opal',
      'a',
      'each',
      'out',
      'steps.a',
      '{{a',
      '(',
      'eq',
    ];
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<unknown>(null, true, 0, -1, 1e308, ...words),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...names), tie('json'), { maxKeys: 5 }),
      ),
    }));
    const step = fc.dictionary(fc.constantFrom(...names), json, { maxKeys: 6 });
    const document = fc.oneof(
      json,
      fc.record(
        {
          name: json,
          steps: fc.dictionary(
            fc.constantFrom('a', 'b', 'constructor', 'Ä'),
            fc.tuple(step, fc.constantFrom(...words)).map(([fields, kind]) => ({ ...fields, kind })),
          ),
          triggers: fc.dictionary(
            fc.constantFrom('t', 'a'),
            fc.tuple(step, fc.constantFrom(...words)).map(([fields, kind]) => ({ ...fields, kind })),
          ),
          wires: fc.array(
            fc.record({
              from: fc.constantFrom('a', 'b', 't'),
              port: fc.constantFrom('out', 'each'),
              to: fc.constantFrom('a', 'b'),
            }),
          ),
          connections: json,
          variables: json,
          settings: json,
          layout: json,
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(document, (value) => {
        for (const problem of validate(parse(JSON.stringify(value)), catalog)) {
          expect(problem.pointer === '' || problem.pointer.startsWith('/')).toBe(true);
          expect(problem.message).not.toBe('');
          expect(problem.fix).toBeTruthy();
        }
      }),
      { numRuns: 500 },
    );
  }, 60_000);
});
