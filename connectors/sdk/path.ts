import { FatalError } from './errors.js';
import { normalizeText } from './normalize.js';

declare const pathBrand: unique symbol;

/** A URL path whose values are encoded. Only `path` makes one. */
export type Path = string & { readonly [pathBrand]: true };

/**
 * The path of a request: path`/users/${userId}/groups`. Every value becomes one segment, whatever it holds;
 * empty and dot segments are refused because a URL parser would climb out of the path with them.
 */
export function path(parts: TemplateStringsArray, ...values: (string | number)[]): Path {
  const encoded = parts.reduce((built, part, index) => {
    const value = values[index];
    return built + part + (value === undefined ? '' : encodeSegment(String(value)));
  }, '');
  return encoded as Path;
}

function encodeSegment(value: string): string {
  if (value === '' || value === '.' || value === '..') {
    throw new FatalError(`“${value}” cannot stand in a URL path. Give the id of what is meant.`, { code: 'E_INPUT' });
  }
  return encodeURIComponent(normalizeText(value));
}
