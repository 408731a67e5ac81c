import type { Reference, References } from '../expressions/index.js';
import { allFunctions, nearestName, templateHelpers } from '../functions/index.js';
import type { Problem } from '../schema/catalog.js';
import { error, listNames, warning } from './problems.js';

const functionNames: ReadonlySet<string> = new Set(allFunctions.map(({ name }) => name));
const helperNames: readonly string[] = templateHelpers.map(({ name }) => name);

/** Functions, helpers and names with a dollar sign that do not exist. */
export function checkFunctions(
  language: 'jsonata' | 'handlebars',
  { functions, symbols }: References,
  pointer: string,
): Problem[] {
  if (language === 'handlebars') {
    return firstOfEach(functions)
      .filter(({ name }) => !helperNames.includes(name))
      .map(({ name, position }) => {
        const message = `There is no helper ${name} (character ${position + 1}).`;
        return error({ code: 'function_unknown', pointer, message, fix: `Use ${listNames(helperNames, 'or')}.` });
      });
  }
  return [
    ...firstOfEach(functions).flatMap((called) => unknownFunction(called, pointer) ?? []),
    ...firstOfEach(symbols)
      .filter(({ name }) => !functionNames.has(name))
      .map(({ name, position }) => {
        const message = `Nothing gives $${name} a value (character ${position + 1}), so it is nothing.`;
        return warning({
          code: 'name_unknown',
          pointer,
          message,
          fix: fixOf(name, 'Data is named without a dollar sign.'),
        });
      }),
  ];
}

function unknownFunction({ name, position }: Reference, pointer: string): Problem | undefined {
  if (name === 'eval') {
    const message = 'The function $eval is not available.';
    return error({ code: 'function_unavailable', pointer, message, fix: 'Write the expression itself.' });
  }
  if (functionNames.has(name)) return undefined;
  const message = `There is no function $${name} (character ${position + 1}).`;
  const fix = fixOf(name, 'Choose one from the list of functions, or define it before.');
  return error({ code: 'function_unknown', pointer, message, fix });
}

function fixOf(name: string, otherwise: string): string {
  const near = nearestName(name, functionNames);
  return near === undefined ? otherwise : `Write $${near} if that is meant.`;
}

/** Each name once, at its first place. */
function firstOfEach(references: readonly Reference[]): Reference[] {
  return [...new Map([...references].reverse().map((one) => [one.name, one])).values()].reverse();
}
