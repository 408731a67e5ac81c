import { type Connector, describeConnector } from '@castellan/sdk';
import { connectorPage } from './connector-page.js';
import { connectorTable } from './connector-table.js';

/** The files of docs/ that are made from the connectors: path below docs/ → content. */
export function connectorDocs(connectors: Connector[]): Map<string, string> {
  const entries = connectors.map(describeConnector);
  return new Map([
    ['connectors.md', connectorTable(entries)],
    ...entries.map((entry) => [`connectors/${entry.id}.md`, connectorPage(entry)] as const),
  ]);
}
