/** What an evidence pack is, apart from what the server puts into one. The command that checks packs uses it too. */
export {
  fingerprintOf,
  isSignature,
  keyIdOf,
  makeSigningPair,
  publicKeyOf,
  type SigningPair,
  signBytes,
} from './signing-key.js';
export { type PackFacts, type PackFile, writePack } from './write-pack.js';
