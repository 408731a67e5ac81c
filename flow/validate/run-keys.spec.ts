import { expect, test } from 'vitest';
import { fullProblemsAfter, problemsAfter } from '../testing/problems.js';

/** Problems of the flow, which is started by a webhook, with this order of its runs. */
const ordered = (order: unknown, more: Record<string, unknown> = {}) =>
  problemsAfter((flow) => {
    flow.settings = { order } as typeof flow.settings;
    for (const [id, trigger] of Object.entries(more)) {
      Object.assign(flow.triggers, { [id]: trigger });
      flow.wires.push({ from: id, port: 'out', to: 'find_user' });
    }
  });

test('runs take their turns by a pointer into what starts them, or by an expression in either language', () => {
  for (const key of ['/body/person/id', { jsonata: 'trigger.body.person.id' }, { cel: 'delivery.body.person.id' }]) {
    expect(ordered({ key, whenBusy: 'queue' })).toEqual([]);
    expect(ordered({ key, whenBusy: 'supersede' })).toEqual([]);
  }
});

test('a key that cannot be read is a problem at its place', () => {
  const problemsOf = (key: unknown) => ordered({ key, whenBusy: 'queue' });
  expect(problemsOf('body.id')).toEqual(['key_wrong /settings/order/key']);
  expect(problemsOf('')).toEqual(['key_wrong /settings/order/key']);
  expect(problemsOf({ cel: ' ' })).toEqual(['expression_invalid /settings/order/key']);
  expect(problemsOf({ jsonata: 'trigger.body.' })).toEqual(['expression_invalid /settings/order/key']);
  expect(problemsOf({ jsonata: 'steps.find_user.output.id' })).toEqual(['step_not_upstream /settings/order/key']);
  expect(problemsOf({ handlebars: '{{trigger.body.id}}' })).toContain('field_wrong /settings/order/key');
  expect(ordered({ whenBusy: 'queue' })).toEqual(['field_missing /settings/order/key']);
  expect(ordered({ key: '/body/id', whenBusy: 'drop' })).toEqual(['field_wrong /settings/order/whenBusy']);
});

test('a lane is named in small letters, like what the flow goes by in it and whom it supersedes', () => {
  const inLane = (lane: unknown) => ordered({ key: '/body/person', whenBusy: 'queue', lane });
  expect(inLane({ name: 'person' })).toEqual([]);
  expect(inLane({ name: 'person', as: 'rehire', supersedes: ['leaver'] })).toEqual([]);
  expect(inLane({})).toEqual(['field_missing /settings/order/lane/name']);
  expect(inLane({ name: 'A person' })).toEqual(['field_wrong /settings/order/lane/name']);
  expect(inLane({ name: 'person', as: '' })).toEqual(['field_wrong /settings/order/lane/as']);
  expect(inLane({ name: 'person', supersedes: ['Leaver'] })).toEqual(['field_wrong /settings/order/lane/supersedes/0']);
  expect(inLane({ name: 'person', kind: 'leaver' })).toEqual(['field_unknown /settings/order/lane/kind']);
});

test('a trigger that never has what the pointer names is pointed out', () => {
  const manual = { by_hand: { kind: 'manual', title: 'By hand' } };
  expect(ordered({ key: '/body/id', whenBusy: 'queue' }, manual)).toEqual(['key_out_of_reach /settings/order/key']);
  expect(ordered({ key: '/kind', whenBusy: 'queue' }, manual)).toEqual([]);
  const [problem] = fullProblemsAfter((flow) => {
    flow.settings = { order: { key: '/input/id', whenBusy: 'queue' } };
  });
  expect(problem).toMatchObject({ severity: 'warning', code: 'key_out_of_reach' });
});

test('whom a run is about is checked by the same rules', () => {
  const about = (subject: unknown) =>
    problemsAfter((flow) => {
      flow.settings = { subject } as typeof flow.settings;
    });
  expect(about('/body/person/email')).toEqual([]);
  expect(about('person')).toEqual(['key_wrong /settings/subject']);
  expect(about({ jsonata: 'steps.find_user.output.id' })).toEqual(['step_not_upstream /settings/subject']);
});

test('as many runs at one time as are allowed: a whole number from 1', () => {
  const limited = (concurrency: unknown) =>
    problemsAfter((flow) => {
      flow.settings = { concurrency } as typeof flow.settings;
    });
  expect(limited(1)).toEqual([]);
  for (const wrong of [0, -1, 1.5, '3']) expect(limited(wrong)).toEqual(['field_wrong /settings/concurrency']);
});
