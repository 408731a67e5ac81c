export { EncryptionKeys } from './encryption-keys.js';
export { openKey } from './fingerprint.js';
export { type EncryptionKey, KeyError } from './key.js';
export { Sealer } from './sealer.js';
