import { describe, expect, test } from 'vitest';
import type { CatalogConnector, Flow, Value } from '../schema.js';
import { catalog, lockdown } from '../testing/lockdown.js';
import { addAfter, type Change, fullProblemsAfter, problemsAfter } from '../testing/problems.js';
import { validate } from '../validate.js';
import { checkInput } from './schemas.js';

/** A system with a field for a statement. */
const warehouse: CatalogConnector = {
  ...catalog.connectors.find(({ id }) => id === 'clock')!,
  id: 'warehouse',
  operations: [
    {
      ...catalog.connectors[0]!.operations[0]!,
      id: 'query',
      input: { type: 'object', properties: { statement: { type: 'string' } }, required: ['statement'] },
      text: { '/statement': 'sql' },
    },
  ],
};

/** Problems of the call that revokes, with this input. */
const revoking = (input: Record<string, Value>) =>
  problemsAfter((_, steps) => {
    const body = steps.each_grant!.steps as Record<string, Record<string, unknown>>;
    body.revoke!.input = input;
  }).map((problem) => problem.replace('/steps/each_grant/steps/revoke', ''));

describe('an input', () => {
  test('that is required is given', () => {
    expect(revoking({})).toEqual(['input_missing /input/user']);
  });

  test('that is literal has the type, the choice and the size that the operation asks for', () => {
    expect(revoking({ user: 5 })).toEqual(['input_wrong /input/user']);
    expect(revoking({ user: 'u', kind: 'bundle' })).toEqual(['input_wrong /input/kind']);
    expect(revoking({ user: 'u', minutes: 0 })).toEqual(['input_wrong /input/minutes']);
    expect(revoking({ user: 'u', tags: [] })).toEqual(['input_wrong /input/tags']);
    expect(revoking({ user: 'u', tags: ['a', 1] })).toEqual(['input_wrong /input/tags/1']);
    expect(revoking({ user: 'u', target: { group: 1 } })).toEqual(['input_wrong /input/target']);
  });

  test('says what it must be', () => {
    const [problem] = fullProblemsAfter((_, steps) => {
      steps.find_user!.input = { email: 5 };
    });
    expect(problem).toMatchObject({ message: 'The input "email" must be text, not 5.', stepId: 'find_user' });
  });

  test('that no operation has is told', () => {
    expect(revoking({ user: 'u', colour: { jsonata: '1' } })).toEqual(['input_unknown /input/colour']);
  });

  test('that is an expression may become anything, wherever it stands', () => {
    const any = { jsonata: 'item.x' };
    expect(revoking({ user: any, kind: any, minutes: any, tags: any, target: any })).toEqual([]);
    expect(revoking({ user: any, tags: [any], target: { group: any } })).toEqual([]);
    expect(revoking({ user: any, tags: [any, 1] })).toEqual(['input_wrong /input/tags/1']);
  });

  test('that is quoted is checked as what it stands for', () => {
    expect(revoking({ user: { literal: 'u' } })).toEqual([]);
    expect(revoking({ user: 'u', tags: { literal: [5] } })).toEqual(['input_wrong /input/tags/literal/0']);
  });

  test('is not checked by a schema that says more than can be checked here', () => {
    expect(checkInput({ type: 'object', if: {}, then: {} }, { a: 1 }, '')).toEqual([]);
  });
});

describe('a call', () => {
  test('names an operation of its connector', () => {
    const [problem] = fullProblemsAfter((_, steps) => {
      steps.tell!.operation = 'sing';
    });
    expect(problem).toMatchObject({
      code: 'operation_unknown',
      pointer: '/steps/tell/operation',
      message: 'Slack has no operation "sing".',
      fix: 'Choose "postMessage".',
    });
  });

  test('may name it by an id that it had before', () => {
    const problems = fullProblemsAfter((_, steps) => {
      steps.tell!.operation = 'sendMessage';
    });
    expect(problems).toEqual([]);
  });

  test('writes a statement out, since what is put together may say something else', () => {
    const reading = (statement: unknown) => {
      const query = { kind: 'action', connection: 'warehouse', operation: 'query', input: { statement } };
      const flow = lockdown() as Flow & Record<string, unknown>;
      Object.assign(flow.connections ?? {}, {
        warehouse: { connector: 'warehouse', title: 'Warehouse', id: 'c-warehouse' },
      });
      addAfter(flow, 'find_user', 'query', query);
      return validate(flow, {
        ...catalog,
        connectors: [...catalog.connectors, warehouse],
        connections: [
          ...catalog.connections,
          { ...catalog.connections[0]!, id: 'c-warehouse', connector: 'warehouse' },
        ],
      }).map(({ code, pointer }) => `${code} ${pointer}`);
    };
    const made = ['statement_made /steps/query/input/statement'];
    expect(reading('SELECT ?')).toEqual([]);
    expect(reading({ handlebars: 'SELECT {{trigger.body.id}}' })).toEqual(made);
    expect(reading({ jsonata: '"SELECT " & trigger.body.id' })).toEqual(made);
    expect(reading({ var: 'person' })).toEqual(made);
  });

  test('names a flow that may be called, with the input that it wants', () => {
    const calling = (step: Record<string, unknown>) =>
      problemsAfter((flow) => addAfter(flow, 'find_user', 'sub', { kind: 'subflow', ...step }));
    expect(calling({ flow: 'f-ticket', input: { title: 'x' } })).toEqual([]);
    expect(calling({ flow: 'f-ticket' })).toEqual(['input_missing /steps/sub/input/title']);
    expect(calling({ flow: 'f-none' })).toEqual(['flow_unknown /steps/sub/flow']);
    expect(calling({ flow: 'f-off' })).toEqual(['flow_disabled /steps/sub/flow']);
  });

  test('that tells of a failure is checked like a step', () => {
    expect(
      problemsAfter((flow) => {
        flow.settings = {
          onFailure: { notify: { connection: 'slack', operation: 'postMessage', input: { text: 'x' } } },
        };
      }),
    ).toEqual(['input_missing /settings/onFailure/notify/input/channel']);
  });
});

