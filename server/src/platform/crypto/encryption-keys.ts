import type { EncryptionKey } from './key.js';

/** The keys of this installation, for what seals by other means than the Sealer. */
export class EncryptionKeys {
  constructor(readonly current: EncryptionKey) {}
}
