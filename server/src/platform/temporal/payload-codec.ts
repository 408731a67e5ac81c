import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';

const PayloadMessage = proto.temporal.api.common.v1.Payload;
const encoding = 'binary/encrypted';
const cipher = 'aes-256-gcm';

/** Encrypts all that Temporal stores of us: its operators see that runs exist, not what they are about. */
export class EncryptingCodec implements PayloadCodec {
  private readonly key: Uint8Array;

  constructor(
    encryptionKey: Uint8Array,
    private readonly keyId: string,
  ) {
    this.key = new Uint8Array(hkdfSync('sha256', encryptionKey, '', 'castellan temporal payloads', 32));
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => {
      const iv = randomBytes(12);
      const sealing = createCipheriv(cipher, this.key, iv);
      const plain = PayloadMessage.encode(payload).finish();
      const data = Buffer.concat([iv, sealing.update(plain), sealing.final(), sealing.getAuthTag()]);
      return { metadata: { encoding: Buffer.from(encoding), 'key-id': Buffer.from(this.keyId) }, data };
    });
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => {
      if (Buffer.from(payload.metadata?.encoding ?? []).toString() !== encoding || !payload.data) return payload;
      const data = Buffer.from(payload.data);
      const opening = createDecipheriv(cipher, this.key, data.subarray(0, 12));
      opening.setAuthTag(data.subarray(-16));
      const plain = Buffer.concat([opening.update(data.subarray(12, -16)), opening.final()]);
      return PayloadMessage.decode(plain);
    });
  }
}
