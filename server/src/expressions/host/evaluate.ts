import { type TextTarget, textTargets } from '../evaluation.js';
import { keyByCel, passesFilter } from './cel.js';
import { clock } from './clock.js';
import { holds } from './conditions.js';
import { asFailure, Failure } from './failure.js';
import { limits } from './limits.js';
import { keptItems } from './lists.js';
import type { HostAnswer, HostRequest, Program } from './protocol.js';
import type { Scope } from './scope.js';
import { resolveValue } from './values.js';

/** The line that answers a request. */
export async function answer(request: HostRequest): Promise<string> {
  const { id } = request;
  const began = performance.now();
  const elapsed = (): number => Math.round((performance.now() - began) * 1000) / 1000;
  try {
    clock.now = request.now ?? Date.now();
    const value = (await evaluate(request.program, scopeOf(request))) ?? null;
    const line = JSON.stringify({ id, ok: true, value, milliseconds: elapsed() } satisfies HostAnswer);
    const most = request.program.list === undefined ? limits.outputBytes : limits.listBytes;
    if (Buffer.byteLength(line) > most + 100) {
      throw new Failure('E_OUTPUT_TOO_LARGE', `The result is larger than ${most} bytes.`);
    }
    return line;
  } catch (error) {
    const answered: HostAnswer = { id, ok: false, error: asFailure(error).toJSON(), milliseconds: elapsed() };
    return JSON.stringify(answered);
  }
}

async function evaluate(program: Program, scope: Scope): Promise<unknown> {
  if (program.condition !== undefined) return holds(program.condition, scope);
  if (program.list !== undefined) return keptItems(program.list, scope);
  if (program.cel !== undefined) return passesFilter(program.cel, scope);
  if (program.celKey !== undefined) return keyByCel(program.celKey, scope);
  return resolveValue(program.value, scope);
}

function scopeOf({ workspace, milliseconds, program, context }: HostRequest): Scope {
  const targets = Object.entries(program.text ?? {}).map(([pattern, target]) => ({
    segments: pattern.split('/'),
    target: (textTargets as readonly string[]).includes(target) ? (target as TextTarget) : null,
  }));
  return {
    workspace,
    context,
    deadline: Date.now() + milliseconds,
    room: { bytes: limits.outputBytes },
    target(pointer) {
      const segments = pointer.split('/');
      const found = targets.find(
        (one) =>
          one.segments.length === segments.length &&
          one.segments.every((segment, index) => segment === '*' || segment === segments[index]),
      );
      if (found?.target === null) throw new Failure('E_INPUT', `A text field can be for ${textTargets.join(', ')}.`);
      return found?.target ?? 'plain';
    },
  };
}
