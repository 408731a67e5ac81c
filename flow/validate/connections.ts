import { objectOf } from '../levels.js';
import { below } from '../pointer.js';
import type { CatalogConnector, Problem } from '../schema/catalog.js';
import type { Facts } from './facts.js';
import { error, listNames, quote, warning } from './problems.js';

/** A place that names a slot. */
interface SlotUse {
  slot: unknown;
  pointer: string;
  stepId?: string;
}

/** Slots that are named but not declared, and slots whose connector or connection is not there. */
export function checkConnections(facts: Facts): Problem[] {
  const uses = usesOfSlots(facts);
  const used = new Set(uses.map(({ slot }) => slot));
  return [
    ...uses.flatMap((use) => checkUse(facts, use)),
    ...[...facts.slots].flatMap(([name, slot]) => checkSlot(facts, name, slot, used.has(name))),
  ];
}

function usesOfSlots({ steps, triggers, flow }: Facts): SlotUse[] {
  const inSteps = steps.flatMap(({ id, step, pointer }): SlotUse[] => {
    if (step.kind === 'action') {
      const own = { slot: step.connection, pointer: below(pointer, 'connection'), stepId: id };
      const undo = { slot: objectOf(step.undo).connection, pointer: below(pointer, 'undo', 'connection'), stepId: id };
      return [own, undo];
    }
    if (step.kind === 'approval') {
      const { connection } = objectOf(step.ask);
      return [{ slot: connection, pointer: below(pointer, 'ask', 'connection'), stepId: id }];
    }
    const event = step.kind === 'wait' ? objectOf(step.event) : {};
    return [{ slot: event.connection, pointer: below(pointer, 'event', 'connection'), stepId: id }];
  });
  const inTriggers = triggers.map(({ trigger, pointer }): SlotUse => {
    if (trigger.kind === 'connector') return { slot: trigger.connection, pointer: below(pointer, 'connection') };
    const signature = trigger.kind === 'webhook' ? objectOf(trigger.signature) : {};
    return { slot: signature.connection, pointer: below(pointer, 'signature', 'connection') };
  });
  const notify = objectOf(objectOf(objectOf(flow.settings).onFailure).notify);
  const inSettings = [{ slot: notify.connection, pointer: '/settings/onFailure/notify/connection' }];
  // What is missing is said with the fields.
  return [...inSteps, ...inTriggers, ...inSettings].filter(({ slot }) => typeof slot === 'string');
}

function checkUse({ slots }: Facts, { slot, pointer, stepId }: SlotUse): Problem[] {
  if (slots.has(String(slot))) return [];
  const message = `The flow has no connection ${quote(slot)}.`;
  const fix =
    slots.size > 0 ? `Choose ${listNames([...slots.keys()], 'or')}, or add one.` : "Add it to the flow's connections.";
  return [error({ code: 'slot_unknown', pointer, message, fix, ...(stepId ? { stepId } : {}) })];
}

function checkSlot(facts: Facts, name: string, slot: Record<string, unknown>, isUsed: boolean): Problem[] {
  const pointer = below('/connections', name);
  if (!isUsed) {
    const message = `Nothing uses the connection ${quote(name)}.`;
    return [warning({ code: 'slot_unused', pointer, message, fix: 'Remove it.' })];
  }
  if (typeof slot.connector !== 'string') return [];
  const connector = facts.connectorOf(name);
  if (!connector) {
    const message = `There is no connector ${quote(slot.connector)}.`;
    const fix = `Choose one of the catalogue, such as ${listNames(
      facts.catalog.connectors.slice(0, 3).map(({ id }) => id),
      'or',
    )}.`;
    return [error({ code: 'connector_unknown', pointer: below(pointer, 'connector'), message, fix })];
  }
  return checkFilling(facts, { name, id: slot.id, pointer: below(pointer, 'id') }, connector);
}

function checkFilling(
  { catalog }: Facts,
  { name, id, pointer }: { name: string; id: unknown; pointer: string },
  connector: CatalogConnector,
): Problem[] {
  if (id === undefined || id === null) {
    if (!needsConnection(connector)) return [];
    const isTable = connector.id === 'table';
    const message = isTable
      ? `${quote(name)} names no table yet.`
      : `${quote(name)} has no connection to ${connector.title} yet.`;
    const fix = isTable ? 'Choose a table, or make one.' : 'Choose a connection, or make one.';
    return [error({ code: 'connection_missing', pointer, message, fix })];
  }
  const connection = catalog.connections.find((one) => one.id === id);
  if (!connection) {
    const message = `The connection that ${quote(name)} names is not in this workspace.`;
    return [error({ code: 'connection_unknown', pointer, message, fix: 'Choose another connection.' })];
  }
  if (connection.connector === connector.id) return [];
  const message = `${quote(name)} is for ${connector.title}, but the connection ${quote(connection.name)} is for ${quote(connection.connector)}.`;
  return [error({ code: 'connection_wrong', pointer, message, fix: `Choose a connection to ${connector.title}.` })];
}

/** A connector that may be called without signing in needs none. */
function needsConnection({ auth }: CatalogConnector): boolean {
  return auth.length > 0 && auth.every(({ kind }) => kind !== 'none');
}
