import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';
import type { EncryptionKey } from './key.js';

/** A text as JWE (direct encryption, A256GCM) that names its key and the one place that it belongs to. */
export function sealWith(key: EncryptionKey, plain: string, boundTo: string): Promise<string> {
  return new CompactEncrypt(Buffer.from(plain, 'utf8'))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: key.id, for: boundTo })
    .encrypt(key.bytes);
}

/** Rejects a value that was altered, sealed with another key, or moved from another place. */
export async function openWith(key: EncryptionKey, sealed: string, boundTo: string): Promise<string> {
  const { plaintext, protectedHeader } = await compactDecrypt(sealed, key.bytes, {
    keyManagementAlgorithms: ['dir'],
    contentEncryptionAlgorithms: ['A256GCM'],
  });
  if (protectedHeader.for !== boundTo) throw new Error(`This sealed value does not belong to ${boundTo}.`);
  return Buffer.from(plaintext).toString('utf8');
}

/** Which key a value was sealed with, and for which place. */
export function sealedBy(sealed: string): { keyId: string; boundTo: string } {
  const { kid, for: place } = decodeProtectedHeader(sealed);
  return { keyId: String(kid), boundTo: String(place) };
}

/** What every value begins with that was sealed with this key: what comes after its id tells nothing of it. */
export function beginningOf(keyId: string): string {
  const header = Buffer.from(`{"alg":"dir","enc":"A256GCM","kid":"${keyId}"`);
  return header.subarray(0, header.length - (header.length % 3)).toString('base64url');
}
