import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { opalSignature } from './opal-webhook.js';

const now = new Date('2026-03-01T12:00:00Z');
const timestamp = String(now.getTime() / 1000);
const fields = { webhookSecret: 'signing-secret' };

const sign = (body: string, secret = 'signing-secret', at = timestamp) =>
  createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex');

function verify(
  body: string,
  signature: string | undefined,
  options: { at?: string; fields?: Record<string, string> } = {},
) {
  const headers: Record<string, string> = { 'x-opal-request-timestamp': options.at ?? timestamp };
  if (signature !== undefined) headers['x-opal-signature'] = signature;
  return opalSignature.verify({
    headers,
    query: {},
    rawBody: Buffer.from(body),
    fields: options.fields ?? fields,
    now,
  });
}

const body = '{"event_ts":1643355931,"organization_id":"o","events":[]}';
const accepted = { ok: true, signature: expect.any(String) };

describe('Opal’s signature', () => {
  it('is lower-case hex over version, timestamp and body', () => {
    expect(verify(body, sign(body))).toEqual(accepted);
    expect(verify(body, sign(body).toUpperCase()).ok).toBe(false);
  });

  it('does not count white space around the body, and an empty body counts as {}', () => {
    expect(verify(`\n  ${body}\r\n`, sign(body))).toEqual(accepted);
    expect(verify('', sign('{}'))).toEqual(accepted);
  });

  it('may be one of two, and of either secret, while the secret is replaced', () => {
    const both = { webhookSecret: 'old', webhookSecretNext: 'new' };
    expect(verify(body, `${sign(body, 'older')},${sign(body, 'new')}`, { fields: both })).toEqual(accepted);
    expect(verify(body, sign(body, 'old'), { fields: both })).toEqual(accepted);
    expect(verify(body, sign(body, 'older'), { fields: both }).ok).toBe(false);
  });

  it('may be that of an event stream, which has secrets of its own', () => {
    const streaming = { ...fields, streamSecret: 'stream', streamSecretNext: 'next stream' };
    expect(verify(body, sign(body, 'stream'), { fields: streaming })).toEqual(accepted);
    expect(verify(body, sign(body, 'next stream'), { fields: streaming })).toEqual(accepted);
    expect(verify(body, sign(body, 'stream')).ok).toBe(false);
  });

  it('is refused when it is missing, forged, over another body or of another time', () => {
    expect(verify(body, undefined)).toMatchObject({ reason: 'The header X-Opal-Signature is missing.' });
    expect(verify(body, sign(body, 'guessed')).ok).toBe(false);
    expect(verify(`${body} x`, sign(body)).ok).toBe(false);
    const old = String(Number(timestamp) - 301);
    expect(verify(body, sign(body, 'signing-secret', old), { at: old })).toMatchObject({
      reason: expect.stringContaining('300 s'),
    });
    expect(verify(body, sign(body), { at: 'yesterday' }).ok).toBe(false);
    expect(verify(body, sign(body), { fields: {} })).toMatchObject({ reason: expect.stringContaining('Enter Opal’s') });
  });
});
