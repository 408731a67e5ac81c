/** A part of a source, in characters. */
export interface SourcePlace {
  position: number;
  length: number;
}

/**
 * The part of a JSONata source that an error is about. JSONata says where the token ended, of a call where its
 * parenthesis did, and of a source that ends too early nothing but that.
 */
export function placeOfError(source: string, error: { position?: unknown; token?: unknown }): SourcePlace {
  const end = Math.min(typeof error.position === 'number' ? error.position : 0, source.length);
  const token = typeof error.token === 'string' || typeof error.token === 'number' ? String(error.token) : '';
  const start = token === '' ? -1 : source.lastIndexOf(token, end - token.length);
  if (start >= 0 && end - start - token.length <= 1) {
    const dollar = source[start - 1] === '$' ? 1 : 0;
    return { position: start - dollar, length: token.length + dollar };
  }
  const last = source.slice(0, end).trimEnd().length;
  return { position: Math.max(0, last - 1), length: Math.min(1, source.length) };
}

/** Line and column of a position, both from 1. */
export function lineAndColumn(source: string, position: number): { line: number; column: number } {
  const before = source.slice(0, position).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
