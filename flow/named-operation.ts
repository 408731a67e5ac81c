import type { CatalogOperation } from './schema/catalog.js';

type Named = Pick<CatalogOperation, 'id' | 'formerly'>;

/** The operation that an id means: its own, or one that it had in an earlier release. */
export const namedOperation = <O extends Named>(operations: readonly O[] | undefined, id: unknown): O | undefined =>
  typeof id !== 'string'
    ? undefined
    : (operations?.find((one) => one.id === id) ?? operations?.find(({ formerly }) => formerly?.includes(id)));
