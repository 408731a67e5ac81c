import {
  type Catalog,
  type ConnectionRow,
  type ConnectorDescription,
  type OpalAppCalls,
  type OpalAppServes,
  type TableInfo,
  type TemplateDetail,
  tableOfName,
} from '@castellan/api';
import type { Draft, Variable } from '@castellan/flow';

/** What a person chose in the wizard so far. */
export interface Choices {
  name: string;
  /** By slot: the id of a connection or table, the simulator, or for a table a new one. */
  connections: Record<string, string>;
  /** Only what differs from the template's defaults. */
  variables: Record<string, unknown>;
  /** The custom app of Opal whose calls the flow is to serve. */
  opalApp?: string | undefined;
}

export const simulator = 'simulator';

/** The choice of a slot for which a table is made. */
export const newTable = 'new';

export interface Slot {
  name: string;
  connector: string;
  title: string;
}

export type NamedVariable = { name: string } & Partial<Variable>;

export function draftOf(template: Pick<TemplateDetail, 'flow'>): Draft {
  return template.flow as Draft;
}

function slotsOf(flow: Draft): Slot[] {
  return Object.entries(flow.connections ?? {}).map(([name, { connector = '', title }]) => ({
    name,
    connector,
    title: title || name,
  }));
}

/** The connections that are to be chosen, in the order in which the flow names them: not of connectors that take none. */
export function wantedSlots(flow: Draft, connectors: ConnectorDescription[]): Slot[] {
  const takesNone = new Set(connectors.filter(({ auth }) => auth.length === 0).map(({ id }) => id));
  return slotsOf(flow).filter(({ connector }) => !takesNone.has(connector));
}

export function variablesOf(flow: Draft): NamedVariable[] {
  return Object.entries(flow.variables ?? {}).map(([name, variable]) => ({ name, ...variable }));
}

/**
 * What is chosen before a person chose anything: the connection of a slot when there is only one real one that works;
 * the table that another template made or needs, too, or else a new one.
 */
export function firstChoices(template: TemplateDetail, connections: ConnectionRow[], tables: TableInfo[]): Choices {
  const chosen: Record<string, string> = {};
  for (const { name, connector } of slotsOf(draftOf(template))) {
    const needed = template.tables?.[name];
    if (needed !== undefined) chosen[name] = tableOfName(tables, needed)?.id ?? newTable;
    const [only, another] = connections.filter(
      (row) => row.connector === connector && !row.simulator && row.status !== 'failing',
    );
    if (only && !another) chosen[name] = only.id;
  }
  return { name: template.title, connections: chosen, variables: {} };
}

export function valueFor(variable: NamedVariable, { variables }: Choices): unknown {
  return variable.name in variables ? variables[variable.name] : variable.default;
}

/** Slots that nobody chose a connection for. */
export function openSlots(wanted: Slot[], { connections }: Choices): Slot[] {
  return wanted.filter(({ name }) => !connections[name]);
}

/** Variables that hold nothing, though a flow cannot do without them. A list may be empty. */
export function emptyVariables(flow: Draft, choices: Choices): NamedVariable[] {
  return variablesOf(flow).filter((variable) => {
    const value = valueFor(variable, choices);
    return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
  });
}

/** The body of the install request. */
export function installBody({ name, connections, variables, opalApp }: Choices) {
  return { name: name.trim(), connections, variables, ...(opalApp ? { opalApp } : {}) };
}

/** Whether nobody serves any of these calls of an app yet. */
export function isFree({ reads, writes }: OpalAppServes, calls: OpalAppCalls): boolean {
  return calls.reads.every((call) => !reads[call]) && calls.writes.every((call) => !writes[call]);
}

/** An id for the connection that install makes for a simulator, so that the flow can be checked before. */
function simulatorId(connector: string): string {
  return `simulator of ${connector}`;
}

/** The same for a table that install makes. */
function tableId(slot: string): string {
  return `table for ${slot}`;
}

/** The flow as install would make it, and the catalogue as it would then be: what is checked before installing. */
export function asInstalled(flow: Draft, choices: Choices, catalog: Catalog): { flow: Draft; catalog: Catalog } {
  const simulated = new Set<string>();
  const connections = Object.fromEntries(
    Object.entries(flow.connections ?? {}).map(([name, slot]) => {
      const chosen = choices.connections[name];
      if (chosen === newTable) return [name, { ...slot, id: tableId(name) }];
      if (chosen !== simulator) return [name, { ...slot, id: chosen ?? null }];
      simulated.add(slot.connector ?? '');
      return [name, { ...slot, id: simulatorId(slot.connector ?? '') }];
    }),
  );
  const variables = Object.fromEntries(
    variablesOf(flow).map(({ name, ...variable }) => [
      name,
      { ...variable, default: valueFor({ name, ...variable }, choices) } as Partial<Variable>,
    ]),
  );
  const made = [...simulated].map((connector) => ({
    id: simulatorId(connector),
    name: connector,
    connector,
    simulator: true,
    status: 'working',
  }));
  const tables = slotsOf(flow)
    .filter(({ name }) => choices.connections[name] === newTable)
    .map(({ name, title }) => ({
      ...{ id: tableId(name), name: title, connector: 'table', simulator: false, status: 'working' },
    }));
  return {
    flow: { ...flow, name: choices.name, connections, variables },
    catalog: { ...catalog, connections: [...catalog.connections, ...made, ...tables] },
  };
}

/** Context in which an expression variable is tried: the sample as it would arrive. */
export function sampleContext(sample: TemplateDetail['samples'][number], flow: Draft, choices: Choices) {
  const vars = Object.fromEntries(
    variablesOf(flow)
      .filter(({ type }) => type !== 'expression')
      .map((variable) => [variable.name, valueFor(variable, choices)]),
  );
  return {
    trigger: {
      id: sample.trigger,
      kind: flow.triggers?.[sample.trigger]?.kind ?? 'webhook',
      delivery: 'sample',
      receivedAt: new Date(0).toISOString(),
      method: 'POST',
      headers: sample.headers ?? {},
      query: {},
      body: sample.body,
    },
    vars,
  };
}
