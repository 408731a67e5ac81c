import { describe, expect, test } from 'vitest';
import { readCron } from '../schedule/index.js';
import { fullProblemsAfter, problemsAfter } from '../testing/problems.js';

/** Problems of one more trigger that starts `find_user`. */
const adding = (trigger: Record<string, unknown>) =>
  problemsAfter((flow) => {
    Object.assign(flow.triggers, { more: trigger });
    flow.wires.push({ from: 'more', port: 'out', to: 'find_user' });
  });

test('a flow has a trigger', () => {
  expect(
    problemsAfter((flow) => {
      flow.triggers = {};
      flow.wires.shift();
    }),
  ).toContain('no_trigger /triggers');
});

describe('a webhook', () => {
  test('is signed by a scheme of a connection that the flow has', () => {
    expect(adding({ kind: 'webhook', signature: { scheme: 'datadog', connection: 'datadog' } })).toEqual([]);
    expect(adding({ kind: 'webhook', signature: { scheme: 'magic', connection: 'datadog' } })).toEqual([
      'scheme_unknown /triggers/more/signature/scheme',
    ]);
    expect(adding({ kind: 'webhook', signature: { scheme: 'x', connection: 'nobody' } })).toEqual([
      'slot_unknown /triggers/more/signature/connection',
    ]);
  });

  test('that waits for a respond step has one', () => {
    const [problem] = fullProblemsAfter((flow) => {
      Object.assign(flow.triggers.alert as object, { respond: 'step' });
    });
    expect(problem).toMatchObject({ code: 'respond_missing', severity: 'warning' });
  });

  test('reads its key by a pointer or an expression', () => {
    const keyed = (key: unknown) => adding({ kind: 'webhook', dedupe: { key, windowSeconds: 60 } });
    expect(keyed('/body/id')).toEqual([]);
    expect(keyed({ cel: 'trigger.body.id' })).toEqual([]);
    expect(keyed('body.id')).toEqual(['key_wrong /triggers/more/dedupe/key']);
    expect(keyed({ cel: '' })).toEqual(['expression_invalid /triggers/more/dedupe/key']);
    expect(keyed({ handlebars: '{{trigger.body.id}}' })).toContain('field_wrong /triggers/more/dedupe/key');
  });
});

describe("a connector's trigger", () => {
  test('names an event of its connection', () => {
    expect(adding({ kind: 'connector', connection: 'opal', event: 'accessChanged' })).toEqual([]);
    expect(adding({ kind: 'connector', connection: 'opal', event: 'moonRise' })).toEqual([
      'event_unknown /triggers/more/event',
    ]);
    expect(adding({ kind: 'connector', connection: 'nobody', event: 'x' })).toEqual([
      'slot_unknown /triggers/more/connection',
    ]);
  });

  test('is asked for only where it is read, and not all the time', () => {
    const event = { kind: 'connector', connection: 'opal' };
    expect(adding({ ...event, event: 'eventLogged' })).toEqual([]);
    expect(adding({ ...event, event: 'eventLogged', everySeconds: 30 })).toEqual([]);
    expect(adding({ ...event, event: 'eventLogged', everySeconds: 5 })).toEqual([
      'field_wrong /triggers/more/everySeconds',
    ]);
    expect(adding({ ...event, event: 'accessChanged', everySeconds: 30 })).toEqual([
      'not_polled /triggers/more/everySeconds',
    ]);
  });

  test('answers only where the vendor waits for it, and once', () => {
    const request = { kind: 'connector', connection: 'slack', event: 'accessRequest', answers: true };
    expect(adding(request)).toEqual(['respond_missing /triggers/more/answers']);
    expect(adding({ kind: 'connector', connection: 'opal', event: 'accessChanged', answers: true })).toEqual([
      'answer_not_awaited /triggers/more/answers',
    ]);
    expect(
      problemsAfter((flow) => {
        Object.assign(flow.triggers, { one: request, two: request });
        flow.wires.push({ from: 'one', port: 'out', to: 'find_user' }, { from: 'two', port: 'out', to: 'find_user' });
      }),
    ).toContain('answered_twice /triggers/two/answers');
  });
});

describe('a trigger that answers', () => {
  const answering = (fallback?: unknown) => ({
    ...{ kind: 'connector', connection: 'slack', event: 'accessRequest', answers: true },
    ...(fallback === undefined ? {} : { fallback }),
  });

  test('has a fallback that the vendor would take', () => {
    const wrong = (trigger: Record<string, unknown>) => adding(trigger).filter((at) => at.startsWith('fallback'));
    expect(wrong(answering({ approved: false }))).toEqual([]);
    expect(wrong(answering({ approved: 'no' }))).toEqual(['fallback_wrong /triggers/more/fallback/approved']);
    expect(wrong({ ...answering('nonsense'), answers: false })).toEqual([]);
  });

  test('is warned without a respond step', () => {
    const problems = fullProblemsAfter((flow) => {
      Object.assign(flow.triggers, { more: answering() });
      flow.wires.push({ from: 'more', port: 'out', to: 'find_user' });
    });
    expect(problems).toMatchObject([
      { severity: 'warning', code: 'respond_missing', pointer: '/triggers/more/answers' },
    ]);
  });
});

