/**
 * Names that libraries give to objects of their own by assignment, which a read-only property further up the chain would
 * refuse: JSONata replaces `push` of its lists, Handlebars' parser and error classes set theirs.
 */
const assignable = new Set<PropertyKey>([
  ...['push', 'constructor', 'toString', 'valueOf', 'toLocaleString', 'hasOwnProperty'],
  ...['name', 'message', 'stack', 'cause', 'apply', 'call', 'bind'],
]);

/** What no global name leads to. */
const unnamed = [
  async () => {},
  function* () {},
  async function* () {},
  [][Symbol.iterator](),
  new Map()[Symbol.iterator](),
  new Set()[Symbol.iterator](),
  ''[Symbol.iterator](),
  ''.matchAll(/x/g),
].map((value) => Object.getPrototypeOf(value) as object);

/**
 * Makes everything that comes with the language unchangeable, so that no expression can leave something behind for the
 * next one: nothing can be added to `Object.prototype` or any other, and nothing in them be replaced.
 */
export function lockIntrinsics(): void {
  const seen = new Set<unknown>([globalThis]);
  const globals = Object.getOwnPropertyNames(globalThis).map((name) => Reflect.get(globalThis, name) as unknown);
  const pending: unknown[] = [...unnamed, ...globals];
  while (pending.length > 0) {
    const holder = pending.pop();
    if ((typeof holder !== 'object' && typeof holder !== 'function') || holder === null || seen.has(holder)) continue;
    seen.add(holder);
    pending.push(Object.getPrototypeOf(holder));
    for (const key of Reflect.ownKeys(holder)) {
      const property = Reflect.getOwnPropertyDescriptor(holder, key);
      if (!property) continue;
      pending.push(property.value, property.get, property.set);
      if (!property.configurable) continue;
      const readOnly = 'value' in property && !assignable.has(key);
      Reflect.defineProperty(holder, key, { configurable: false, ...(readOnly && { writable: false }) });
    }
    Reflect.preventExtensions(holder);
  }
}
