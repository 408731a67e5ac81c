import type { AddedFunctionName } from '../../functions.js';
import { dateFunctions } from './dates.js';
import type { HostFunction } from './host-function.js';
import { listFunctions } from './lists.js';
import { textFunctions } from './text.js';

/** What Castellan adds to JSONata, one for each entry of the published table. */
export const addedFunctions = {
  ...dateFunctions,
  ...listFunctions,
  ...textFunctions,
} satisfies Record<AddedFunctionName, HostFunction>;