describe('a schedule', () => {
  test('has exactly one clock', () => {
    expect(adding({ kind: 'schedule', cron: '0 9 * * 1-5', zone: 'Europe/Berlin' })).toEqual([]);
    expect(adding({ kind: 'schedule', every: 300 })).toEqual([]);
    expect(adding({ kind: 'schedule', calendar: { hours: [9], daysOfWeek: [1] } })).toEqual([]);
    expect(adding({ kind: 'schedule' })).toEqual(['schedule_wrong /triggers/more']);
    expect(adding({ kind: 'schedule', every: 300, cron: '* * * * *' })).toEqual(['schedule_wrong /triggers/more']);
  });

  test('has a cron text and a zone that exist', () => {
    expect(adding({ kind: 'schedule', cron: 'daily', zone: 'Berlin' })).toEqual([
      'schedule_wrong /triggers/more/cron',
      'schedule_wrong /triggers/more/zone',
    ]);
  });

  test.each(['* * * * *', '*/5 0-6,22 1,15 jan-mar MON', '0 0 1 1 7', '30 4 * * sun', '5/15 0 * * fri-sun'])(
    '%s can be read',
    (cron) => {
      expect(readCron(cron)).not.toHaveProperty('problem');
    },
  );

  test.each([
    '* * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '*/0 * * * *',
    'a * * * *',
    '1-2-3 * * * *',
    '* * * * 8',
    '30-10 * * * *',
    ', * * * *',
  ])('%s cannot be read', (cron) => {
    expect(readCron(cron)).toHaveProperty('problem');
  });

  test('is warned when its days are rarer than they look, and refused when they never come', () => {
    const narrow = fullProblemsAfter((flow) => {
      Object.assign(flow.triggers, { more: { kind: 'schedule', cron: '0 12 13 * 5' } });
      flow.wires.push({ from: 'more', port: 'out', to: 'find_user' });
    });
    expect(narrow).toMatchObject([{ severity: 'warning', code: 'schedule_narrow', pointer: '/triggers/more/cron' }]);
    expect(adding({ kind: 'schedule', calendar: { daysOfMonth: [30, 31], months: [2], hours: [9] } })).toEqual([
      'schedule_never /triggers/more/calendar',
    ]);
  });
});

describe('a form', () => {
  test('is a JSON Schema of an object', () => {
    expect(adding({ kind: 'manual', input: { type: 'object', properties: { who: { type: 'string' } } } })).toEqual([]);
    expect(adding({ kind: 'manual', input: { type: 'string' } })).toEqual(['schema_wrong /triggers/more/input']);
    expect(adding({ kind: 'call', output: { type: 'object', not: { type: 'string' } } })).toEqual([
      'schema_wrong /triggers/more/output',
    ]);
  });

  test('of calls is one', () => {
    expect(
      problemsAfter((flow) => {
        Object.assign(flow.triggers, { one: { kind: 'call' }, two: { kind: 'call' } });
        flow.wires.push({ from: 'one', port: 'out', to: 'find_user' }, { from: 'two', port: 'out', to: 'find_user' });
      }),
    ).toEqual(['called_twice /triggers/two']);
  });
});

describe('a tool for agents', () => {
  const form = { kind: 'manual', input: { type: 'object', properties: {} } };
  const offered = (...tools: string[]) =>
    problemsAfter((flow) => {
      tools.forEach((tool, at) => {
        const id = `ask_${at}`;
        Object.assign(flow.triggers, { [id]: { ...form, agents: { tool, description: 'Asks.' } } });
        flow.wires.push({ from: id, port: 'out', to: 'find_user' });
      });
    });

  test('has a name of its own, which is not one of the server’s tools', () => {
    expect(offered('find_person', 'look_again')).toEqual([]);
    expect(offered('find_person', 'find_person')).toEqual(['tool_named_twice /triggers/ask_1/agents/tool']);
    expect(offered('read_run')).toEqual(['tool_named_twice /triggers/ask_0/agents/tool']);
  });

  test('is named as programs name things, and says what it is for', () => {
    expect(adding({ ...form, agents: { tool: 'Find-person', description: 'Asks.' } })).not.toEqual([]);
    expect(adding({ ...form, agents: { tool: 'find_person', description: ' ' } })).not.toEqual([]);
    expect(adding({ ...form, agents: { tool: 'find_person' } })).not.toEqual([]);
  });
});
