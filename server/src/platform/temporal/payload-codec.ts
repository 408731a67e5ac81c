import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import type { EncryptionKeys } from '../crypto/encryption-keys.js';
import type { EncryptionKey } from '../crypto/key.js';

const PayloadMessage = proto.temporal.api.common.v1.Payload;
const encoding = 'binary/encrypted';
const cipher = 'aes-256-gcm';

/** Encrypts all that Temporal stores of us: its operators see that runs exist, not what they are about. */
export class EncryptingCodec implements PayloadCodec {
  private readonly keysById = new Map<string, Uint8Array>();

  constructor(private readonly keys: EncryptionKeys) {}

  async encode(payloads: Payload[]): Promise<Payload[]> {
    const { current } = this.keys;
    const key = this.keyOf(current);
    return payloads.map((payload) => {
      const iv = randomBytes(12);
      const sealing = createCipheriv(cipher, key, iv);
      const plain = PayloadMessage.encode(payload).finish();
      const data = Buffer.concat([iv, sealing.update(plain), sealing.final(), sealing.getAuthTag()]);
      return { metadata: { encoding: Buffer.from(encoding), 'key-id': Buffer.from(current.id) }, data };
    });
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(payloads.map((payload) => this.open(payload)));
  }

  /** A history is opened with the key that it was written with, also after a change of the key. */
  private async open(payload: Payload): Promise<Payload> {
    if (textOf(payload.metadata?.encoding) !== encoding || !payload.data) return payload;
    const key = this.keyOf(await this.keys.find(textOf(payload.metadata?.['key-id'])));
    const data = Buffer.from(payload.data);
    const opening = createDecipheriv(cipher, key, data.subarray(0, 12));
    opening.setAuthTag(data.subarray(-16));
    return PayloadMessage.decode(Buffer.concat([opening.update(data.subarray(12, -16)), opening.final()]));
  }

  private keyOf({ id, bytes }: EncryptionKey): Uint8Array {
    const key =
      this.keysById.get(id) ?? new Uint8Array(hkdfSync('sha256', bytes, '', 'castellan temporal payloads', 32));
    this.keysById.set(id, key);
    return key;
  }
}

const textOf = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString();
