import { placeOfError } from '@castellan/flow/runtime';
import jsonata from 'jsonata';
import { asFailure, Failure } from './failure.js';
import { addedFunctions } from './functions/index.js';
import { deepFreeze, type JsonataFunction, seal } from './jsonata-builtins.js';
import { restrictedFunctions } from './jsonata-restrictions.js';
import { limits } from './limits.js';
import { LinearRegExp } from './patterns.js';
import { CompiledSources } from './sources.js';

/** JSONata reads these afresh at every step of an evaluation, of which there is one at a time. */
const guard: jsonata.JsonataOptions = {};

/** Limits for the next evaluation. All are set each time: nothing that an expression may have done to them lasts. */
function arm(milliseconds: number): void {
  guard.timeout = Math.max(1, milliseconds);
  guard.stack = limits.jsonataStack;
  guard.sequence = limits.jsonataSequence;
  guard.RegexEngine = LinearRegExp as unknown as RegExpConstructor;
}

/**
 * Waits until nothing of a failed evaluation is left: JSONata evaluates the members of a list or object side by side and
 * does not stop the others when one fails. A stack of no depth ends them at their next step.
 */
async function drain(): Promise<void> {
  guard.stack = Number.MIN_VALUE;
  await new Promise((resolve) => setImmediate(resolve));
}

async function define(functions: Record<string, { signature: string; run: JsonataFunction['implementation'] }>) {
  const definitions: [string, JsonataFunction][] = [];
  for (const [name, { signature, run }] of Object.entries(functions)) {
    const expression = jsonata(`$${name}`);
    expression.registerFunction(name, run as () => unknown, signature);
    const definition: JsonataFunction = await expression.evaluate(null);
    seal(definition);
    definitions.push([name, definition]);
  }
  return definitions;
}

const functions = await define({ ...restrictedFunctions, ...addedFunctions });

const compiled = new CompiledSources((source) => {
  if (source.length > limits.sourceLength) {
    throw new Failure('E_LIMIT', `An expression may have ${limits.sourceLength} characters.`);
  }
  const expression = jsonata(source, guard);
  // A lambda carries its syntax tree; frozen, nothing that one run does to it reaches the next.
  deepFreeze(expression.ast());
  for (const [name, definition] of functions) expression.assign(name, definition);
  return expression;
});

/** What the expression gives on the context; undefined where it matches nothing. */
export async function evaluateJsonata(
  source: string,
  scope: { workspace: string; context: Record<string, unknown>; deadline: number },
): Promise<unknown> {
  arm(scope.deadline - Date.now());
  try {
    const expression = compiled.get(scope.workspace, source);
    // The transform operator writes to whatever its pattern names: give it a context of its own.
    const context = source.includes('|') ? structuredClone(scope.context) : scope.context;
    return await expression.evaluate(context);
  } catch (error) {
    await drain();
    throw toFailure(error, source);
  }
}

const codes: Record<string, 'E_EXPR_TIME' | 'E_LIMIT'> = {
  D1011: 'E_LIMIT',
  D1012: 'E_EXPR_TIME',
  D2014: 'E_LIMIT',
  D2015: 'E_LIMIT',
};

/** JSONata throws plain objects with a code, a position, a token and sometimes the offending value; ours it marks so. */
function toFailure(error: unknown, source: string): Failure {
  const { code, message, position, token } = error as Partial<Record<'code' | 'message', string>> & JsonataPlace;
  const failure = error instanceof Error ? asFailure(error) : failureOf(code, message, token);
  return typeof position === 'number' ? Object.assign(failure, placeOfError(source, { position, token })) : failure;
}

interface JsonataPlace {
  position?: unknown;
  token?: unknown;
}

function failureOf(code = '', message = 'The expression failed.', token?: unknown): Failure {
  if (code === 'T1006' && typeof token === 'string')
    return new Failure('E_EXPR', `There is no function $${token}. (${code})`);
  const text = message.replace(/\s+/g, ' ').slice(0, 500);
  return new Failure(codes[code] ?? 'E_EXPR', code === '' ? text : `${text} (${code})`);
}
