import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { EncryptionKeys } from './encryption-keys.js';
import { openWith, sealedBy, sealWith } from './jwe.js';
import type { EncryptionKey } from './key.js';

/** What keys are derived for, so that a hash for one is none for the other. */
const chain = 'castellan audit chain';
const links = 'castellan approval links';

/** Seals secrets as JWE. Each names its key and the one place that it belongs to. */
export class Sealer {
  private readonly macKeys = new Map<string, Uint8Array>();

  constructor(private readonly keys: EncryptionKeys) {}

  /** `boundTo` names where the value will be kept, such as `connection:<id>`; elsewhere it cannot be opened. */
  seal(plain: string, boundTo: string): Promise<string> {
    return sealWith(this.keys.current, plain, boundTo);
  }

  /** Rejects a value that was altered, sealed with a key that is not ours, or moved from another place. */
  async open(sealed: string, boundTo: string): Promise<string> {
    return openWith(await this.keys.find(sealedBy(sealed).keyId), sealed, boundTo);
  }

  /** The same for the same place, with the key that seals now. */
  async sealAfresh(sealed: string): Promise<string> {
    const { boundTo } = sealedBy(sealed);
    return this.seal(await this.open(sealed, boundTo), boundTo);
  }

  /** SHA-256 in hex, for long random codes whose plain form is never stored. */
  hash(plain: string): string {
    return createHash('sha256').update(plain).digest('hex');
  }

  /** A keyed hash in hex that nobody without the key can make: the links of the audit chain. */
  mac(text: string): string {
    return this.macBy(this.keys.current, chain, text);
  }

  /** Was it made with the key of now, or one before it? */
  isMac(text: string, mac: string): boolean {
    return this.keys.all.some((key) => this.macBy(key, chain, text) === mac);
  }

  /** Signs a link that somebody is sent, so that nobody else can make one. */
  sign(text: string): string {
    return this.macBy(this.keys.current, links, text);
  }

  /** Was it signed, with the key of now or one before it? */
  isSigned(text: string, signature: string): boolean {
    const given = Buffer.from(signature);
    return this.keys.all.some((key) => {
      const right = Buffer.from(this.macBy(key, links, text));
      return given.length === right.length && timingSafeEqual(given, right);
    });
  }

  private macBy({ id, bytes }: EncryptionKey, purpose: string, text: string): string {
    const name = `${id} ${purpose}`;
    const key = this.macKeys.get(name) ?? new Uint8Array(hkdfSync('sha256', bytes, '', purpose, 32));
    this.macKeys.set(name, key);
    return createHmac('sha256', key).update(text).digest('hex');
  }
}
