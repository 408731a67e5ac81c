import { describe, expect, it } from 'vitest';
import { evaluate, flowOf, outputOf, stepOf } from './template-flow.js';

const flow = flowOf('agent-access');
const vars = Object.fromEntries(
  Object.entries(flow.variables ?? {}).map(([name, { default: value }]) => [name, value]),
);

/** By which port a branch is left. */
async function portOf(step: string, context: object): Promise<string> {
  const { cases } = stepOf<{ cases: { name: string; when: unknown }[] }>(flow, step);
  for (const { name, when } of cases) if ((await evaluate(when, context)) === true) return name;
  return 'else';
}

describe('A request', () => {
  const request = { status: 'PENDING', requesterId: 'u-1', targetUserId: 'u-1', durationMinutes: 60 };
  const item = (sensitivity: string | undefined, title = 'orders-db') => ({ title, sensitivity });
  const because = (items: object[], over: object = {}) => {
    const steps = { dec_read: { output: { ...request, ...over } }, dec_each: { output: { items } } };
    return outputOf(flow, 'dec_case', { steps, vars }, 'because');
  };
  const way = (reasons: unknown, decision = 'approve', status = 'PENDING') =>
    portOf('dec_way', {
      trigger: { input: { decision } },
      steps: { dec_read: { output: { status } }, dec_case: { output: { because: reasons } } },
    });

  it('for one thing of little sensitivity, for a short time, has nothing for a person', async () => {
    expect(await because([item('LOW')])).toEqual([]);
    expect(await because([item('MEDIUM')], { durationMinutes: 480, targetUserId: undefined })).toEqual([]);
  });

  it('is for a person where it is sensitive, or nobody knows', async () => {
    expect(await because([item('CRITICAL')])).toEqual(['sensitive: orders-db']);
    expect(await because([item('HIGH')])).toHaveLength(1);
    expect(await because([item(undefined)])).toEqual(['how sensitive is not known: orders-db']);
    expect(await because([item('UNKNOWN')])).toHaveLength(1);
  });

  it('is for a person where it is for several things, for long, for good, for a group or for somebody else', async () => {
    expect(await because([item('LOW', 'a'), item('LOW', 'b')])).toHaveLength(1);
    expect(await because([])).toHaveLength(1);
    expect(await because([item('LOW')], { durationMinutes: 481 })).toEqual(['longer than 480 minutes']);
    expect(await because([item('LOW')], { durationMinutes: -1 })).toEqual(['without an end']);
    expect(await because([item('LOW')], { durationMinutes: undefined })).toEqual(['without an end']);
    expect(await because([item('LOW')], { targetUserId: undefined, targetGroupId: 'g' })).toEqual(['for a group']);
    expect(await because([item('LOW')], { targetUserId: 'u-2' })).toEqual(['asked for somebody else']);
  });

  it('is approved at once only where it is certain that there is nothing for a person', async () => {
    expect(await way([])).toBe('at_once');
    expect(await way(['sensitive: orders-db'])).toBe('else');
    expect(await way(undefined)).toBe('else');
    expect(await way(['sensitive: orders-db'], 'deny')).toBe('deny');
    expect(await way([], 'approve', 'APPROVED')).toBe('late');
  });
});

describe('What is revoked', () => {
  const output = {
    resources: [
      { resourceId: 'db', accessLevel: 'read', hasDirectAccess: true },
      { resourceId: 'db', accessLevel: 'full', hasDirectAccess: true },
      { resourceId: 'repo', accessLevel: '', hasDirectAccess: false },
    ],
    groups: [{ groupId: 'eng', accessLevel: '' }],
  };
  const taken = async (input: object) => {
    const context = { trigger: { input }, steps: { rev_access: { output } } };
    return [
      await outputOf(flow, 'rev_case', context, 'resources'),
      await outputOf(flow, 'rev_case', context, 'groups'),
    ];
  };

  it('is what is named, each level of it or one', async () => {
    expect(await taken({ kind: 'resource', id: 'db' })).toEqual([output.resources.slice(0, 2), []]);
    expect(await taken({ kind: 'resource', id: 'db', accessLevel: 'full' })).toEqual([[output.resources[1]], []]);
    expect(await taken({ kind: 'group', id: 'eng' })).toEqual([[], output.groups]);
  });

  it('is nothing where nothing is named, or what somebody has through a group only', async () => {
    expect(await taken({ kind: 'resource' })).toEqual([[], []]);
    expect(await taken({ kind: 'resource', id: 'repo' })).toEqual([[], []]);
  });

  it('is all that somebody has of their own, if everything is to go', async () => {
    expect(await taken({ kind: 'everything' })).toEqual([output.resources.slice(0, 2), output.groups]);
  });
});

