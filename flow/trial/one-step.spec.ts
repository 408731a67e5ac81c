import { describe, expect, test } from 'vitest';
import { compileFlow } from '../compile.js';
import { type Draft, flowSchema } from '../schema.js';
import { catalog, lockdown } from '../testing/lockdown.js';
import { validate } from '../validate.js';
import { draftOfOneStep, loneStep, withOneStep } from './one-step.js';

const alone = (draft: Draft, id: string) => {
  const lone = loneStep(draft, id);
  if (!lone) throw new Error('no such step');
  const reduced = draftOfOneStep(draft, lone, 'alert');
  return { lone, reduced, problems: validate(reduced, catalog) };
};

describe('a step that is run alone', () => {
  test('sees the steps before it in its own level and around it, and nothing else', () => {
    expect(loneStep(lockdown(), 'revoke')).toEqual({
      id: 'revoke',
      loops: ['each_grant'],
      before: ['find_user', 'decide', 'ask'].map((id) => ({ id, depth: 0 })),
      beside: ['find_user', 'decide', 'ask'].map((id) => ({ id, depth: 0 })),
    });
    expect(loneStep(lockdown(), 'find_user')?.before).toEqual([]);
    expect(loneStep(lockdown(), 'nowhere')).toBeUndefined();
  });

  test.each(['find_user', 'decide', 'ask', 'each_grant', 'revoke', 'tell'])(
    '%s is checked and compiled with what it names',
    (id) => {
      const { lone, reduced, problems } = alone(lockdown(), id);
      expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      const whole = compileFlow(flowSchema.parse(reduced), catalog);
      const { control, program } = withOneStep(whole, lone);
      const levels = [control.top, control.top.steps.each_grant?.body].filter((level) => level !== undefined);
      expect(levels[lone.loops.length]?.order[0]).toBe(id);
      expect(control.top.wires).toEqual([{ from: 'alert', port: 'out', to: lone.loops[0] ?? id }]);
      for (const { id: before } of lone.before) expect(program.steps).toHaveProperty(before);
    },
  );

  test('is not stopped by what is wrong elsewhere in the draft', () => {
    const flow = lockdown() as Draft;
    const broken: Draft = {
      ...flow,
      triggers: {},
      connections: { ...flow.connections, slack: {} },
      steps: { ...flow.steps, tell: { kind: 'action' } },
      wires: [...(flow.wires ?? []), { from: 'tell' }],
      settings: { subject: 5 } as never,
    };
    expect(alone(broken, 'find_user').problems).toEqual([]);
  });

  test('is stopped by what is wrong with itself', () => {
    const flow = lockdown();
    flow.steps.find_user = { kind: 'action', connection: 'opal', operation: 'findUser', input: {} };
    expect(alone(flow, 'find_user').problems).toMatchObject([{ code: 'input_missing', stepId: 'find_user' }]);
  });
});
