import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';

/** A pair of keys that signs evidence packs, as PEM. */
export interface SigningPair {
  id: string;
  publicKey: string;
  privateKey: string;
}

/** Makes an Ed25519 pair. */
export function makeSigningPair(): SigningPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    id: keyIdOf(publicKey),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

/** `sha256:` and the hash of the public key (SPKI, DER) in hex. */
export function fingerprintOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return `sha256:${createHash('sha256').update(der).digest('hex')}`;
}

/** Names a key: the beginning of its fingerprint. */
export const keyIdOf = (publicKey: KeyObject): string => fingerprintOf(publicKey).slice('sha256:'.length, 23);

/** The public key in a PEM text. @throws where it is none, or none of Ed25519 */
export function publicKeyOf(pem: string | Buffer): KeyObject {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`The key is of ${key.asymmetricKeyType}, not of Ed25519.`);
  return key;
}

/** The signature of these exact bytes: 64 bytes. */
export const signBytes = (bytes: Buffer, privateKey: string): Buffer => sign(null, bytes, privateKey);

/** Was it made over these exact bytes with the key? */
export const isSignature = (bytes: Buffer, publicKey: KeyObject, signature: Buffer): boolean =>
  verify(null, bytes, publicKey, signature);
