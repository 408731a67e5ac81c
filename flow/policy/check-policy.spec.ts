import { expect, test } from 'vitest';
import { aFlow, catalog, checkPolicy, revoke, under } from '../testing/policy.js';
import { validate } from '../validate.js';
import { catalogFor } from './check-policy.js';

test('a rule that is off says nothing, and a flow is excepted from just the rule that is named', () => {
  const flow = aFlow({ revoke }, ['hook -> revoke']);
  expect(checkPolicy(flow, under({}))).toEqual([]);
  expect(checkPolicy(flow, catalog)).toEqual([]);
  const rules = { guarded: { mode: 'refuse' }, hrData: { mode: 'refuse' } };
  const excepted = (rule: 'guarded' | 'hrData') =>
    checkPolicy(flow, catalogFor(under(rules, { exceptions: [{ flowId: 'f1', rule }] }), 'f1'));
  expect(excepted('guarded')).toEqual([]);
  expect(excepted('hrData')).toHaveLength(1);
  expect(
    checkPolicy(flow, catalogFor(under(rules, { exceptions: [{ flowId: 'f1', rule: 'guarded' }] }), 'f2')),
  ).toHaveLength(1);
});

test('the check of a flow tells it among its other problems, and takes a draft that is all wrong', () => {
  const problems = validate(aFlow({ revoke }, ['hook -> revoke']), under({ guarded: { mode: 'warn' } }));
  expect(problems.filter(({ code }) => code === 'policy_unguarded')).toMatchObject([{ severity: 'warning' }]);
  const wrong = aFlow({ a: { kind: 'loop', steps: 3, wires: [{}] }, b: { kind: 'action', input: 5 } }, [
    'hook -> b',
    'b -> hook',
  ]);
  expect(() => validate(wrong, under({ guarded: { mode: 'refuse' }, hrData: { mode: 'refuse' } }))).not.toThrow();
});
