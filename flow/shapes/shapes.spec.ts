import { describe, expect, test } from 'vitest';
import type { Draft } from '../schema.js';
import { catalog as known } from '../testing/lockdown.js';
import { draftShapes, type SeenRun, scopeAt } from './draft-shapes.js';
import { missingPaths } from './missing-paths.js';
import { shapeOfSchema } from './schema-shape.js';
import { type Shape, shapeAt, shapeOfValue, withSeen } from './shape.js';

const user = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    email: { type: ['string', 'null'] },
    groups: { type: 'array', items: { $ref: '#/$defs/group' } },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    raw: {},
  },
  required: ['id', 'groups'],
  $defs: { group: { type: 'object', properties: { name: { type: 'string' }, parent: { $ref: '#/$defs/group' } } } },
};
const at = (shape: Shape, path: string) => {
  const found = shapeAt(shape, path === '' ? [] : path.split('.'));
  return found === undefined || found === 'missing' ? found : found.types.join('|');
};

describe('the shape of a schema', () => {
  const shape = shapeOfSchema(user);
  test('says types and what may be missing, through references and lists', () => {
    expect(at(shape, 'id')).toBe('string');
    expect(at(shape, 'email')).toBe('string|null');
    expect(at(shape, 'groups.name')).toBe('string');
    expect(at(shape, 'groups.parent.parent.name')).toBe('string');
    expect([shape.properties?.id?.optional, shape.properties?.email?.optional]).toEqual([undefined, true]);
  });

  test('tells what cannot be there from what is not known', () => {
    expect(at(shape, 'mail')).toBe('missing');
    expect(at(shape, 'id.inner')).toBe('missing');
    expect(at(shape, 'labels.anything')).toBe('string');
    expect(at(shape, 'raw')).toBe('');
    expect(at(shape, 'raw.anything')).toBeUndefined();
    expect(at(shapeOfSchema({ type: 'object' }), 'anything')).toBeUndefined();
  });

  test('of one or the other has the members of both, and those of one alone are optional', () => {
    const either = shapeOfSchema({
      oneOf: [
        { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
        { type: 'object', properties: { b: { type: 'number' } }, required: ['b'] },
      ],
    });
    expect([either.properties?.a?.optional, either.properties?.b?.optional]).toEqual([true, true]);
    expect(at(shapeOfSchema({ oneOf: [{ type: 'object', properties: { a: {} } }, {}] }), 'b')).toBeUndefined();
  });
});

describe('the shape of what a run gave', () => {
  test('looks at all items: a member that some lack is optional, and the first value is the example', () => {
    const shape = shapeOfValue({ people: [{ id: 1, mail: 'a@x.test' }, { id: 2 }] });
    const item = shape.properties?.people?.items;
    expect(item?.properties?.mail).toMatchObject({ types: ['string'], optional: true, example: 'a@x.test' });
    expect(item?.properties?.id).toMatchObject({ types: ['number'] });
    expect(item?.properties?.id?.optional).toBeUndefined();
  });

  test('adds what the schema did not say, and tells what it lacked', () => {
    const both = withSeen(shapeOfSchema(user), shapeOfValue({ id: 'u-1', groups: [], raw: { deep: { er: 1 } } }));
    expect(at(both, 'raw.deep.er')).toBe('number');
    expect(at(both, 'raw.deeper')).toBe('missing');
    expect(both.properties?.id).toMatchObject({ example: 'u-1', from: ['schema', 'run'] });
    expect(both.properties?.labels).toMatchObject({ optional: true, from: ['schema'] });
    expect(at(both, 'groups.name')).toBe('string');
  });
});

const catalog = {
  ...known,
  connectors: known.connectors.map((connector) => ({
    ...connector,
    operations: connector.operations.map((one) => (one.id === 'findUser' ? { ...one, output: user } : one)),
  })),
};
const draft: Draft = {
  connections: { opal: { connector: 'opal' } },
  variables: { limit: { type: 'number', title: 'Limit', default: 3 } },
  triggers: { form: { kind: 'manual', input: { type: 'object', properties: { who: { type: 'string' } } } } },
  steps: {
    find: { kind: 'action', connection: 'opal', operation: 'findUser' },
    short: { kind: 'shape', output: { name: { jsonata: 'steps.find.output.id' }, by: { handlebars: '{{x}}' }, n: 1 } },
    each: {
      kind: 'loop',
      items: { jsonata: 'steps.find.output.groups' },
      steps: { inner: { kind: 'shape', output: { jsonata: 'item.name' } } },
      wires: [{ from: 'each', port: 'each', to: 'inner' }],
    },
  },
  wires: [
    { from: 'form', port: 'out', to: 'find' },
    { from: 'find', port: 'out', to: 'short' },
    { from: 'short', port: 'out', to: 'each' },
  ],
};
const seen: SeenRun = {
  triggerId: 'form',
  trigger: { input: { who: 'jane', more: true } },
  outputs: { short: { extra: 1 } },
};

describe('the shapes of a draft', () => {
  const shapes = draftShapes(draft, catalog, null);
  test('come from operations, from the form of the trigger, and from plain paths of what is shaped', () => {
    expect(at(shapes.triggers.form as Shape, 'input.who')).toBe('string');
    expect(at(shapes.steps.find?.output as Shape, 'groups.name')).toBe('string');
    expect(shapes.steps.short?.output.properties).toMatchObject({
      ...{ name: { types: ['string'] }, by: { types: ['string'] } },
      n: { types: ['number'], example: 1 },
    });
  });

  test('know what an item of a loop is, and what its body makes of it', () => {
    expect(at(shapes.steps.each?.item as Shape, 'name')).toBe('string');
    expect(at(shapes.steps.inner?.output as Shape, '')).toBe('string');
    expect(at(shapes.steps.each?.output as Shape, 'count')).toBe('number');
  });

  test('have what a run gave beside it', () => {
    const both = draftShapes(draft, catalog, seen);
    expect(at(both.triggers.form as Shape, 'input.more')).toBe('boolean');
    expect(both.steps.short?.output.properties).toMatchObject({ extra: { from: ['run'] }, n: { optional: true } });
  });

  test('a place sees the steps before it, and inside a loop its item', () => {
    const inner = scopeAt(draft, 'inner', shapes);
    expect(Object.keys(inner.properties?.steps?.properties ?? {}).sort()).toEqual(['find', 'short']);
    expect(at(inner, 'item.name')).toBe('string');
    expect(at(inner, 'loops.each.index')).toBe('number');
    expect(at(inner, 'vars.limit')).toBe('number');
    expect(scopeAt(draft, 'find', shapes).properties).not.toHaveProperty('item');
  });

  test('a circle of wires, or what is no step at all, stops nothing', () => {
    const odd = {
      steps: { a: { kind: 'shape', output: { jsonata: 'steps.b.output' } }, b: {} },
      wires: [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'a' },
      ],
    };
    expect(Object.keys(draftShapes(odd, catalog, null).steps).sort()).toEqual(['a', 'b']);
  });
});

