import { readExpression } from '@castellan/flow/runtime';
import { holds } from './conditions.js';
import { asFailure, Failure, typeName } from './failure.js';
import { limits } from './limits.js';
import type { Scope } from './scope.js';
import { resolveValue } from './values.js';

/** A list, and what its items must fulfil to stay in it; without `when` all stay. */
export interface ListProgram {
  items: unknown;
  when?: unknown;
}

/**
 * The items of a list for which the condition holds, in their order. The condition sees each as `item` and its place in
 * the list as `index`; one that fails names it.
 */
export async function keptItems({ items, when }: ListProgram, scope: Scope): Promise<unknown[]> {
  const list = await listOf(items, scope);
  if (list.length > limits.listItems) {
    const message = `A list may have ${limits.listItems} items here, but this has ${list.length}.`;
    throw new Failure('E_LIMIT', message, { pointer: '/items' });
  }
  if (when === undefined) return list;
  const kept: unknown[] = [];
  const context: Record<string, unknown> = { ...scope.context };
  for (const [index, item] of list.entries()) {
    if (Date.now() > scope.deadline) {
      throw new Failure('E_EXPR_TIME', `The condition was not done with the list in time, at index ${index}.`);
    }
    context.item = item;
    context.index = index;
    if (await holdsFor(index, when, { ...scope, context, room: { bytes: limits.outputBytes } })) kept.push(item);
  }
  return kept;
}

/** In JSONata nothing is the same as an empty list and one value as a list of it, so that both are taken as lists. */
async function listOf(items: unknown, scope: Scope): Promise<unknown[]> {
  const list = await resolveValue(items, { ...scope, room: { bytes: limits.listBytes } }, '/items');
  if (Array.isArray(list)) return list;
  if (readExpression(items)?.language === 'jsonata') return list === undefined || list === null ? [] : [list];
  throw new Failure('E_PARAM_TYPE', `Here must be a list, but it is ${typeName(list)}.`, { pointer: '/items' });
}

async function holdsFor(index: number, when: unknown, scope: Scope): Promise<boolean> {
  try {
    return await holds(when, scope, '/when');
  } catch (error) {
    const { code, message, pointer, position } = asFailure(error);
    throw new Failure(code, `At index ${index} of the list: ${message}`, {
      pointer: pointer ?? '/when',
      ...(position === undefined ? {} : { position }),
    });
  }
}
