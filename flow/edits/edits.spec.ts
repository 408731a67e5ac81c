import { describe, expect, test } from 'vitest';
import type { Draft, DraftStep, Flow } from '../schema.js';
import { catalog, lockdown } from '../testing/lockdown.js';
import { validate } from '../validate.js';
import {
  addStep,
  addTrigger,
  connect,
  copySteps,
  deleteSteps,
  disconnect,
  duplicateSteps,
  emptyFlow,
  fillSlots,
  moveSteps,
  newStepId,
  pasteSteps,
  readFragment,
  renameTitle,
  setCases,
  setField,
  setSlot,
  setVariable,
  whyNotConnect,
} from './index.js';

const wire = (from: string, to: string, port = 'out') => ({ from, port, to });
const shape: DraftStep = { kind: 'shape', output: 1 };

describe('an id for a new step', () => {
  test.each([
    ['Find the user', 'find_the_user'],
    ['findUser', 'find_user_2'],
    ['Ärger & Öl!', 'arger_ol'],
    ['9 lives', 'lives'],
    ['日本', 'step'],
    ['this', 'step'],
    ['revoke', 'revoke_2'],
    ['alert', 'alert_2'],
    ['x'.repeat(80), 'x'.repeat(40)],
  ])('is made from "%s"', (base, id) => {
    expect(newStepId(lockdown(), base)).toBe(id);
  });
});

describe('adding a step', () => {
  test('puts it at the top, with its place, and wires it to a port', () => {
    const flow = addStep(lockdown(), {
      id: 'more',
      step: shape,
      after: { from: 'ask', port: 'timeout' },
      position: { x: 1, y: 2 },
    });
    expect(flow.steps?.more).toEqual(shape);
    expect(flow.wires).toContainEqual(wire('ask', 'more', 'timeout'));
    expect(flow.layout?.positions?.more).toEqual({ x: 1, y: 2 });
  });

  test('on a wire parts that wire by its first port', () => {
    const flow = addStep(lockdown(), {
      id: 'more',
      step: { kind: 'wait', seconds: 1 },
      onWire: wire('decide', 'ask', 'found'),
    });
    expect(flow.wires).toContainEqual(wire('decide', 'more', 'found'));
    expect(flow.wires).toContainEqual(wire('more', 'ask'));
    expect(flow.wires).not.toContainEqual(wire('decide', 'ask', 'found'));
    expect(validate(flow, catalog)).toEqual([]);
  });

  test('that has no port ends the way', () => {
    const flow = addStep(lockdown(), {
      id: 'end',
      step: { kind: 'stop', outcome: 'fail' },
      onWire: wire('ask', 'tell', 'rejected'),
    });
    expect(flow.wires?.filter(({ from, to }) => from === 'end' || to === 'end')).toEqual([
      wire('ask', 'end', 'rejected'),
    ]);
  });

  test('in a loop puts it into the body, and leaves the rest as it was', () => {
    const before = lockdown();
    const flow = addStep(before, {
      id: 'more',
      step: shape,
      loop: 'each_grant',
      after: { from: 'each_grant', port: 'each' },
    });
    expect(flow.steps?.each_grant?.steps?.more).toEqual(shape);
    expect(flow.steps?.each_grant?.wires).toContainEqual(wire('each_grant', 'more', 'each'));
    expect(flow.steps?.find_user).toBe(before.steps.find_user);
  });

  test('is refused where the id is taken or no id, or there is no such loop', () => {
    expect(() => addStep(lockdown(), { id: 'revoke', step: shape })).toThrow('The id "revoke" is taken');
    expect(() => addStep(lockdown(), { id: 'A-b', step: shape })).toThrow('"A-b" is no id');
    expect(() => addStep(lockdown(), { id: 'more', step: shape, loop: 'nobody' })).toThrow('There is no loop "nobody"');
  });
});

describe('connecting', () => {
  test('draws a wire once', () => {
    const flow = connect(lockdown(), wire('ask', 'tell', 'timeout'));
    expect(flow.wires).toContainEqual(wire('ask', 'tell', 'timeout'));
    expect(connect(flow, wire('ask', 'tell', 'timeout'))).toBe(flow);
  });

  test.each([
    [wire('tell', 'ask'), 'wait for each other'],
    [wire('tell', 'tell'), 'wait for each other'],
    [wire('ask', 'tell', 'maybe'), '"ask" has no port "maybe"'],
    [wire('ask', 'revoke', 'approved'), "cannot cross a loop's border"],
    [wire('ask', 'alert', 'approved'), 'cannot lead to a trigger'],
    [wire('nobody', 'tell'), 'There is no step "nobody"'],
    [wire('alert', 'nobody'), 'There is no step "nobody"'],
  ])('%o is refused', (refused, reason) => {
    expect(whyNotConnect(lockdown(), refused)).toContain(reason);
    expect(() => connect(lockdown(), refused)).toThrow(reason);
  });

  test('is undone by disconnecting, in a body as well', () => {
    const flow = disconnect(lockdown(), wire('each_grant', 'revoke', 'each'));
    expect(flow.steps?.each_grant?.wires).toEqual([]);
    expect(disconnect(flow, wire('a', 'b'))).toBe(flow);
  });
});

