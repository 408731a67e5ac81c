import jsonata from 'jsonata';

/** A function as JSONata keeps it; the object itself is what `$name` gives inside an expression. */
export interface JsonataFunction {
  implementation: (this: unknown, ...args: never[]) => unknown;
  signature?: object;
}

/** Every function that JSONata 2.2.2 binds once for all expressions of a process. */
export const builtinNames = [
  ...['sum', 'count', 'max', 'min', 'average', 'string', 'substring', 'substringBefore', 'substringAfter'],
  ...['lowercase', 'uppercase', 'length', 'trim', 'pad', 'match', 'contains', 'replace', 'split', 'join'],
  ...['formatNumber', 'formatBase', 'formatInteger', 'parseInteger', 'number', 'floor', 'ceil', 'round', 'abs'],
  ...['sqrt', 'power', 'random', 'boolean', 'not', 'map', 'zip', 'filter', 'single', 'reduce', 'sift', 'keys'],
  ...['lookup', 'append', 'exists', 'spread', 'merge', 'reverse', 'each', 'error', 'assert', 'type', 'sort'],
  ...['shuffle', 'distinct', 'base64encode', 'base64decode', 'encodeUrlComponent', 'encodeUrl'],
  ...['decodeUrlComponent', 'decodeUrl', 'eval', 'toMillis', 'fromMillis', 'clone'],
] as const;
export type BuiltinName = (typeof builtinNames)[number];

/**
 * Makes a function object of JSONata unchangeable. `{} ~> | $sum | {"implementation": …} |` would otherwise replace
 * `$sum` for every later expression of the process. The two marks that the evaluator itself writes stay writable.
 */
export function seal(definition: JsonataFunction): void {
  Object.assign(definition, { token: undefined, position: undefined });
  for (const key of ['_jsonata_function', 'implementation', 'signature'] as const) {
    Object.defineProperty(definition, key, { writable: false, configurable: false });
  }
  Object.seal(definition);
  Object.freeze(definition.implementation);
  if (definition.signature) deepFreeze(definition.signature);
}

/** Freezes plain data and what it holds. */
export function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const member of Object.values(value)) deepFreeze(member);
}

/** The built-in functions, sealed. Also freezes what else all expressions share: the chain of `~>` and the frames' root. */
async function sealBuiltins(): Promise<ReadonlyMap<BuiltinName, JsonataFunction['implementation']>> {
  const builtins = new Map<BuiltinName, JsonataFunction['implementation']>();
  for (const name of builtinNames) {
    const definition: JsonataFunction = await jsonata(`$${name}`).evaluate(null);
    seal(definition);
    builtins.set(name, definition.implementation);
  }
  const chain: { arguments: unknown; body: unknown } = await jsonata('$trim ~> $length').evaluate(null);
  deepFreeze(chain.arguments);
  deepFreeze(chain.body);
  const probe = jsonata('$probe()');
  probe.registerFunction('probe', function () {
    deepFreeze((this.environment as unknown as { global: unknown }).global);
  });
  await probe.evaluate(null);
  return builtins;
}

const builtins = await sealBuiltins();

/** JavaScript of a built-in function, for those that wrap one. */
export function builtin(name: BuiltinName): (this: unknown, ...args: unknown[]) => unknown {
  return builtins.get(name) as (this: unknown, ...args: unknown[]) => unknown;
}
