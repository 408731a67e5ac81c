import { describe, expect, it } from 'vitest';
import { flowOf, outputOf, readTemplate } from './template-flow.js';

const template = readTemplate<{ tables: { routes: { rows: Record<string, unknown>[] } } }>('jit-request');
const flow = flowOf('jit-request');

/** One field that a shape step gives. */
const fieldOf = (step: string, field: string, input: object) =>
  outputOf(flow, step, { run: { mode: 'live' }, ...input }, field);

describe('How sensitive a request is', () => {
  const sensitivity = (...items: unknown[]) =>
    fieldOf('route', 'sensitivity', { steps: { sensitivities: { output: { items } } } });

  it('is said by the most sensitive thing that is asked for', async () => {
    expect(await sensitivity('LOW', 'CRITICAL', 'HIGH')).toBe('CRITICAL');
    expect(await sensitivity('MEDIUM')).toBe('MEDIUM');
  });

  it('is none where Opal says nothing, or a word that is not known', async () => {
    expect(await sensitivity()).toBe('NONE');
    expect(await sensitivity('UNKNOWN', 'NONE')).toBe('NONE');
  });
});

describe('The route', () => {
  const items = template.tables.routes.rows.map((values) => ({ values }));
  const route = async (sensitivity: string, hours: string, position?: string) => {
    const steps = {
      rules: { output: { items } },
      route: { output: { sensitivity, hours } },
      requester: { output: position === undefined ? {} : { position } },
    };
    const name = await fieldOf('rule', 'name', { steps });
    return fieldOf('chosen', 'route', { steps: { ...steps, rule: { output: { name } } } });
  };

  it('is the first that fits by sensitivity, hours and title, an empty cell fitting everything', async () => {
    expect(await route('HIGH', 'working')).toBe('Jira Service Management');
    expect(await route('HIGH', 'other')).toBe('On call');
    expect(await route('CRITICAL', 'other')).toBe('App');
    expect(await route('CRITICAL', 'other', ' site reliability engineer')).toBe('On call');
    expect(await route('LOW', 'working', 'Site Reliability Engineer')).toBe('App');
  });

  it('is the app where no rule fits', async () => {
    const steps = { rules: { output: { items: [] } }, rule: { output: {} } };
    expect(await fieldOf('chosen', 'route', { steps })).toBe('App');
  });
});

describe('What should be gone after the window', () => {
  const thing = (id: string) => ({ key: `resource/${id}/read`, title: id });
  const access = (...ids: string[]) => ({
    output: {
      resources: ids.map((resourceId) => ({ resourceId, accessLevel: 'read', hasDirectAccess: true })),
      groups: [],
    },
  });
  const left = (field: string, had: string[], has: string[]) =>
    fieldOf('left', field, {
      steps: { request: { output: { items: [thing('a'), thing('b')] } }, had: access(...had), after: access(...has) },
    });

  it('is what the request gave and is still there', async () => {
    expect(await left('access', [], ['a', 'c'])).toEqual([thing('a')]);
    expect(await left('access', [], [])).toEqual([]);
  });

  it('is nothing that the person had before it', async () => {
    expect(await left('access', ['a'], ['a', 'b'])).toEqual([thing('b')]);
    expect(await left('stays', ['a'], ['a', 'b'])).toEqual(['a']);
  });
});