describe('deleting', () => {
  test('takes the wires and places along', () => {
    const flow = deleteSteps(moveSteps(lockdown(), { positions: { ask: { x: 0, y: 0 } } }), { ids: ['ask'] });
    expect(flow.steps).not.toHaveProperty('ask');
    expect(flow.wires?.filter(({ from, to }) => from === 'ask' || to === 'ask')).toEqual([]);
    expect(flow.layout?.positions).not.toHaveProperty('ask');
  });

  test('a trigger, a step of a body and a loop at once', () => {
    const before = addStep(lockdown(), {
      id: 'more',
      step: shape,
      loop: 'each_grant',
      after: { from: 'revoke', port: 'out' },
    });
    const flow = deleteSteps(before, { ids: ['alert', 'more'] });
    expect(flow.triggers).toEqual({});
    expect(flow.steps?.each_grant?.wires).toEqual([wire('each_grant', 'revoke', 'each')]);
    expect(deleteSteps(flow, { ids: ['each_grant', 'revoke'] }).steps).not.toHaveProperty('each_grant');
  });

  test('nothing leaves the flow as it is', () => {
    const flow = lockdown();
    expect(deleteSteps(flow, { ids: ['nobody'] })).toBe(flow);
  });
});

describe('duplicating', () => {
  test('gives copies ids of their own and keeps the wires among them', () => {
    const { flow, ids } = duplicateSteps(lockdown(), { ids: ['find_user', 'decide'] });
    expect(ids).toEqual({ find_user: 'find_user_2', decide: 'decide_2' });
    expect(flow.wires).toContainEqual(wire('find_user_2', 'decide_2'));
    expect(flow.wires?.filter(({ to }) => to === 'find_user_2')).toEqual([]);
    expect(flow.layout?.positions?.find_user_2).toEqual({ x: 40, y: 140 });
  });

  test('lets expressions and wires of a copied loop follow, and leaves names from outside', () => {
    const { flow } = duplicateSteps(lockdown(), { ids: ['each_grant'] });
    const copy = flow.steps?.each_grant_2;
    expect(copy?.collect).toEqual({ jsonata: 'steps.revoke_2.output.status' });
    expect(copy?.items).toEqual({ jsonata: 'steps.find_user.output.grants' });
    expect(copy?.wires).toEqual([wire('each_grant_2', 'revoke_2', 'each')]);
    expect(Object.keys(copy?.steps ?? {})).toEqual(['revoke_2']);
  });

  test('changes each way to name a step, and nothing that only looks like one', () => {
    const source =
      'steps.a.output & steps.`a`.x & $$.steps."a".y & loops.a.item & trigger.steps.a & "steps.a" & steps.ab';
    const template =
      '{{steps.a.output}} {{#each item.x}}{{../steps.a.z}}{{@root.steps.a.q}}{{steps.a}}{{/each}} steps.a';
    const before = addStep(lockdown(), {
      id: 'a',
      step: { kind: 'shape', output: [{ jsonata: source }, { handlebars: template }] },
    });
    const { flow } = duplicateSteps(before, { ids: ['a'] });
    expect(flow.steps?.a_2?.output).toEqual([
      {
        jsonata:
          'steps.a_2.output & steps.`a_2`.x & $$.steps."a_2".y & loops.a_2.item & trigger.steps.a & "steps.a" & steps.ab',
      },
      {
        handlebars:
          '{{steps.a_2.output}} {{#each item.x}}{{../steps.a_2.z}}{{@root.steps.a_2.q}}{{steps.a}}{{/each}} steps.a',
      },
    ]);
  });

  test('copied steps can be pasted into a loop and into another flow', () => {
    const fragment = copySteps(lockdown(), { ids: ['find_user', 'decide', 'nobody'] });
    const text: unknown = JSON.parse(JSON.stringify(fragment));
    const read = readFragment(text);
    expect(read).toEqual(fragment);
    const inLoop = pasteSteps(lockdown(), { fragment, loop: 'each_grant' }).flow;
    expect(Object.keys(inLoop.steps?.each_grant?.steps ?? {})).toEqual(['revoke', 'find_user_2', 'decide_2']);
    const elsewhere = pasteSteps(emptyFlow({ name: 'Other' }), { fragment }).flow;
    expect(elsewhere.wires).toEqual([wire('find_user', 'decide')]);
  });

  test.each([null, 'text', {}, { steps: {}, wires: [] }, { steps: { a: 1 }, wires: [] }])(
    '%j is nothing to paste',
    (value) => {
      expect(readFragment(value)).toBeUndefined();
    },
  );

  test('wires that lead out of a pasted text are dropped', () => {
    const fragment = { steps: { a: shape }, wires: [wire('a', 'nobody'), wire('tell', 'a')], positions: {} };
    expect(pasteSteps(lockdown(), { fragment }).flow.wires).toEqual(lockdown().wires);
  });
});

