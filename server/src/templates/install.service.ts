import type { Catalog, NeededTable } from '@castellan/api';
import { type Draft, type Flow, type Json, type Variable, validate } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { ConnectionEditor } from '../connections/connection-editor.service.js';
import { ConnectionTests } from '../connections/connection-tests.service.js';
import { CatalogService } from '../connectors/catalog.service.js';
import { FlowStore } from '../flows/flow-store.service.js';
import { OpalAppsService } from '../opal-apps/opal-apps.service.js';
import { Database, type Transaction } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import { type InputProblem, invalidInput } from '../platform/input-problems.js';
import type { Actor } from '../platform/routes/index.js';
import { NeededTables, newTable } from '../tables/needed-tables.service.js';
import type { TemplateFile } from './template-file.js';
import { TemplatesService } from './templates.service.js';

interface Wish {
  name?: string;
  /** Slot → id of a connection or table, `simulator`, or for a table `new`. */
  connections: Record<string, string>;
  variables: Record<string, unknown>;
  /** The custom app of Opal whose calls the flow is to serve. */
  opalApp?: string;
}

/** Makes a flow of a template: connections bound, variables set, checked; all of it or nothing. */
@Injectable()
export class InstallService {
  constructor(
    private readonly database: Database,
    private readonly templates: TemplatesService,
    private readonly catalog: CatalogService,
    private readonly connections: ConnectionEditor,
    private readonly tests: ConnectionTests,
    private readonly flows: FlowStore,
    private readonly tables: NeededTables,
    private readonly opalApps: OpalAppsService,
  ) {}

  /** The flow is switched off and not yet published. */
  async install(actor: Actor, templateId: string, wish: Wish) {
    const template = this.templates.load(templateId);
    refuse([
      ...checkSlots(template.flow, wish.connections),
      ...checkVariables(template.flow, wish.variables),
      ...checkOpalApp(template, wish.opalApp),
    ]);
    const made: string[] = [];
    const flowId = await this.database.transaction(async (tx) => {
      const catalog = await this.catalog.of(tx, actor.workspaceId);
      const slots: Record<string, string | null> = {};
      for (const [slot, choice] of Object.entries(wish.connections)) {
        const { connector } = template.flow.connections?.[slot] ?? { connector: '' };
        const needed = template.tables?.[slot];
        if (needed) slots[slot] = await this.table(tx, actor, { slot, needed, choice });
        else
          slots[slot] = choice === 'simulator' ? await this.simulator(tx, actor, connector, { catalog, made }) : choice;
      }
      const name = wish.name ?? template.title;
      const draft = fill(template.flow, { name, slots, variables: wish.variables });
      this.check(draft, await this.catalog.of(tx, actor.workspaceId));
      const id = await this.flows.insert(tx, actor, { name, draft, templateId });
      if (wish.opalApp && template.opalApp)
        await this.opalApps.serveBy(tx, actor, wish.opalApp, { flowId: id, calls: template.opalApp });
      return id;
    });
    for (const connectionId of made) await this.tests.run(actor.workspaceId, connectionId);
    return this.flows.detail(actor.workspaceId, flowId);
  }

  /**
   * The workspace's simulator connection for the connector; one is made where there is none. Null: it takes no
   * connection. One that asks for nothing, such as the directory, stands for no system outside: it is taken as it is.
   */
  private async simulator(
    tx: Transaction,
    actor: Actor,
    connectorId: string,
    { catalog, made }: { catalog: Catalog; made: string[] },
  ): Promise<string | null> {
    const connector = catalog.connectors.find(({ id }) => id === connectorId);
    if (connector?.auth.length === 0) return null;
    const simulator = !asksNothing(connector);
    const known = catalog.connections.find((one) => one.simulator === simulator && one.connector === connectorId);
    if (known) return known.id;
    const title = connector?.title ?? connectorId;
    const wish = { name: simulator ? `${title} (simulator)` : title, connector: connectorId, simulator, fields: {} };
    const id = await this.connections.createIn(tx, actor, wish);
    made.push(id);
    // A second slot of the same connector takes the same one.
    catalog.connections.push({ id, name: wish.name, connector: connectorId, simulator, status: 'untested' });
    return id;
  }

  /** A table with the sample rows of the template, or the one that was chosen, if it has what the flow needs. */
  private async table(
    tx: Transaction,
    actor: Actor,
    { slot, needed, choice }: { slot: string; needed: NeededTable; choice: string },
  ): Promise<string> {
    if (choice === newTable) return this.tables.make(tx, actor, needed);
    const misfits = await this.tables.misfits(tx, actor, needed, choice);
    refuse(misfits.map((message) => ({ pointer: `/connections/${slot}`, message })));
    return choice;
  }

  private check(draft: Draft, catalog: Catalog): void {
    const problems = validate(draft, catalog);
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) throw new ApiError('flow_invalid', errors[0]?.message, { problems });
  }
}

/** Its connection has no field at all. */
const asksNothing = (connector: Catalog['connectors'][number] | undefined): boolean =>
  connector?.auth.some(
    ({ fields }) => Object.keys(fields.properties ?? {}).length === 0 && connector.auth.length === 1,
  ) ?? false;

function fill(
  flow: Flow,
  {
    name,
    slots,
    variables,
  }: { name: string; slots: Record<string, string | null>; variables: Record<string, unknown> },
): Draft {
  const connections = Object.entries(flow.connections ?? {}).map(([slot, one]) => [
    slot,
    { ...one, id: slots[slot] ?? null },
  ]);
  const filled = Object.entries(flow.variables ?? {}).map(([variable, one]) => [
    variable,
    Object.hasOwn(variables, variable) ? { ...one, default: variables[variable] as Json } : one,
  ]);
  return { ...flow, name, connections: Object.fromEntries(connections), variables: Object.fromEntries(filled) };
}

function checkSlots(flow: Flow, wishes: Record<string, string>): InputProblem[] {
  return Object.entries(wishes).flatMap(([slot, choice]) => {
    const pointer = `/connections/${slot}`;
    const connector = Object.hasOwn(flow.connections ?? {}, slot) ? flow.connections?.[slot]?.connector : undefined;
    if (connector === undefined) return [{ pointer, message: 'The template has no such connection.' }];
    const isTable = connector === 'table';
    if (isTable && choice === 'simulator') return [{ pointer, message: 'Give a table’s id, or new.' }];
    if (!isTable && choice === newTable) return [{ pointer, message: 'Give a connection’s id, or simulator.' }];
    return [];
  });
}

function checkOpalApp({ opalApp }: TemplateFile, wish: string | undefined): InputProblem[] {
  if (wish === undefined || opalApp) return [];
  return [{ pointer: '/opalApp', message: 'The template serves no custom app of Opal.' }];
}

function checkVariables(flow: Flow, values: Record<string, unknown>): InputProblem[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const pointer = `/variables/${name}`;
    const variable = Object.hasOwn(flow.variables ?? {}, name) ? flow.variables?.[name] : undefined;
    if (!variable) return [{ pointer, message: 'The template has no such variable.' }];
    const fits = typeChecks[variable.type];
    return fits(value) ? [] : [{ pointer, message: `${variable.title}: give a ${variable.type}.` }];
  });
}

const typeChecks: Record<Variable['type'], (value: unknown) => boolean> = {
  text: (value) => typeof value === 'string',
  expression: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  list: (value) => Array.isArray(value),
};

function refuse(problems: InputProblem[]): void {
  if (problems.length > 0) throw invalidInput(problems);
}
