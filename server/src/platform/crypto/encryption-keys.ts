import type { EncryptionKey } from './key.js';

/** The keys of this installation: the one that seals, and those before it, of which values may still be about. */
export class EncryptionKeys {
  private readonly known = new Map<string, EncryptionKey>();
  private newest: EncryptionKey;
  /** Finds out whether another process has begun to seal with a key that this one does not know. */
  look: () => Promise<void> = async () => undefined;

  constructor(current: EncryptionKey, former: EncryptionKey[] = []) {
    this.newest = current;
    for (const key of [current, ...former]) this.known.set(key.id, key);
  }

  get current(): EncryptionKey {
    return this.newest;
  }

  get all(): EncryptionKey[] {
    return [...this.known.values()];
  }

  async find(id: string): Promise<EncryptionKey> {
    if (!this.known.has(id)) await this.look();
    const key = this.known.get(id);
    if (!key) throw new Error(`The encryption key ${id} is not one of this installation's.`);
    return key;
  }

  /** From now on this key seals; the others stay known. */
  add(next: EncryptionKey): void {
    this.known.set(next.id, next);
    this.newest = next;
  }
}
