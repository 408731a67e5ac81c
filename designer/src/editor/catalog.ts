import type { Catalog } from '@castellan/flow';
import { useCatalog as useCatalogQuery } from '../api/index.js';

/** What a flow may refer to, in the form in which validation reads it; undefined until it is loaded. */
export function useCatalog(): Catalog | undefined {
  return useCatalogQuery().data;
}

export type Connector = Catalog['connectors'][number];

/** The connector that a slot is for. */
export function connectorOfSlot(
  catalog: Catalog | undefined,
  slots: Record<string, { connector?: string | undefined }> | undefined,
  slot: unknown,
): Connector | undefined {
  const id = slots?.[String(slot ?? '')]?.connector;
  return catalog?.connectors.find((connector) => connector.id === id);
}
