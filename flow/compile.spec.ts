import { describe, expect, test } from 'vitest';
import { compileFlow } from './compile.js';
import type { ActionStep, Flow, Step } from './schema.js';
import { catalog, lockdown } from './testing/lockdown.js';

const compiled = compileFlow(lockdown(), catalog);

/** The compiled form of one step that follows `find_user`. */
const compileStep = (step: Step, variables: Flow['variables'] = {}) => {
  const flow = lockdown();
  flow.variables = { ...flow.variables, ...variables };
  flow.steps.more = step;
  flow.wires.push({ from: 'find_user', port: 'out', to: 'more' });
  return compileFlow(flow, catalog);
};

describe('the control graph', () => {
  const { control } = compiled;

  test('holds ids, wires and an order, and neither inputs nor titles', () => {
    expect(control.triggers).toEqual(['alert']);
    expect(control.top.order).toEqual(['find_user', 'decide', 'ask', 'each_grant', 'tell']);
    expect(control.timeoutSeconds).toBe(86_400);
    expect(JSON.stringify(control)).not.toMatch(/jsonata|handlebars|Tell security|c-opal/);
  });

  test('a read is tried three times, a call that may happen twice once, unless the step says otherwise', () => {
    expect(control.top.steps.find_user?.retry).toEqual({ attempts: 3, firstSeconds: 1, factor: 2, maxSeconds: 60 });
    expect(control.top.steps.tell?.retry.attempts).toBe(1);
    expect(control.top.steps.each_grant?.body?.steps.revoke?.retry.attempts).toBe(5);
  });

  test('a call has 60 seconds; a wait and an approval without a time have no end', () => {
    expect(control.top.steps.find_user?.timeoutSeconds).toBe(60);
    expect(control.top.steps.ask).toMatchObject({ timeoutSeconds: 3600, timeoutWired: false });
    const wait = compileStep({ kind: 'wait', seconds: 5 }).control.top.steps.more;
    expect(wait).toMatchObject({ timeoutSeconds: 0, ports: ['out', 'timeout'] });
  });

  test('says what a step joins, which ports it has, and whether an error is wired', () => {
    expect(control.top.steps.tell).toMatchObject({ join: 'any', errorWired: false, effect: 'write' });
    expect(control.top.steps.decide?.ports).toEqual(['found', 'else']);
    const flow = lockdown();
    flow.wires.push({ from: 'find_user', port: 'error', to: 'tell' });
    expect(compileFlow(flow, catalog).control.top.steps.find_user?.errorWired).toBe(true);
  });

  test('a loop carries its body, whose first steps hang on the port each', () => {
    expect(control.top.steps.each_grant).toMatchObject({
      kind: 'loop',
      concurrency: 5,
      onItemError: 'stop',
      collect: true,
      body: {
        order: ['revoke'],
        wires: [{ from: 'each_grant', port: 'each', to: 'revoke' }],
        steps: { revoke: { effect: 'destructive' } },
      },
    });
  });

  test('a stop carries its outcome', () => {
    const stop = compileStep({ kind: 'stop', outcome: 'fail' }).control.top.steps.more;
    expect(stop).toMatchObject({ outcome: 'fail', ports: [] });
  });
});