describe('an undo', () => {
  const undoing = (id: string, undo: unknown) =>
    problemsAfter((_, steps) => {
      steps[id]!.undo = undo;
    });

  test('names an operation and its input, which may read what the step itself put out', () => {
    const undo = (input: Record<string, Value>) => undoing('tell', { operation: 'postMessage', input });
    expect(undo({ channel: { jsonata: 'steps.tell.output.channel' }, text: 'forget it' })).toEqual([]);
    expect(undo({ channel: 'c' })).toEqual(['input_missing /steps/tell/undo/input/text']);
    expect(undo({ channel: 'c', text: { jsonata: 'steps.nobody.output' } })).toEqual([
      'step_unknown /steps/tell/undo/input/text',
    ]);
    expect(undoing('tell', { operation: 'sing' })).toEqual(['operation_unknown /steps/tell/undo/operation']);
    expect(undoing('tell', { operation: 'postMessage', connection: 'teams' })).toContain(
      'slot_unknown /steps/tell/undo/connection',
    );
  });

  test('is left to the operation only where that knows it, and there is none of what changes nothing', () => {
    expect(undoing('tell', 'auto')).toEqual(['undo_unknown /steps/tell/undo']);
    expect(undoing('find_user', 'auto')).toEqual(['undo_needless /steps/find_user/undo']);
  });
});

test('the flow for failures may be called', () => {
  const startingOnFailure = (flow: string) =>
    problemsAfter((draft) => {
      draft.settings = { onFailure: { flow } };
    });
  expect(startingOnFailure('f-ticket')).toEqual([]);
  expect(startingOnFailure('f-none')).toEqual(['flow_unknown /settings/onFailure/flow']);
  expect(startingOnFailure('f-off')).toEqual(['flow_disabled /settings/onFailure/flow']);
});

describe('a connection', () => {
  const slots = (change: Change) => problemsAfter(change);

  test('that a step names is declared in the flow', () => {
    expect(
      slots((_, steps) => {
        steps.tell!.connection = 'teams';
      }),
    ).toEqual(['slot_unknown /steps/tell/connection', 'slot_unused /connections/slack']);
  });

  test('is chosen before the flow is published', () => {
    const [problem] = fullProblemsAfter((flow) => {
      flow.connections!.opal!.id = null;
    });
    expect(problem).toMatchObject({ code: 'connection_missing', pointer: '/connections/opal/id', severity: 'error' });
  });

  test('is in the workspace and of the same connector', () => {
    expect(
      slots((flow) => {
        flow.connections!.opal!.id = 'c-none';
        flow.connections!.slack!.id = 'c-opal';
      }),
    ).toEqual(['connection_unknown /connections/opal/id', 'connection_wrong /connections/slack/id']);
  });

  test('is not needed where a connector signs in nowhere', () => {
    expect(
      slots((flow) => {
        flow.connections!.clock = { connector: 'clock', id: null };
        addAfter(flow, 'find_user', 'time', { kind: 'action', connection: 'clock', operation: 'now' });
      }),
    ).toEqual([]);
  });

  test('is for a connector that exists', () => {
    expect(
      slots((flow) => {
        flow.connections!.slack!.connector = 'fax';
      }),
    ).toEqual(['connector_unknown /connections/slack/connector']);
  });

  test('that nothing uses is a warning', () => {
    const [problem] = fullProblemsAfter((flow) => {
      flow.connections!.spare = { connector: 'slack', id: null };
    });
    expect(problem).toMatchObject({ code: 'slot_unused', severity: 'warning' });
  });
});
