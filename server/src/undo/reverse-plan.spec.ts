import { flowSchema } from '@castellan/flow';
import { expect, test } from 'vitest';
import { type DoneWrite, wayBack } from './done-writes.js';
import { reverseFlow, undoInput } from './reverse-flow.js';
import { reversePlan } from './reverse-plan.js';

const write = (key: string, over: Partial<DoneWrite> = {}): DoneWrite => ({
  ...{ rootId: 'root', key, runId: 'root', flowId: 'flow', flowName: 'Leaver', versionId: 'v', step: 'revoke' },
  ...{ connectionId: 'opal-1', connection: { name: 'Opal', connector: 'opal', simulator: false } },
  operation: 'opal.revokeGroup',
  input: { groupId: `group-${key}`, userId: 'jane', accessLevel: '' },
  changes: [{ action: 'revoke', subject: { type: 'user', id: 'jane' }, object: { type: 'opal_group', id: key } }],
  before: { granted: true, expirationDate: null, minutesLeft: 0 },
  ...{ beforeRead: true, answer: { revoked: true, alreadyGone: false }, state: 'done', undone: false },
  ...over,
});
const judged = (writes: DoneWrite[]) =>
  reversePlan(writes.map((one) => ({ write: one, title: one.step, way: wayBack(one) })));

test('writes of one step are taken back together, the last step first', () => {
  const issue: Partial<DoneWrite> = {
    ...{ step: 'issue', connectionId: 'jira-1', operation: 'jira.assignIssue', before: { accountId: null } },
    ...{
      input: { issueKey: 'OPS-1', accountId: 'a' },
      changes: [{ action: 'update', object: { type: 'i', id: 'OPS-1' } }],
    },
  };
  const { groups, rows, items } = judged([write('c', issue), write('b'), write('a')]);
  expect(groups.map(({ title, operation, inTurn }) => [title, operation, inTurn])).toEqual([
    ['issue', 'assignIssue', false],
    ['revoke', 'grantGroup', false],
  ]);
  expect(rows.map(({ step, item }) => [step, item])).toEqual([
    ['back_0', 0],
    ['back_1', 0],
    ['back_1', 1],
  ]);
  expect(items.map((some) => some.map(({ n }) => n))).toEqual([[1], [2, 3]]);
});

test('writes of one thing are taken back in turn, each behind the later one', () => {
  const same = { changes: write('a').changes };
  const { groups, rows } = judged([write('b', same), write('a', same)]);
  expect(rows.map(({ behind }) => behind)).toEqual([null, 1]);
  expect(groups[0]?.inTurn).toBe(true);
});

test('what has no way back is named with the reason, and called by nothing', () => {
  const message = [{ action: 'notify' as const, object: { type: 'channel', id: 'C1' } }];
  const cases: Partial<DoneWrite>[] = [
    { operation: 'slack.postMessage', changes: message },
    { operation: 'pagerduty.createIncident', changes: [{ action: 'create' }] },
    { connection: null },
    { beforeRead: false, before: null },
    { state: 'unknown' },
    { before: { granted: false, expirationDate: null, minutesLeft: 0 } },
  ];
  const { rows, groups } = judged(cases.map((over, index) => write(`${index}`, over)));
  expect(groups).toEqual([]);
  expect(rows.map(({ state, why }) => [state, why])).toEqual([
    ['no_way', expect.stringContaining('message stays sent')],
    ['no_way', expect.stringContaining('no call that takes it back')],
    ['no_way', expect.stringContaining('connection has been removed')],
    ['no_way', expect.stringContaining('before it is not known')],
    ['unknown', expect.stringContaining('Nobody knows')],
    ['restored', 'It changed nothing.'],
  ]);
});

test('the flow that takes them back is one, with an approval first where it is needed', () => {
  const { groups, items } = judged([write('b'), write('a')]);
  const flow = reverseFlow({ name: 'Leaver', budgets: { perRun: 3 } }, groups, 'It is past the budget.');
  expect(flowSchema.parse(flow)).toEqual(flow);
  expect(flow.steps.agreed).toMatchObject({ covers: ['back_0'], approvers: ['role:approver', 'role:admin'] });
  expect(flow.wires[0]).toEqual({ from: 'undo_this_run', port: 'out', to: 'agreed' });
  expect(Object.keys(undoInput(items))).toEqual(['writes_0']);
  expect(reverseFlow({ name: 'Leaver' }, groups, null).steps.agreed).toBeUndefined();
});