describe('a path that does not exist', () => {
  const scope = scopeAt(draft, 'each', draftShapes(draft, catalog, seen));
  const missing = (source: string, language: 'jsonata' | 'handlebars' = 'jsonata') =>
    missingPaths(language, source, scope).map(({ path, position }) => `${path} ${position}`);

  test('is told with the place of the name that is missing', () => {
    expect(missing('"a" & steps.find.output.mail')).toEqual(['steps.find.output.mail 24']);
    expect(missing('steps.find.output.groups[0].nam')).toEqual(['steps.find.output.groups.nam 28']);
    expect(missing('{{trigger.input.whom}}', 'handlebars')).toEqual(['trigger.input.whom 16']);
  });

  test('is not guessed: what is known, or not known, or computed is left alone', () => {
    const fine = [
      'steps.find.output.groups.name',
      'steps.find.output.raw.whatever',
      'steps.find.output.labels.anything',
      'steps.find.output.groups[name = "x"].parent.name',
      'steps.find.output.groups.(nothing.known)',
      '$map(steps.find.output.groups, function($g) { $g.nothing })',
      'steps.nowhere.output.x',
    ];
    for (const source of fine) expect([source, missing(source)]).toEqual([source, []]);
    expect(
      missing(
        '{{#each steps.find.output.groups}}{{nothing}}{{/each}}{{steps.find.output.groups.length}}',
        'handlebars',
      ),
    ).toEqual([]);
  });
});
