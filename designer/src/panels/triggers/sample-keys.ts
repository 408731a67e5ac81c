import { below } from '@castellan/flow';
import { isObject } from '../../editor/is-object.js';

/** More places than this are no help. */
const most = 60;
const idLike = /(^|[_-])(id|key|sid|uuid|guid)$|Id$|Key$/;

/** The places of texts and numbers in a sample of `trigger`, those that look like ids first. */
export function keysInSample(trigger: unknown): string[] {
  if (!isObject(trigger)) return [];
  const places: string[] = [];
  const visit = (value: unknown, pointer: string) => {
    if (places.length >= most * 4) return;
    if (typeof value === 'string' || typeof value === 'number') places.push(pointer);
    else if (isObject(value)) for (const [name, inner] of Object.entries(value)) visit(inner, below(pointer, name));
  };
  visit(trigger.body, '/body');
  visit(trigger.headers, '/headers');
  const looksLikeId = (pointer: string) => (idLike.test(pointer.slice(pointer.lastIndexOf('/') + 1)) ? 0 : 1);
  return places.toSorted((a, b) => looksLikeId(a) - looksLikeId(b)).slice(0, most);
}
