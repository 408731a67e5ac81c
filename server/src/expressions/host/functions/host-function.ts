/**
 * A function that expressions can call: JSONata's signature, which checks the arguments, and what it does. Its parameters
 * are plain names without defaults: JSONata reads them from the function's text when an expression applies it in part.
 */
export interface HostFunction {
  signature: string;
  run(this: unknown, ...args: never[]): unknown;
}
