import { createHash, timingSafeEqual } from 'node:crypto';
import { refused, type Verification } from './scheme.js';

/** How far a signed timestamp may be from our clock. */
export const timestampToleranceSeconds = 300;

/** Compares in a time that does not depend on the contents. */
export function equalSecret(given: string, expected: string): boolean {
  const digest = (value: string) => createHash('sha256').update(value, 'utf8').digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** Why a Unix timestamp in seconds is not acceptable now, or null. */
export function staleTimestamp(timestamp: string | undefined, now: Date): string | null {
  if (timestamp === undefined || !/^\d{1,12}$/.test(timestamp))
    return 'The timestamp is missing or not in Unix seconds.';
  return tooFar(Number(timestamp) * 1_000, now);
}

/** Why a timestamp is not acceptable now, or null: in Unix seconds, in milliseconds, or as RFC 3339 writes it. */
export function staleInstant(timestamp: string | undefined, now: Date): string | null {
  if (timestamp === undefined || timestamp === '') return 'The timestamp is missing.';
  const at = instantOf(timestamp);
  return Number.isNaN(at) ? 'The timestamp cannot be read.' : tooFar(at, now);
}

function instantOf(timestamp: string): number {
  if (/^\d{1,11}$/.test(timestamp)) return Number(timestamp) * 1_000;
  if (/^\d{12,14}$/.test(timestamp)) return Number(timestamp);
  // Without a zone it would be read in that of this machine.
  return /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/i.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
}

function tooFar(milliseconds: number, now: Date): string | null {
  if (Math.abs(now.getTime() - milliseconds) <= timestampToleranceSeconds * 1_000) return null;
  return `The timestamp is more than ${timestampToleranceSeconds} s away from this server's clock.`;
}

/** Any of the candidates equals any of the expected values. */
export function matchesAny(candidates: string[], expected: string[]): Verification {
  const hits = candidates.flatMap((candidate) => expected.map((value) => equalSecret(candidate, value)));
  // All that would have been accepted, so that one delivery has one name whichever of its signatures is kept.
  return hits.includes(true) ? { ok: true, signature: expected.join(' ') } : refused('The signature does not match.');
}

/** A secret that is sent along. */
export function matchesToken(given: string | undefined, expected: unknown, where: string): Verification {
  if (given === undefined || given === '') return refused(`${where} is missing.`);
  return equalSecret(given, String(expected)) ? { ok: true } : refused(`${where} does not match.`);
}

/** The signatures in a header that lists them. */
export function listed(header: string): string[] {
  return header.split(/[\s,]+/).filter((part) => part !== '');
}
