import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';
import type { EncryptionKey } from './key.js';

/** Seals secrets as JWE (direct encryption, A256GCM). Each names its key and the one place that it belongs to. */
export class Sealer {
  private readonly chainKey: Uint8Array;

  constructor(private readonly key: EncryptionKey) {
    this.chainKey = new Uint8Array(hkdfSync('sha256', key.bytes, '', 'castellan audit chain', 32));
  }

  /** `boundTo` names where the value will be kept, such as `connection:<id>`; elsewhere it cannot be opened. */
  seal(plain: string, boundTo: string): Promise<string> {
    return new CompactEncrypt(Buffer.from(plain, 'utf8'))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: this.key.id, for: boundTo })
      .encrypt(this.key.bytes);
  }

  /** Rejects a value that was altered, sealed with another key, or moved from another place. */
  async open(sealed: string, boundTo: string): Promise<string> {
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, this.key.bytes, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    if (protectedHeader.for !== boundTo) throw new Error(`This sealed value does not belong to ${boundTo}.`);
    return Buffer.from(plaintext).toString('utf8');
  }

  /** SHA-256 in hex, for long random codes whose plain form is never stored. */
  hash(plain: string): string {
    return createHash('sha256').update(plain).digest('hex');
  }

  /** A keyed hash in hex that nobody without the key can make: the links of the audit chain. */
  mac(text: string): string {
    return createHmac('sha256', this.chainKey).update(text).digest('hex');
  }
}
