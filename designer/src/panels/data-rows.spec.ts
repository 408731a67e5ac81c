import { shapeOfSchema } from '@castellan/flow';
import { describe, expect, it } from 'vitest';
import { type DataRow, findRows, rowsOf } from './data-rows.js';

const data = {
  trigger: { body: { email: 'jane@example.com', tags: ['vip', 'it'] } },
  steps: { find: { output: { id: 'u-1', groups: [{ name: 'admins' }, { name: 'staff' }] } } },
  vars: undefined,
};
const output = {
  type: 'object',
  properties: { id: { type: 'string' }, mail: { type: 'string' }, groups: { type: 'array' } },
  required: ['id', 'groups'],
};
const step = { type: 'object', properties: { output }, required: ['output'] };
const shape = shapeOfSchema({
  type: 'object',
  properties: { steps: { type: 'object', properties: { find: step }, required: ['find'] } },
});

const at = (rows: DataRow[], ...names: string[]): DataRow | undefined => {
  const [name, ...others] = names;
  const row = rows.find((each) => each.name === name);
  return row === undefined || others.length === 0 ? row : at(row.inside(), ...others);
};

describe('the rows of the data tree', () => {
  const rows = rowsOf(data, shape);

  it('have the values of the sample with their paths', () => {
    expect(rows.map(({ name }) => name)).toEqual(['trigger', 'steps']);
    expect(at(rows, 'trigger', 'body', 'email')).toMatchObject({ detail: 'jane@example.com', absent: false });
    expect(at(rows, 'steps', 'find', 'output', 'groups', '1', 'name')).toMatchObject({
      path: ['steps', 'find', 'output', 'groups', 1, 'name'],
      detail: 'staff',
    });
  });

  it('have what only a schema knows, marked as absent', () => {
    expect(
      at(rows, 'steps', 'find', 'output')
        ?.inside()
        .map(({ name, absent }) => [name, absent]),
    ).toEqual([
      ['id', false],
      ['groups', false],
      ['mail', true],
    ]);
    expect(at(rows, 'steps', 'find', 'output', 'mail')).toMatchObject({ detail: 'text, may be missing' });
    expect(at(rows, 'steps', 'find', 'output', 'id')).toMatchObject({ detail: 'u-1', known: 'text' });
  });

  it('are found by name and by value, however deep', () => {
    const found = (text: string) => findRows(rows, text, 10).map(({ path }) => path.join('.'));
    expect(found('email')).toEqual(['trigger.body.email']);
    expect(found('ADMINS')).toEqual(['steps.find.output.groups.0.name']);
    expect(found('groups')).toEqual(['steps.find.output.groups']);
    expect(found('nowhere')).toEqual([]);
    expect(findRows(rows, 'o', 2)).toHaveLength(2);
  });
});
