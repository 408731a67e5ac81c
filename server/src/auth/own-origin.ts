import type { FastifyRequest } from 'fastify';

/**
 * Whether a request comes from our own pages, by what the browser itself says of it and no script can change.
 * `unknown` is a program that says nothing. Without PUBLIC_URL the own origin is whatever host was called.
 */
export function originOf(request: FastifyRequest, publicOrigin: string): 'own' | 'foreign' | 'unknown' {
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'foreign';
  if (origin !== undefined) return origin === publicOrigin || hostOf(origin) === host ? 'own' : 'foreign';
  return site === undefined ? 'unknown' : 'own';
}

function hostOf(origin: string): string | null {
  return /^https?:\/\/([^/]+)$/.exec(origin)?.[1] ?? null;
}

/** Methods that change something. */
export function isWrite(request: FastifyRequest): boolean {
  return !['GET', 'HEAD', 'OPTIONS'].includes(request.method);
}
