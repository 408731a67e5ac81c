import { idsOf } from '../levels.js';
import type { Draft } from '../schema/draft.js';
import { idPattern } from '../schema/values.js';
import { reservedIds } from '../validate/ids.js';

/**
 * An id for a new step or trigger that nothing in the flow has, made from a title or an operation's name:
 * "Find the user" becomes find_the_user, a second one find_the_user_2.
 */
export function newStepId(flow: Draft, base: string): string {
  return freeId(idsOf(flow), base);
}

/** As `newStepId`, with the ids that are taken. */
export function freeId(taken: ReadonlySet<string>, base: string): string {
  const words = base
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[_0-9]+|_+$/g, '')
    .slice(0, 40)
    .replace(/_+$/, '');
  const stem = words === '' || reservedIds.has(words) ? 'step' : words;
  let id = stem;
  for (let number = 2; taken.has(id); number += 1) id = `${stem}_${number}`;
  return id;
}

/** @throws where the id is taken or has not the form of an id. */
export function requireFreeId(flow: Draft, id: string): void {
  if (!idPattern.test(id) || reservedIds.has(id)) throw new Error(`"${id}" is no id. Take one from newStepId.`);
  if (idsOf(flow).has(id)) throw new Error(`The id "${id}" is taken. Take one from newStepId.`);
}