describe('the program', () => {
  const { program } = compiled;

  test('puts the source of an expression variable in its place, and the look-up of one that is data', () => {
    expect(program.steps.find_user).toMatchObject({ input: { email: { jsonata: 'trigger.body.user.email' } } });
    expect(program.steps.tell).toMatchObject({ input: { channel: { jsonata: 'vars.channel' } } });
    expect(program.settings.order).toEqual({ key: { jsonata: 'trigger.body.user.email' }, whenBusy: 'queue' });
    expect(program.variables).toEqual({ channel: '#security' });
  });

  test('leaves a quoted literal as it stands', () => {
    const { program } = compileStep({
      kind: 'shape',
      output: { a: { literal: { var: 'person' } }, b: [{ var: 'person' }] },
    });
    expect(program.steps.more).toMatchObject({
      output: { a: { literal: { var: 'person' } }, b: [{ jsonata: 'trigger.body.user.email' }] },
    });
  });

  test('notes which steps the expressions of a step read', () => {
    expect(program.steps.find_user?.reads).toEqual([]);
    expect(program.steps.decide?.reads).toEqual(['find_user']);
    expect(program.steps.tell?.reads).toEqual(['each_grant']);
    expect(program.steps.revoke?.reads).toEqual(['find_user']);
    expect(
      compileStep({ kind: 'shape', output: { jsonata: '$lookup(steps, "decide")' } }).program.steps.more?.reads,
    ).toBe('*');
  });

  test('counts what a variable in its place reads', () => {
    const variables = { who: { type: 'expression' as const, title: 'Who', default: 'steps.find_user.output.email' } };
    expect(compileStep({ kind: 'shape', output: { var: 'who' } }, variables).program.steps.more?.reads).toEqual([
      'find_user',
    ]);
  });

  test('keeps apart what a loop collects, which sees its body', () => {
    expect(program.steps.each_grant).toMatchObject({ reads: ['find_user'], bodyReads: ['revoke'] });
    expect(program.steps.each_grant).not.toHaveProperty('steps');
  });

  test('says where a step stands, what it calls, and how', () => {
    expect(program.steps.revoke).toMatchObject({
      kind: 'action',
      id: 'revoke',
      title: 'revoke',
      level: ['each_grant'],
      connection: 'opal',
      connector: 'opal',
      operation: 'revoke',
      effect: 'destructive',
      idempotency: 'natural',
    });
    expect(program.slots.opal).toEqual({ connector: 'opal', title: 'Opal', id: 'c-opal' });
  });

  test('calls an operation by its present id, whichever of its ids the flow names', () => {
    const flow = lockdown();
    (flow.steps.tell as ActionStep).operation = 'sendMessage';
    expect(compileFlow(flow, catalog)).toEqual(compiled);
  });

  test('an approval covers every write that only it lets through', () => {
    expect(program.steps.ask).toMatchObject({ needed: 1, covers: ['revoke'], escalate: [] });
  });

  test('says how often an event is read only where it is read', () => {
    const flow = lockdown();
    const event = { kind: 'connector' as const, connection: 'opal' };
    flow.triggers.read = { ...event, event: 'eventLogged' };
    flow.triggers.often = { ...event, event: 'eventLogged', everySeconds: 15 };
    flow.triggers.delivered = { ...event, event: 'accessChanged' };
    const { triggers } = compileFlow(flow, catalog).program;
    expect(triggers.read).toMatchObject({ everySeconds: 60 });
    expect(triggers.often).toMatchObject({ everySeconds: 15 });
    expect(triggers.delivered).not.toHaveProperty('everySeconds');
  });

  test('fills what a trigger leaves out and drops its sample', () => {
    const flow = lockdown();
    flow.triggers.alert = { kind: 'webhook', sample: { body: {} }, filter: { var: 'person' } };
    flow.triggers.nightly = { kind: 'schedule', cron: '0 2 * * *' };
    const { triggers } = compileFlow(flow, catalog).program;
    expect(triggers.alert).toEqual({
      id: 'alert',
      title: 'alert',
      kind: 'webhook',
      methods: ['POST'],
      respond: 'now',
      filter: { jsonata: 'trigger.body.user.email' },
    });
    expect(triggers.nightly).toMatchObject({ zone: 'UTC', overlap: 'skip', jitterSeconds: 0 });
  });

  test('is plain JSON: nothing is lost on the way to the database and back', () => {
    expect(JSON.parse(JSON.stringify(compiled))).toEqual(compiled);
  });
});

describe('what may run after the end', () => {
  test('is nothing unless the flow says so', () => {
    expect(compiled.control.after).toBeUndefined();
    expect(compiled.program.after).toBeUndefined();
  });

  test('has a step for each undo, in the loops of the step that it takes back', () => {
    const flow = lockdown();
    const body = (flow.steps.each_grant as { steps: Record<string, ActionStep> }).steps;
    const restore = { user: { jsonata: 'steps.revoke.output.user' }, kind: { jsonata: 'steps.find_user.output.kind' } };
    body.revoke!.undo = { operation: 'revoke', input: restore };
    const { control, program } = compileFlow(flow, catalog);
    expect(control.after).toMatchObject({
      compensate: 'onFailure',
      steps: { 'undo:revoke': { kind: 'action', onError: 'continue', errorWired: false } },
    });
    expect(program.after?.['undo:revoke']).toMatchObject({
      undoes: 'revoke',
      auto: false,
      connection: 'opal',
      level: ['each_grant'],
      reads: ['find_user', 'revoke'],
      input: restore,
    });
    expect(program.steps.revoke?.reads).not.toContain('revoke');
  });

  test('tells of a failure and starts the flow for failures', () => {
    const flow = lockdown();
    flow.settings = {
      compensate: 'never',
      onFailure: {
        flow: 'f-ticket',
        notify: { connection: 'slack', operation: 'postMessage', input: { channel: { var: 'channel' } } },
      },
    };
    const { control, program } = compileFlow(flow, catalog);
    expect(Object.keys(control.after?.steps ?? {})).toEqual(['failure:notify', 'failure:flow']);
    expect(program.after?.['failure:notify']).toMatchObject({
      connector: 'slack',
      effect: 'write',
      input: { channel: { jsonata: 'vars.channel' } },
    });
    expect(program.after?.['failure:flow']).toMatchObject({ kind: 'subflow', flow: 'f-ticket', wait: false });
  });
});

test('a flow that was not validated is refused with what is wrong', () => {
  const flow = lockdown();
  flow.wires.push({ from: 'tell', port: 'out', to: 'ask' });
  expect(() => compileFlow(flow, catalog)).toThrow(/wait for each other/);
  const other = lockdown();
  (other.steps.tell as { operation: string }).operation = 'sing';
  expect(() => compileFlow(other, catalog)).toThrow('The slot slack has no operation sing');
});
