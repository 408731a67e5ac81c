import { type CelInput, celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { Failure, typeName } from './failure.js';
import { limits } from './limits.js';
import { compilePattern } from './patterns.js';
import type { Scope } from './scope.js';
import { CompiledSources } from './sources.js';

type Compiled = (bindings: Record<string, CelInput>) => unknown;

const env = celEnv({
  funcs: strings,
  re2: { compile: (source) => ({ test: (text) => compilePattern(source).matcher(text).find() }) },
});

const compiled = new CompiledSources<Compiled>((source) => {
  if (source.length > limits.sourceLength) {
    throw new Failure('E_LIMIT', `A CEL source may have ${limits.sourceLength} characters.`);
  }
  try {
    const parsed = parse(source);
    if (macroDepth(parsed.expr) > limits.celMacros) {
      throw new Failure('E_LIMIT', `List macros may nest ${limits.celMacros} deep.`);
    }
    return plan(env, parsed) as Compiled;
  } catch (error) {
    throw error instanceof Failure || error instanceof RangeError ? error : celFailure(error);
  }
});

/**
 * Whether a CEL filter lets something through: a delivery (the context's trigger, as `delivery` and as `trigger`), or an
 * event of ours (`event`), or a record of a directory (`envelope`, and its parts `kind`, `resource` and `payload`).
 */
export function passesFilter(source: string, scope: Scope): boolean {
  const result = evaluate(source, scope);
  if (typeof result === 'boolean') return result;
  throw new Failure('E_PARAM_TYPE', `A filter must give true or false, but this gives ${typeName(result)}.`);
}

/** The key that a CEL source reads from the delivery: a text, or a number or truth value as one; null where there is none. */
export function keyByCel(source: string, scope: Scope): string | null {
  const result = evaluate(source, scope);
  if (result === null || typeof result === 'string') return result;
  if (['number', 'bigint', 'boolean'].includes(typeof result)) return String(result);
  throw new Failure('E_PARAM_TYPE', `A key must be a text or a number, but this gives ${typeName(result)}.`);
}

function evaluate(source: string, scope: Scope): unknown {
  const result = compiled.get(scope.workspace, source)(bindingsOf(scope.context as Record<string, CelInput>));
  if (isCelError(result)) throw celFailure(result);
  return result;
}

/** What a source sees: a delivery, an event of ours, or a record of a directory, whole and in its parts. */
function bindingsOf({ trigger = null, event, record }: Record<string, CelInput | undefined>): Record<string, CelInput> {
  if (record !== undefined) return { envelope: record, ...(record as Record<string, CelInput>) };
  return event === undefined ? { delivery: trigger, trigger } : { event };
}

/** How deep list macros stand in the body of each other. What a macro runs over is evaluated once and does not count. */
function macroDepth(node: unknown): number {
  if (typeof node !== 'object' || node === null) return 0;
  const { case: kind, value } = node as { case?: unknown; value?: Record<string, unknown> };
  if (kind === 'comprehensionExpr' && value) {
    const { iterRange, ...body } = value;
    return Math.max(macroDepth(iterRange), 1 + macroDepth(Object.values(body)));
  }
  return Math.max(0, ...Object.values(node).map(macroDepth));
}

function celFailure(error: unknown): Failure {
  const { message, location } = error as Error & { location?: { start?: { offset?: unknown } } };
  const offset = location?.start?.offset;
  const text = message.replace(/\s+/g, ' ').slice(0, 500);
  return new Failure('E_EXPR', text, typeof offset === 'number' ? { position: offset } : {});
}
