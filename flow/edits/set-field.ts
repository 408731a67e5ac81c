import type { Json } from '../expression.js';
import { withValueAt } from '../pointer.js';
import type { Draft } from '../schema/draft.js';
import { changeStep, isTrigger } from './body.js';

/**
 * Sets what stands at a JSON pointer; undefined removes it. Objects on the way that are missing are made. Names of a
 * branch's cases are set by `setCases`, which takes their wires along.
 * @throws where the pointer leads nowhere.
 */
export function setField(flow: Draft, { pointer, value }: { pointer: string; value: Json | undefined }): Draft {
  return withValueAt(flow, pointer, value);
}

/** Gives a step or a trigger another title; an empty one is removed, so that the id is shown. */
export function renameTitle(flow: Draft, { id, title }: { id: string; title: string }): Draft {
  const value = title.trim() === '' ? undefined : title;
  if (isTrigger(flow, id)) return withValueAt(flow, `/triggers/${id}/title`, value);
  return changeStep(flow, id, (step) => withValueAt(step, '/title', value));
}
