import { connectors } from '@castellan/connectors';
import { type ApiDefinition, connectorOfApi, describeApi, textTargetsOfApi } from '@castellan/connectors/openapi';
import { type Connector, type ConnectorEntry, describeConnector } from '@castellan/sdk';
import { ApiError } from '../platform/errors.js';
import { type ConnectorReference, versionIn } from './references.js';

/** A connector with what the server asks of it again and again. */
export interface KnownConnector {
  connector: Connector;
  entry: ConnectorEntry;
  /** Where the text fields of each operation end up, by pointer: what values put into a template are escaped for. */
  text: ReadonlyMap<string, Record<string, string>>;
}

interface Imported extends KnownConnector {
  usedAt: number;
}

/** Long after the last call that may still name it. */
const keptMs = 3_600_000;

const builtIn = new Map(
  connectors.map((connector) => [connector.id, knownOf(connector, describeConnector(connector))]),
);
const imported = new Map<ConnectorReference, Imported>();

/** The connectors that came with the server. */
export const builtInConnectors: readonly KnownConnector[] = [...builtIn.values()];

/** Takes an imported connector in, and lets those go that nobody asked for in an hour. */
export function rememberImported(reference: ConnectorReference, definition: ApiDefinition): void {
  const now = Date.now();
  for (const [old, { usedAt }] of imported) if (usedAt < now - keptMs) imported.delete(old);
  const connector = connectorOfApi(definition);
  const text = new Map(Object.entries(definition.operations).map(([id, one]) => [id, textTargetsOfApi(one)]));
  imported.set(reference, { connector, entry: describeApi(definition, connector), text, usedAt: now });
}

export const isRemembered = (reference: ConnectorReference): boolean => findConnector(reference) !== undefined;

/** The connector that a reference names; an imported one must be held (`ConnectorRegistry`) by whoever got the reference. */
export function knownConnector(reference: ConnectorReference): KnownConnector {
  const known = findConnector(reference);
  if (known) return known;
  if (versionIn(reference) !== null) throw new Error(`The connector ${reference} is not loaded.`);
  throw new ApiError('not_found', `This server has no connector ${reference}.`);
}

/** The connector's code. */
export const connectorOf = (reference: ConnectorReference): Connector => knownConnector(reference).connector;

export const textTargetsOf = (reference: ConnectorReference, operation: string): Record<string, string> =>
  findConnector(reference)?.text.get(operation) ?? {};

/** The connector that a reference names, if this process knows it. */
export function findConnector(reference: ConnectorReference): KnownConnector | undefined {
  const found = imported.get(reference);
  if (found) found.usedAt = Date.now();
  return found ?? builtIn.get(reference);
}

function knownOf(connector: Connector, entry: ConnectorEntry): KnownConnector {
  return { connector, entry, text: new Map(entry.operations.map(({ id, text }) => [id, text])) };
}
