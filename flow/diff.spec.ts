import { describe, expect, test } from 'vitest';
import { diffFlows } from './diff.js';
import {
  addStep,
  connect,
  deleteSteps,
  duplicateSteps,
  moveSteps,
  setField,
  setSlot,
  setVariable,
} from './edits/index.js';
import { exportFlow } from './export.js';
import type { Draft } from './schema.js';
import { lockdown } from './testing/lockdown.js';

const sentences = (after: Draft) => diffFlows(lockdown(), after).map(({ sentence }) => sentence);

describe('the difference of two flows', () => {
  test('is nothing between equal ones, wherever their boxes stand', () => {
    expect(sentences(lockdown())).toEqual([]);
    expect(sentences(moveSteps(lockdown(), { positions: { tell: { x: 9, y: 9 } } }))).toEqual([]);
    expect(sentences(JSON.parse(JSON.stringify(lockdown())) as Draft)).toEqual([]);
  });

  test('says what was added and removed', () => {
    const after = addStep(deleteSteps(lockdown(), { ids: ['tell'] }), {
      id: 'wait',
      step: { kind: 'wait', title: 'A while', seconds: 5 },
      after: { from: 'ask', port: 'rejected' },
    });
    expect(sentences(after)).toEqual([
      'Step "A while" added.',
      'Step "Tell security" removed.',
      'Wire "ask.rejected → wait" added.',
      'Wire "decide.else → tell" removed.',
      'Wire "ask.rejected → tell" removed.',
      'Wire "each_grant.out → tell" removed.',
    ]);
  });

  test('names the fields that changed, with both values', () => {
    const after = setField(lockdown(), { pointer: '/steps/each_grant/steps/revoke/retry/attempts', value: 2 });
    expect(diffFlows(lockdown(), after)).toEqual([
      {
        change: 'changed',
        what: 'step',
        id: 'revoke',
        sentence: 'Step "revoke" changed: retry.attempts.',
        fields: [{ pointer: '/retry/attempts', before: 5, after: 2 }],
      },
    ]);
  });

  test('tells a field that is new or gone by the side that it lacks', () => {
    const after = setField(setField(lockdown(), { pointer: '/steps/tell/join', value: undefined }), {
      pointer: '/steps/tell/onError',
      value: 'continue',
    });
    expect(diffFlows(lockdown(), after)[0]?.fields).toEqual([
      { pointer: '/join', before: 'any' },
      { pointer: '/onError', after: 'continue' },
    ]);
  });

  test('covers variables, connections, settings and the name', () => {
    let after = setVariable(lockdown(), { name: 'channel', variable: undefined });
    after = setSlot(after, { name: 'opal', slot: { connector: 'opal', title: 'Opal', id: 'c-2' } });
    after = setField(after, { pointer: '/settings/timeoutSeconds', value: 60 });
    after = setField(after, { pointer: '/name', value: 'Lockdown' });
    expect(sentences(after)).toEqual([
      'Flow changed: name.',
      'Variable "Channel" removed.',
      'Connection "Opal" changed: id.',
      'Settings changed: timeoutSeconds.',
    ]);
  });

  test('tells a step that moved into a loop', () => {
    const { flow } = duplicateSteps(lockdown(), { ids: ['tell'] });
    const outside = connect(flow, { from: 'find_user', port: 'out', to: 'tell_2' });
    const inside = addStep(lockdown(), {
      id: 'tell_2',
      step: { ...lockdown().steps.tell },
      loop: 'each_grant',
    });
    expect(diffFlows(outside, inside).find(({ id }) => id === 'tell_2')?.fields).toEqual([
      { pointer: '/loop', after: 'each_grant' },
    ]);
  });

  test('agrees with the exported text: none there, none here', () => {
    const after = JSON.parse(exportFlow(lockdown())) as Draft;
    expect(diffFlows(JSON.parse(exportFlow(after)) as Draft, after)).toEqual([]);
  });
});
