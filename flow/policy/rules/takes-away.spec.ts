import { describe, expect, test } from 'vitest';
import { aFlow, checkPolicy, under } from '../../testing/policy.js';

describe('what takes something away', () => {
  const rule = under({ guarded: { mode: 'refuse' } });
  const update = (input: object) => ({ kind: 'action', connection: 'okta', operation: 'updateUser', input });
  const call = (method: unknown) => ({ kind: 'action', connection: 'http', operation: 'request', input: { method } });

  test.each<[string, object, number]>([
    ['an update that turns somebody off', update({ profile: { active: false } }), 1],
    ['an update whose switch is worked out', update({ suspended: { jsonata: 'trigger.body.off' } }), 1],
    ['an update of a status that says so', update({ status: 'terminated' }), 1],
    ['an update of something else', update({ title: { jsonata: 'trigger.body.title' }, active: true }), 0],
    ['a plain call that deletes', call('DELETE'), 1],
    ['a plain call whose method is worked out', call({ jsonata: 'trigger.body.method' }), 1],
    ['a plain call that sends', call('POST'), 0],
  ])('%s', (_, step, count) => {
    expect(checkPolicy(aFlow({ step }, ['hook -> step']), rule)).toHaveLength(count);
  });
});
