import { describe, expect, it } from 'vitest';
import { evaluate, flowOf, outputOf, stepOf } from './template-flow.js';

const rehire = flowOf('hris-rehire');
const leaver = flowOf('hris-leaver');

describe('What offboarding keeps', () => {
  const resource = (resourceId: string, over: object = {}) => ({
    ...{ resourceId, resourceName: resourceId, accessLevel: '', accessLevelName: '', hasDirectAccess: true },
    ...{ expirationDate: null, ...over },
  });
  const group = (groupId: string, over: object = {}) => ({
    ...{ groupId, groupName: groupId, accessLevel: '', expirationDate: null, ...over },
  });
  const kept = async (before: object, after?: object) => {
    const { items } = stepOf(leaver, 'remember');
    const steps = { access: { output: before }, access_after: { output: after } };
    return ((await evaluate(items, { steps })) as { target_id: string }[]).map(({ target_id }) => target_id);
  };
  const nothing = { userId: 'u-1', resources: [], groups: [] };

  it('is what was there directly and is proven to be gone', async () => {
    const before = { resources: [resource('a'), resource('b')], groups: [group('g')] };
    expect(await kept(before, nothing)).toEqual(['a', 'b', 'g']);
    expect(await kept(before, { ...nothing, resources: [resource('b')] })).toEqual(['a', 'g']);
    expect(await kept(before, { ...nothing, groups: [group('g')] })).toEqual(['a', 'b']);
  });

  it('is not what was inherited, what had an end, or what could not be read again', async () => {
    const end = '2026-02-01T00:00:00Z';
    const before = {
      resources: [resource('inherited', { hasDirectAccess: false }), resource('ends', { expirationDate: end })],
      groups: [group('ends', { expirationDate: end })],
    };
    expect(await kept(before, nothing)).toEqual([]);
    expect(await kept({ resources: [resource('a')], groups: [] })).toEqual([]);
  });
});

describe('What is given back', () => {
  const taken = (target_id: string, over: object = {}) => ({
    values: { ...{ grant: `jane/${target_id}`, kind: 'resource', target_id, target_name: target_id }, ...over },
  });
  const rule = (target_id: string, over: object = {}) => ({
    values: { ...{ system: 'Opal', kind: 'resource', target_id, department: null, approval: false }, ...over },
  });
  const decided = async (rows: object[], rules: object[]) => {
    const steps = {
      current: { output: { department: 'Engineering', title: 'Engineer', location: 'Berlin' } },
      role_map: { output: { items: rules } },
      taken: { output: { items: rows } },
    };
    const access = (await outputOf(rehire, 'wanted', { steps }, 'access')) as {
      id: string;
      approval: boolean;
      why: string;
    }[];
    return access.map(({ id, approval, why }) => [id, approval, why]);
  };

  it('is what was taken, at once where the role still has it', async () => {
    expect(await decided([taken('a')], [rule('a'), rule('more')])).toEqual([['a', false, '']]);
    expect(await decided([taken('a')], [rule('a', { department: ' engineering ' })])).toEqual([['a', false, '']]);
    expect(await decided([], [rule('a')])).toEqual([]);
  });

  it('waits for a decision where it is sensitive, or the role does not have it, at that level', async () => {
    const sensitive = [['a', true, 'sensitive']];
    const foreign = [['a', true, 'not in the role map for this role']];
    expect(await decided([taken('a')], [rule('a', { approval: true })])).toEqual(sensitive);
    expect(await decided([taken('a')], [rule('a'), rule('a', { approval: true })])).toEqual(sensitive);
    expect(await decided([taken('a')], [])).toEqual(foreign);
    expect(await decided([taken('a')], [rule('a', { department: 'Sales' })])).toEqual(foreign);
    expect(await decided([taken('a', { access_level: 'admin' })], [rule('a')])).toEqual(foreign);
  });

  it('is not given back twice', async () => {
    expect(await decided([taken('a', { given_back: true }), taken('b')], [rule('b')])).toEqual([['b', false, '']]);
  });
});

describe('A return in Workday', () => {
  const filter = (rehire.triggers.workday as { filter?: unknown }).filter;
  const comes = (body: object) => evaluate(filter, { trigger: { body: { email: 'jane@example.com', ...body } } });

  it('is a hire of somebody who had left', async () => {
    expect(await comes({ formerLastDay: '2026-01-30' })).toBe(true);
    expect(await comes({ formerLastDay: null })).toBe(false);
    expect(await comes({})).toBe(false);
  });

  it('takes turns by the address that Workday gives', async () => {
    const trigger = { body: { email: ' Jane.Doe@example.com' } };
    expect(await evaluate(rehire.settings?.order?.key, { trigger })).toBe('jane.doe@example.com');
  });
});

describe('Runs of one person', () => {
  it('take turns in one lane, by the same key; hires and returns end an offboarding that waits', async () => {
    const flows = ['hris-joiner', 'hris-leaver', 'hris-mover', 'hris-rehire'].map(flowOf);
    const lanes = flows.map(({ settings }) => settings?.order?.lane);
    expect(lanes).toEqual([
      { name: 'person', as: 'joiner', supersedes: ['leaver'] },
      { name: 'person', as: 'leaver' },
      { name: 'person', as: 'mover' },
      { name: 'person', as: 'rehire', supersedes: ['leaver'] },
    ]);
    const trigger = { body: { workEmail: 'Jane.Doe@example.com' } };
    for (const { settings } of flows) {
      expect(await evaluate(settings?.order?.key, { trigger })).toBe('jane.doe@example.com');
    }
  });
});