describe('What is left', () => {
  const thing = { resourceId: 'db', resourceName: 'orders-db', accessLevel: 'full', hasDirectAccess: true };
  const other = { resourceId: 'repo', resourceName: 'repo', accessLevel: '', hasDirectAccess: true };
  const left = (kind: string, resources: object[], groups: object[] = []) => {
    const steps = {
      rev_case: { output: { resources: [thing], groups: [{ groupId: 'eng', accessLevel: '' }] } },
      rev_after: { output: { resources, groups } },
    };
    return outputOf(flow, 'rev_report', { trigger: { input: { kind } }, steps }, 'left');
  };

  it('is what was to be taken and is there still, which of everything is all there is', async () => {
    expect(await left('resource', [other])).toEqual([]);
    expect(await left('resource', [thing, other])).toMatchObject([{ kind: 'resource', id: 'db' }]);
    expect(await left('resource', [], [{ groupId: 'eng', accessLevel: '' }])).toMatchObject([
      { kind: 'group', id: 'eng' },
    ]);
    expect(await left('everything', [{ ...thing, hasDirectAccess: false }])).toEqual([]);
    expect(await left('everything', [other])).toMatchObject([{ id: 'repo' }]);
  });
});

describe('Members of a group', () => {
  const way = (input: object, because: unknown) =>
    portOf('mem_way', {
      trigger: { input },
      steps: { mem_case: { output: { people: [{ email: 'a@b.c' }], because } } },
    });

  it('are added at once only where the group is known not to be sensitive; removed always', async () => {
    expect(await way({ add: ['a@b.c'] }, [])).toBe('at_once');
    expect(await way({ add: ['a@b.c'] }, ['the group is sensitive: HIGH'])).toBe('else');
    expect(await way({ add: ['a@b.c'] }, undefined)).toBe('else');
    expect(await way({ remove: ['a@b.c'] }, ['the group is sensitive: HIGH'])).toBe('at_once');
  });

  it('are told one by one, also where only one is named', async () => {
    const people = (input: object) => outputOf(flow, 'mem_case', { trigger: { input }, vars }, 'people');
    expect(await people({ add: ['A@b.c'] })).toEqual([{ email: 'A@b.c', change: 'add', key: 'add/a@b.c' }]);
    expect(await people({ add: ['a@b.c', 'd@b.c'], remove: ['e@b.c'] })).toHaveLength(3);
    expect(await people({})).toEqual([]);
  });
});

describe('Settings of a resource', () => {
  const looser = (input: object) => outputOf(flow, 'set_case', { trigger: { input } }, 'looser');
  const way = async (input: object) => {
    const trigger = { input };
    const [settings, rules, visible] = await Promise.all(
      ['settings', 'rules', 'visible'].map((field) => outputOf(flow, 'set_case', { trigger }, field)),
    );
    return portOf('set_way', {
      trigger,
      steps: { set_case: { output: { settings, rules, visible, looser: await looser(input) } } },
    });
  };

  it('are changed at once only where that cannot make it easier to get or to see', async () => {
    expect(await way({ description: 'New' })).toBe('at_once');
    expect(await way({ requireManagerApproval: true, autoApproval: false, visibility: 'LIMITED' })).toBe('at_once');
    for (const input of [
      { autoApproval: true },
      { requireManagerApproval: false },
      { reviewers: ['o'] },
      { ownerId: 'o' },
      { maxMinutes: 60 },
      { visibility: 'GLOBAL' },
      { visibility: 'LIMITED', groups: ['g'] },
      { description: 'New', ownerId: 'o' },
    ]) {
      expect(await way(input), JSON.stringify(input)).toBe('else');
    }
  });

  it('are told to be none where nothing is named', async () => {
    expect(await way({ reason: 'x' })).toBe('nothing');
    expect(await way({ groups: ['g'] })).toBe('nothing');
  });
});
