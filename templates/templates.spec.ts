import { readdirSync, readFileSync } from 'node:fs';
import { TemplateDetail } from '@castellan/api';
import { connectors } from '@castellan/connectors';
import {
  type Catalog,
  flowSchema,
  policyRules,
  publishPolicySchema,
  readExpression,
  stepPlaces,
  validate,
} from '@castellan/flow';
import { describeConnector } from '@castellan/sdk';
import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';

interface TestRun {
  trigger: { id: string; body: unknown };
  simulators?: Record<string, object>;
  decisions?: { step: string; port: string }[];
  then?: TestRun[];
  expect: {
    status: string;
    steps?: Record<string, string>;
    calls?: { connector: string; operation: string }[];
    tables?: Record<string, object[]>;
  };
}

interface TestCase extends TestRun {
  name: string;
  variables?: Record<string, unknown>;
  then?: TestRun[];
}

const folder = new URL('./', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const page = readFileSync(new URL('../docs/templates.md', import.meta.url), 'utf8');

const release = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

const catalog: Catalog = {
  connectors: connectors.map(describeConnector),
  connections: connectors.map(({ id }) => ({ id, name: id, connector: id, simulator: true, status: 'working' })),
  flows: [],
  tables: [],
};

it('there are templates', () => {
  expect(files).not.toEqual([]);
});

it('a table that several need is one table: the same columns and key in each of them', () => {
  const needed = files.flatMap((file) => {
    const { id, tables = {} } = TemplateDetail.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
    return Object.values(tables).map((table) => ({ id, table }));
  });
  for (const { id, table } of needed) {
    const others = needed
      .filter((other) => other.table.name === table.name)
      .map(({ table: { columns, key } }) => ({ columns, key }));
    expect(others, `${table.name} of ${id}`).toEqual(others.map(() => ({ columns: table.columns, key: table.key })));
  }
});

describe.each(files)('%s', (file) => {
  const content = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Record<string, unknown>;
  const template = TemplateDetail.parse(content);
  const flow = flowSchema.parse(template.flow);
  const tests = content.tests as TestCase[];
  const slots = Object.entries(flow.connections ?? {});

  it('stands in docs/templates.md as it says of itself', () => {
    expect(page).toContain(`| ${template.title} | ${template.summary} | ${template.systems.join(', ')} |`);
  });

  it('is a template of version 1, called as its file', () => {
    expect(content).toMatchObject({ template: 1, id: file.replace(/\.json$/, '') });
    for (const text of [template.title, template.summary, template.changes, template.guide]) expect(text).not.toBe('');
  });

  it('has a case in which a system refuses', () => {
    const refuses = (run: TestRun): boolean =>
      Object.values(run.simulators ?? {}).some((held) => 'faults' in held) || (run.then ?? []).some(refuses);
    expect(tests.some(refuses)).toBe(true);
  });

  it('names the release and the interfaces that it was tested with', () => {
    // The directory is no system outside.
    const systems = template.systems.filter((system) => system !== 'Directory');
    expect(template.testedWith?.castellan).toBe(release.version);
    expect(Object.keys(template.testedWith?.apis ?? {}).sort()).toEqual(systems.sort());
  });

  it('can be published as it is once its connections are chosen', () => {
    const connections = Object.fromEntries(slots.map(([name, slot]) => [name, { ...slot, id: slot.connector }]));
    expect(validate({ ...flow, connections }, catalog)).toEqual([]);
  });

  it('keeps to every rule of the publish policy, where its channels are private ones', () => {
    const { channel, it_channel } = Object.fromEntries(
      Object.entries(flow.variables ?? {}).map(([name, variable]) => [name, String(variable.default)]),
    );
    const rules = publishPolicySchema.parse({
      ...Object.fromEntries(policyRules.map((rule) => [rule, { mode: 'refuse' }])),
      hrData: {
        mode: 'refuse',
        ownDomains: ['example.com'],
        privateChannels: [channel, it_channel].filter((one) => one !== undefined),
      },
    });
    const policy = { rules, budgeted: false, exceptions: [], called: {} };
    const problems = validate(flow, { ...catalog, policy }).filter(({ code }) => code.startsWith('policy_'));
    expect(problems.map(({ message }) => message)).toEqual([]);
  });

  it('chooses no connection and has a value for each variable', () => {
    expect(slots.map(([, { id }]) => id ?? null)).toEqual(slots.map(() => null));
    for (const [name, { default: value }] of Object.entries(flow.variables ?? {})) {
      expect([name, value]).not.toContain(undefined);
    }
  });

  it('serves Opal, if it does, by the one call trigger that it has', () => {
    const calls = [...(template.opalApp?.reads ?? []), ...(template.opalApp?.writes ?? [])];
    const triggers = Object.values(flow.triggers).filter(({ kind }) => kind === 'call');
    if (template.opalApp) expect([calls.length > 0, triggers.length]).toEqual([true, 1]);
    for (const call of calls) expect(JSON.stringify(flow.steps), call).toContain(`'${call}'`);
  });

  it('has a sample of each trigger that starts with a delivery', () => {
    // One without a wire is there for steps that wait for its event.
    const triggers = Object.entries(flow.triggers).filter(
      ([name, { kind }]) => ['webhook', 'connector'].includes(kind) && flow.wires.some(({ from }) => from === name),
    );
    expect(template.samples.map(({ trigger }) => trigger)).toEqual(
      expect.arrayContaining(triggers.map(([name]) => name)),
    );
  });

  it.each(template.samples)('lets its sample through, with keys: $title', async (sample) => {
    const trigger = flow.triggers[sample.trigger]!;
    const delivery = {
      id: sample.trigger,
      kind: trigger.kind,
      method: 'POST',
      headers: sample.headers ?? {},
      query: {},
    };
    const evaluate = (value: unknown) => evaluateOn({ ...delivery, body: sample.body }, value);
    const { filter, dedupe } = trigger as { filter?: unknown; dedupe?: { key: unknown } };
    if (filter) expect(await evaluate(filter)).toBe(true);
    if (dedupe) expect(await evaluate(dedupe.key)).toMatch(/\S/);
    if (flow.settings?.subject) expect(await evaluate(flow.settings.subject)).toBeTruthy();
    for (const [name, { type }] of Object.entries(flow.variables ?? {})) {
      if (type === 'expression') expect(await evaluate({ var: name }), name).toBeTruthy();
    }
  });

  it('has tests that name what there is', () => {
    const used = slots.map(([, { connector }]) => connector);
    expect(new Set(tests.map(({ name }) => name)).size).toBe(tests.length);
    const runs = tests.flatMap(({ name, then = [], ...first }) => [first, ...then].map((run) => ({ name, ...run })));
    for (const { name, variables } of tests) {
      expect(Object.keys(flow.variables ?? {}), name).toEqual(expect.arrayContaining(Object.keys(variables ?? {})));
    }
    for (const { name, trigger, simulators, decisions, expect: expected } of runs) {
      expect(Object.keys(template.tables ?? {}), name).toEqual(
        expect.arrayContaining(Object.keys(expected.tables ?? {})),
      );
      expect(Object.keys(flow.triggers), name).toContain(trigger.id);
      const steps = [...Object.keys(expected.steps ?? {}), ...(decisions ?? []).map(({ step }) => step)];
      expect(
        stepPlaces(flow).map(({ id }) => id),
        name,
      ).toEqual(expect.arrayContaining(steps));
      const calls = expected.calls ?? [];
      expect(used, name).toEqual(
        expect.arrayContaining([...Object.keys(simulators ?? {}), ...calls.map((call) => call.connector)]),
      );
      for (const { connector, operation } of calls) {
        const { operations } = connectors.find(({ id }) => id === connector)!;
        expect(Object.keys(operations), name).toContain(operation);
      }
    }
  });

  /** What an intake expression, a variable or a pointer gives on a delivery. */
  async function evaluateOn(delivery: object, value: unknown): Promise<unknown> {
    const variables = flow.variables ?? {};
    const vars = Object.fromEntries(Object.entries(variables).map(([name, variable]) => [name, variable.default]));
    const shape = readExpression(value);
    if (shape?.language === 'var') {
      const { type, default: source } = variables[shape.name]!;
      return type === 'expression' ? evaluateOn(delivery, { jsonata: source }) : source;
    }
    if (shape?.language === 'jsonata') return jsonata(shape.source).evaluate({ trigger: delivery, vars });
    const keys = String(value).split('/').slice(1);
    return keys.reduce<unknown>((data, key) => (data as Record<string, unknown>)[key], delivery);
  }
});