describe('the cases of a branch', () => {
  const when = { jsonata: 'true' };
  const casesAfter = (names: string[]) =>
    setCases(lockdown(), { id: 'decide', cases: names.map((name) => ({ name, when })) });

  test('that are renamed take their wires along', () => {
    expect(casesAfter(['known']).wires).toContainEqual(wire('decide', 'ask', 'known'));
  });

  test('that are added or put in another order keep the wires', () => {
    expect(casesAfter(['other', 'found']).wires).toEqual(lockdown().wires);
  });

  test('that are removed lose their wires, but else keeps its own', () => {
    const { wires } = casesAfter([]);
    expect(wires).not.toContainEqual(wire('decide', 'ask', 'found'));
    expect(wires).toContainEqual(wire('decide', 'tell', 'else'));
  });
});

describe('fields', () => {
  test('are set by a pointer, with what is missing on the way', () => {
    const before = lockdown();
    const flow = setField(before, { pointer: '/steps/find_user/retry/attempts', value: 5 });
    expect(flow.steps?.find_user?.retry).toEqual({ attempts: 5 });
    expect(before.steps.find_user).not.toHaveProperty('retry');
    expect(flow.steps?.tell).toBe(before.steps.tell);
  });

  test('are removed by undefined, and lists keep their order', () => {
    const flow = setField(lockdown(), { pointer: '/settings/order', value: undefined });
    expect(flow.settings).toEqual({ timeoutSeconds: 86_400 });
    const added = setField(lockdown(), { pointer: '/steps/ask/approvers/-', value: 'b' });
    expect(added.steps?.ask?.approvers).toEqual(['lead@acme.example', 'b']);
    expect(setField(added, { pointer: '/steps/ask/approvers/0', value: undefined }).steps?.ask?.approvers).toEqual([
      'b',
    ]);
  });

  test.each(['', 'steps', '/name/x', '/steps/ask/approvers/7', '/steps/__proto__/x', '/steps/ask/approvers/x'])(
    '"%s" leads nowhere',
    (pointer) => {
      expect(() => setField(lockdown(), { pointer, value: 1 })).toThrow();
    },
  );

  test('a title is set on a step or a trigger, and an empty one is removed', () => {
    expect(renameTitle(lockdown(), { id: 'revoke', title: 'Take it' }).steps?.each_grant?.steps?.revoke?.title).toBe(
      'Take it',
    );
    expect(renameTitle(lockdown(), { id: 'alert', title: 'Alert' }).triggers?.alert?.title).toBe('Alert');
    expect(renameTitle(lockdown(), { id: 'tell', title: ' ' }).steps?.tell).not.toHaveProperty('title');
    expect(() => renameTitle(lockdown(), { id: 'nobody', title: 'x' })).toThrow('There is no step "nobody"');
  });
});

describe('declarations', () => {
  test('a trigger is added with its wire', () => {
    const flow = addTrigger(lockdown(), { id: 'nightly', trigger: { kind: 'schedule', every: 60 }, to: 'find_user' });
    expect(flow.wires).toContainEqual(wire('nightly', 'find_user'));
    expect(validate(flow, catalog)).toEqual([]);
    expect(() => addTrigger(flow, { id: 'tell', trigger: { kind: 'manual' } })).toThrow('taken');
  });

  test('variables and connections are set in their place, and removed', () => {
    const flow = setVariable(lockdown(), { name: 'person', variable: { type: 'text', title: 'Who' } });
    expect(Object.keys(flow.variables ?? {})).toEqual(['person', 'channel']);
    expect(setVariable(flow, { name: 'person', variable: undefined }).variables).not.toHaveProperty('person');
    expect(setSlot(flow, { name: 'more', slot: { connector: 'slack', id: null } }).connections).toHaveProperty('more');
    expect(setSlot(flow, { name: 'slack', slot: undefined }).connections).not.toHaveProperty('slack');
  });

  test('slots are filled by name', () => {
    const flow: Draft = fillSlots(lockdown(), { connections: { opal: 'other', slack: null } });
    expect(flow.connections).toMatchObject({ opal: { connector: 'opal', id: 'other' }, slack: { id: null } });
    expect(() => fillSlots(lockdown(), { connections: { nobody: 'x' } })).toThrow('no connection "nobody"');
  });
});

test('a flow that is drawn from nothing can be published', () => {
  const start: Flow = emptyFlow({ name: 'New' });
  let flow = addTrigger(start, { id: 'start', trigger: { kind: 'manual' } });
  flow = addStep(flow, { id: 'hello', step: shape, after: { from: 'start', port: 'out' } });
  expect(validate(flow, catalog)).toEqual([]);
});
