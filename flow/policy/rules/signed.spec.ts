import { describe, expect, test } from 'vitest';
import { aFlow, approval, catalog, checkPolicy, find, revoke, under } from '../../testing/policy.js';
import { policyFactsOf } from '../facts.js';

const refuse = under({ signed: { mode: 'refuse' } });
const signature = { scheme: 'datadog', connection: 'opal' };

describe('a webhook that anybody may send to', () => {
  test('is named with the first write that it leads to', () => {
    expect(checkPolicy(aFlow({ find, revoke }, ['hook -> find', 'find -> revoke']), refuse)).toEqual([
      {
        ...{ severity: 'error', code: 'policy_unsigned', pointer: '/triggers/hook/signature' },
        message:
          'Whoever knows the address of this webhook changes something, since no signature is asked for: hook → Find → Revoke it.',
        fix: expect.stringContaining('Let the sender sign'),
        way: ['hook', 'find', 'revoke'].map((id) => expect.objectContaining({ id })),
      },
    ]);
  });

  test.each<[string, object, string[], object, number]>([
    ['with a signature', { revoke }, ['hook -> revoke'], { triggers: { hook: { kind: 'webhook', signature } } }, 0],
    [
      'by hand, which somebody who signed in does',
      { revoke },
      ['hook -> revoke'],
      { triggers: { hook: { kind: 'manual' } } },
      0,
    ],
    [
      'with an approval before the write',
      { approval, revoke },
      ['hook -> approval', 'approval:approved -> revoke'],
      {},
      0,
    ],
    ['that only reads', { find }, ['hook -> find'], {}, 0],
    [
      'beside a signed one, whose way it shares',
      { revoke },
      ['hook -> revoke', 'open -> revoke'],
      { triggers: { hook: { kind: 'webhook', signature }, open: { kind: 'webhook', title: 'Open' } } },
      1,
    ],
  ])('%s', (_, steps, lines, more, count) => {
    expect(checkPolicy(aFlow(steps, lines, more), refuse)).toHaveLength(count);
  });

  test('changes something through a flow that it calls; systems that are left out do not count', () => {
    const note = { kind: 'action', title: 'Note', connection: 'table', operation: 'upsert' };
    const inner = aFlow({ note }, ['called -> note'], { triggers: { called: { kind: 'call' } } });
    const call = aFlow({ call: { kind: 'subflow', title: 'Call', flow: 'inner' } }, ['hook -> call']);
    const called = { inner: policyFactsOf(inner, catalog.connectors) };
    expect(checkPolicy(call, under({ signed: { mode: 'warn' } }, { called }))).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('hook → Call → called → Note') },
    ]);
    expect(checkPolicy(call, under({ signed: { mode: 'warn', exceptConnectors: ['table'] } }, { called }))).toEqual([]);
  });
});
