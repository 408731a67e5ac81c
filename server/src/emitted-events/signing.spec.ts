import { signatureSchemes } from '@castellan/sdk';
import { describe, expect, it } from 'vitest';
import { newSecret, signedHeaders } from './signing.js';

const body = '{"type":"run.failed"}';
const now = new Date('2026-05-04T09:00:00.000Z');
const verify = (secret: string, headers: Record<string, string>, text = body, at = now) =>
  signatureSchemes.standard!.verify({
    ...{ headers, query: {}, rawBody: Buffer.from(text), fields: { signingSecret: secret }, now: at },
  });

describe('what is signed', () => {
  it('is known by whoever has the secret, and by nobody else', () => {
    const secret = newSecret();
    const headers = signedHeaders([secret], 'an-id', body, now);
    expect(verify(secret, headers)).toMatchObject({ ok: true });
    expect(verify(newSecret(), headers)).toMatchObject({ ok: false });
    expect(verify(secret, headers, `${body} `)).toMatchObject({ ok: false });
    expect(verify(secret, { ...headers, 'webhook-id': 'another' })).toMatchObject({ ok: false });
    expect(verify(secret, headers, body, new Date(now.getTime() + 600_000))).toMatchObject({ ok: false });
  });

  it('is known by the secret before, too, while both sign', () => {
    const [next, before] = [newSecret(), newSecret()];
    const headers = signedHeaders([next, before], 'an-id', body, now);
    expect(verify(next, headers)).toMatchObject({ ok: true });
    expect(verify(before, headers)).toMatchObject({ ok: true });
  });
});
