import type { AddedFunctionName } from '@castellan/flow';
import { dateFunctions } from './dates.js';
import { emailFunctions } from './emails.js';
import type { HostFunction } from './host-function.js';
import { listFunctions } from './lists.js';
import { objectFunctions } from './objects.js';
import { textFunctions } from './text.js';
import { writtenFunctions } from './written.js';

/** What Castellan adds to JSONata, one for each entry of the published table. */
export const addedFunctions = {
  ...dateFunctions,
  ...emailFunctions,
  ...listFunctions,
  ...objectFunctions,
  ...textFunctions,
  ...writtenFunctions,
} satisfies Record<AddedFunctionName, HostFunction>;
