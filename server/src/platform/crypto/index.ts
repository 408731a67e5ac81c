export { EncryptionKeys } from './encryption-keys.js';
export { openKeys } from './fingerprint.js';
export { beginningOf } from './jwe.js';
export { type EncryptionKey, encryptionKeyOf, KeyError } from './key.js';
export { endChange, nextKey, readRing } from './key-ring.js';
export { Sealer } from './sealer.js';
