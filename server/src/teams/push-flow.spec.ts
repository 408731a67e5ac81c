import { compileFlow, flowSchema, validate } from '@castellan/flow';
import { describeConnector } from '@castellan/sdk';
import { describe, expect, test } from 'vitest';
import { connectorOf } from '../connector-registry/known-connectors.js';
import { bodyStep, cannotPush, pushFlow } from './push-flow.js';

const google = connectorOf('google-workspace');
const push = google.directory!.push!;
const connection = {
  id: 'c',
  name: 'Google',
  connector: 'google-workspace',
  simulator: true,
  status: 'working' as const,
};
const catalog = { connectors: [describeConnector(google)], connections: [connection], flows: [], tables: [] };
const system = { connector: 'google-workspace', title: 'Google Workspace', connectionId: 'c' };

describe('The flow of pushes', () => {
  test('is a flow that can be published as it is', () => {
    const flow = flowSchema.parse(pushFlow('Teams to Google', system, push));
    expect(validate(flow, catalog).filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('makes groups, then adds, then removes, by the connector’s operations, each item known by its key', () => {
    const { steps, wires, settings } = flowSchema.parse(pushFlow('Teams to Google', system, push));
    expect(wires.map(({ from, to }) => `${from} ${to}`)).toEqual([
      'push creates',
      'creates adds',
      'adds removes',
      'removes whole',
      'whole incomplete',
    ]);
    expect(steps.adds).toMatchObject({
      key: { jsonata: 'item.key' },
      steps: { add_member: { operation: 'addMember', input: { user: { jsonata: 'item.input.user' } } } },
    });
    expect(settings?.budgets).toEqual({ perRun: 25, perDay: 100 });
  });

  test('has no loop for what the system cannot do', () => {
    const { create: _, ...less } = push;
    const flow = flowSchema.parse(pushFlow('Teams', system, less));
    expect(Object.keys(flow.steps)).toEqual(['adds', 'removes', 'whole', 'incomplete']);
  });

  test('may be changed by people, as long as it still does what pushes want', () => {
    const flow = flowSchema.parse(pushFlow('Teams to Google', system, push));
    const { program } = compileFlow(flow, catalog);
    expect(cannotPush(program, push)).toBeNull();
    const { [bodyStep.add]: _, ...steps } = program.steps;
    expect(cannotPush({ ...program, steps }, push)).toMatch(/“Add the member” is gone/);
    expect(cannotPush({ ...program, triggers: {} }, push)).toMatch(/“A push” is gone/);
  });
});
