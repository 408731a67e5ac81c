import type { Catalog, ConnectionRow, ConnectorDescription, TableInfo, TemplateDetail } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { describe, expect, it } from 'vitest';
import {
  asInstalled,
  type Choices,
  emptyVariables,
  firstChoices,
  installBody,
  isFree,
  openSlots,
  sampleContext,
  simulator,
  wantedSlots,
} from './installation.js';

const flow: Draft = {
  name: 'Lockdown',
  connections: { opal: { connector: 'opal', title: 'Opal' }, chat: { connector: 'slack' } },
  variables: {
    person: { type: 'expression', title: 'Who', default: 'trigger.body.user' },
    channel: { type: 'text', title: 'Channel', default: '' },
    limit: { type: 'number', title: 'Limit', default: 0 },
    protectedPeople: { type: 'list', title: 'Protected', default: [] },
  },
  triggers: { alert: { kind: 'webhook' } },
};
const template = { id: 'lockdown', title: 'Lockdown', flow, samples: [] } as unknown as TemplateDetail;
const choices = (part: Partial<Choices> = {}): Choices => ({
  name: 'Lockdown',
  connections: {},
  variables: {},
  ...part,
});
const connection = (id: string, connector: string, more: Partial<ConnectionRow> = {}) =>
  ({ id, connector, simulator: false, status: 'working', ...more }) as ConnectionRow;

describe('the choices of the wizard', () => {
  it('begin with the only real connection of a system', () => {
    const first = firstChoices(template, [connection('1', 'opal'), connection('2', 'slack', { simulator: true })], []);
    expect(first.connections).toEqual({ opal: '1' });
  });

  it('leave the choice between two to the person, and do not take one that fails', () => {
    const rows = [connection('1', 'opal'), connection('2', 'opal'), connection('3', 'slack', { status: 'failing' })];
    expect(firstChoices(template, rows, []).connections).toEqual({});
  });

  it('take the table that is there under the name that is needed, if it fits', () => {
    const columns = [{ name: 'rule', title: 'Rule', type: 'text' as const }];
    const roles = { name: 'Role map', description: '', columns, key: ['rule'], rows: [] };
    const mapped = { ...template, flow: { connections: { roles: { connector: 'table' } } }, tables: { roles } };
    const table = (id: string, more: Partial<TableInfo>) => ({ id, ...roles, ...more }) as TableInfo;
    const chosen = (...tables: TableInfo[]) => firstChoices(mapped, [], tables).connections.roles;
    expect(chosen()).toBe('new');
    expect(chosen(table('1', { name: 'role map' }))).toBe('1');
    expect(chosen(table('1', { name: 'Another' }))).toBe('new');
    expect(chosen(table('1', { columns: [] }), table('2', { key: [] }))).toBe('new');
  });

  it('tell which slots are open', () => {
    expect(openSlots(wantedSlots(flow, []), choices({ connections: { opal: '1' } }))).toEqual([
      { name: 'chat', connector: 'slack', title: 'chat' },
    ]);
  });

  it('ask for no connection of what calls nobody', () => {
    const withTools = { ...flow, connections: { ...flow.connections, tools: { connector: 'tools' } } };
    const known = [
      { id: 'opal', auth: [{ kind: 'apiToken' }] },
      { id: 'tools', auth: [] },
    ] as ConnectorDescription[];
    expect(wantedSlots(withTools, known).map(({ name }) => name)).toEqual(['opal', 'chat']);
  });

  it('tell which variables are empty; zero and an empty list are values', () => {
    expect(emptyVariables(flow, choices()).map(({ name }) => name)).toEqual(['channel']);
    expect(emptyVariables(flow, choices({ variables: { channel: '#security' } }))).toEqual([]);
    expect(emptyVariables(flow, choices({ variables: { channel: '  ' } }))).toHaveLength(1);
  });

  it('are sent with only the variables that were changed', () => {
    const chosen = choices({ name: ' Mine ', connections: { opal: simulator }, variables: { channel: '#x' } });
    expect(installBody(chosen)).toEqual({
      name: 'Mine',
      connections: { opal: 'simulator' },
      variables: { channel: '#x' },
    });
    expect(installBody(choices({ opalApp: 'app-1' }))).toMatchObject({ opalApp: 'app-1' });
    expect(installBody(choices())).not.toHaveProperty('opalApp');
  });

  it('offer a custom app of Opal only where nobody serves the calls yet', () => {
    const calls = { reads: ['users' as const], writes: ['addGroupUser' as const] };
    const byFlow = { by: 'flow' as const, flowId: 'f' };
    expect(isFree({ reads: { groups: byFlow }, writes: {} }, calls)).toBe(true);
    expect(isFree({ reads: { users: byFlow }, writes: {} }, calls)).toBe(false);
    expect(isFree({ reads: {}, writes: { addGroupUser: byFlow } }, calls)).toBe(false);
  });
});

describe('the flow as it would be installed', () => {
  const catalog = { connectors: [], connections: [], flows: [], tables: [] } as Catalog;

  it('has the chosen connections, and one for each simulator that install would make', () => {
    const chosen = choices({ connections: { opal: '1', chat: simulator } });
    const planned = asInstalled(flow, chosen, catalog);
    const made = planned.catalog.connections[0];
    expect(made).toMatchObject({ connector: 'slack', simulator: true });
    expect(planned.flow.connections?.opal?.id).toBe('1');
    expect(planned.flow.connections?.chat?.id).toBe(made?.id);
  });

  it('leaves an open slot open', () => {
    expect(asInstalled(flow, choices(), catalog).flow.connections?.opal?.id).toBeNull();
  });

  it('holds the changed variables and the defaults of the others', () => {
    const planned = asInstalled(flow, choices({ variables: { channel: '#x' } }), catalog);
    expect(planned.flow.variables?.channel?.default).toBe('#x');
    expect(planned.flow.variables?.limit?.default).toBe(0);
  });

  it('does not change the template', () => {
    asInstalled(flow, choices({ connections: { opal: '1' }, variables: { channel: '#x' } }), catalog);
    expect(flow.connections?.opal).not.toHaveProperty('id');
    expect(flow.variables?.channel?.default).toBe('');
  });
});

describe('the context that an expression is tried in', () => {
  it('is the sample as it would arrive, with the variables that are data', () => {
    const sample = { title: 'Datadog', trigger: 'alert', body: { user: 'jane' } };
    const context = sampleContext(sample, flow, choices({ variables: { limit: 5 } }));
    expect(context.trigger).toMatchObject({ id: 'alert', kind: 'webhook', body: { user: 'jane' }, headers: {} });
    expect(context.vars).toEqual({ channel: '', limit: 5, protectedPeople: [] });
  });
});
