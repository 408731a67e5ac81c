import { describe, expect, test } from 'vitest';
import { aFlow, checkPolicy, find, under } from '../../testing/policy.js';

describe('what happens twice when it is sent twice', () => {
  const rule = under({ repeats: { mode: 'refuse' } });
  const upload = { kind: 'action', title: 'Upload', connection: 'slack', operation: 'uploadFile' };
  const post = { kind: 'action', title: 'Post', connection: 'slack', operation: 'postMessage' };

  test('is named where a webhook knows no delivery again', () => {
    expect(checkPolicy(aFlow({ upload }, ['hook -> upload']), rule)).toMatchObject([
      {
        ...{ code: 'policy_repeated', pointer: '/triggers/hook/dedupe' },
        message: 'A delivery that is sent again makes this happen twice: hook → Upload.',
      },
    ]);
    const dedupe = { key: { jsonata: 'trigger.body.id' }, windowSeconds: 60 };
    const known = { triggers: { hook: { kind: 'webhook', dedupe } } };
    expect(checkPolicy(aFlow({ upload }, ['hook -> upload'], known), rule)).toEqual([]);
    expect(checkPolicy(aFlow({ post }, ['hook -> post']), rule)).toEqual([]);
  });

  test('is named where it is sent again though nobody knows what became of it', () => {
    const triggers = { hook: { kind: 'manual' } };
    const again = { ...upload, title: 'Upload again' };
    const flow = (onUnknown: string, from: string) =>
      aFlow(
        { upload: { ...upload, onUnknown }, find, again },
        ['hook -> upload', `upload:${from} -> find`, 'find -> again'],
        {
          triggers,
        },
      );
    expect(checkPolicy(flow('error', 'error'), rule)).toMatchObject([
      {
        ...{ stepId: 'upload', pointer: '/steps/upload/onUnknown' },
        message:
          'Where nobody knows whether this was done, it is sent a second time: hook → Upload → Find → Upload again.',
      },
    ]);
    expect(checkPolicy(flow('wait', 'error'), rule)).toEqual([]);
    expect(checkPolicy(flow('error', 'out'), rule)).toEqual([]);
  });
});
