import { describe, expect, it } from 'vitest';
import { evaluate, filterOf, flowOf, outputOf } from './template-flow.js';

const flow = flowOf('jira-issue-slack');

const status = { field: 'status', fieldId: 'status', fromString: 'To Do', toString: 'In Progress' };
const assignee = { field: 'assignee', fieldId: 'assignee', fromString: null, toString: 'Marco Reyes' };
const custom = { field: 'Risk', fieldId: 'customfield_10010', fromString: 'low', toString: '' };

function contextOf(items: object[], vars: object = {}) {
  const issue = { key: 'OPS-1', fields: { summary: 'Review access', project: { key: 'OPS' } } };
  return {
    trigger: { body: { issue, user: { displayName: 'Jane Doe' }, changelog: { items } } },
    vars: { projects: [], fields: ['status', 'assignee', 'customfield_10010'], ...vars },
  };
}

describe('A change of an issue', () => {
  it('is told field by field, from what to what, also where there was or is nothing', async () => {
    const found = await outputOf(
      flow,
      'changes',
      contextOf([status, { ...status, field: 'description', fieldId: 'description' }, assignee, custom]),
    );
    expect(found).toEqual({
      ...{ key: 'OPS-1', summary: 'Review access', type: 'Issue', who: 'Jane Doe' },
      lines: ['Status: To Do → In Progress', 'Assignee: nothing → Marco Reyes', 'Risk: low → nothing'],
    });
  });

  it.each([
    ['one of the fields changed', [status], {}, true],
    ['another changed', [{ ...status, field: 'rank', fieldId: 'rank' }], {}, false],
    ['a field is named as people see it', [custom], { fields: ['Risk'] }, true],
    ['the project is among those that count', [status], { projects: ['SEC', 'OPS'] }, true],
    ['the project is none of them', [status], { projects: ['SEC'] }, false],
  ])('counts or not: %s', async (_, items, vars, passes) => {
    expect(await evaluate(filterOf(flow, 'changed'), contextOf(items, vars))).toBe(passes);
  });
});
