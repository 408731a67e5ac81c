import { addedDates, builtinDates } from './dates.js';
import type { FunctionDoc } from './function-doc.js';
import { addedIdentity } from './identity.js';
import { addedLists, builtinLists } from './lists.js';
import { builtinNumbers } from './numbers.js';
import { addedObjects, builtinObjects } from './objects.js';
import { addedTexts, builtinTexts } from './texts.js';
import { builtinValues } from './values.js';

export * from './function-doc.js';
export { nearestName } from './nearest.js';
export { type HelperName, templateHelpers } from './template-helpers.js';

/** What Castellan adds to JSONata. */
export const addedFunctions = [...addedIdentity, ...addedTexts, ...addedLists, ...addedObjects, ...addedDates];
export type AddedFunctionName = (typeof addedFunctions)[number]['name'];

/** JSONata's own functions, as far as flows may call them. */
export const builtinFunctions = [
  ...builtinValues,
  ...builtinTexts,
  ...builtinNumbers,
  ...builtinLists,
  ...builtinObjects,
  ...builtinDates,
];

/** Every function that JSONata expressions of flows can call. */
export const allFunctions: readonly FunctionDoc[] = [...addedFunctions, ...builtinFunctions];

/** The instant that `$now()` gives in the examples. */
export const exampleNow = Date.UTC(2026, 10, 21, 10);
