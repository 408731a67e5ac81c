import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signatureSchemes, timestampToleranceSeconds, type VerifyRequest } from './signatures.js';

const now = new Date('2026-03-01T12:00:00Z');
const seconds = now.getTime() / 1000;
const body = '{"alert":"title"}';

function verify(scheme: string, fields: Record<string, unknown>, request: Partial<VerifyRequest>) {
  return signatureSchemes[scheme]!.verify({
    headers: {},
    query: {},
    rawBody: Buffer.from(body),
    now,
    fields,
    ...request,
  });
}

const accepted = { ok: true };

describe('Standard Webhooks', () => {
  // The example of the specification, https://www.standardwebhooks.com
  const fields = { signingSecret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' };
  const sign = (timestamp: number, text = body) =>
    createHmac('sha256', Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64'))
      .update(`msg_1.${timestamp}.${text}`)
      .digest('base64');
  const headers = (timestamp: number, signature: string) => ({
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature,
  });

  it('accepts what is signed, also as one of several signatures', () => {
    expect(verify('standard', fields, { headers: headers(seconds, `v1,${sign(seconds)}`) })).toEqual(accepted);
    expect(verify('standard', fields, { headers: headers(seconds, `v1a,xx v1,old v1,${sign(seconds)}`) })).toEqual(
      accepted,
    );
  });

  it('agrees with the published test vector', () => {
    const request = {
      now: new Date(1_614_265_330_000),
      rawBody: Buffer.from('{"test": 2432232314}'),
      headers: {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      },
    };
    expect(verify('standard', fields, request)).toEqual(accepted);
  });

  it('refuses what is forged, altered, stale or of tomorrow', () => {
    const stale = seconds - timestampToleranceSeconds - 1;
    const early = seconds + timestampToleranceSeconds + 1;
    expect(verify('standard', fields, { headers: headers(seconds, `v1,${sign(seconds, 'other')}`) }).ok).toBe(false);
    expect(verify('standard', fields, { headers: headers(seconds, sign(seconds)) }).ok).toBe(false);
    expect(verify('standard', fields, { headers: headers(stale, `v1,${sign(stale)}`) })).toMatchObject({
      reason: expect.stringContaining('300 s'),
    });
    expect(verify('standard', fields, { headers: headers(early, `v1,${sign(early)}`) }).ok).toBe(false);
    expect(verify('standard', fields, { headers: {} }).ok).toBe(false);
  });
});

describe('HMAC by settings', () => {
  const digest = (algorithm: string) => createHmac(algorithm, 'key').update(body);

  it('takes header, algorithm, encoding and prefix from the connection', () => {
    const hex = { 'x-signature': digest('sha256').digest('hex') };
    expect(verify('hmac', { signingSecret: 'key' }, { headers: hex })).toEqual(accepted);
    const fields = {
      signingSecret: 'key',
      signatureHeader: 'X-Hub',
      signatureAlgorithm: 'sha1',
      signatureEncoding: 'base64',
      signaturePrefix: 'sha1=',
    };
    expect(verify('hmac', fields, { headers: { 'x-hub': `sha1=${digest('sha1').digest('base64')}` } })).toEqual(
      accepted,
    );
  });

  it('is computed over the bytes, not over what they mean', () => {
    const headers = { 'x-signature': digest('sha256').digest('hex') };
    expect(verify('hmac', { signingSecret: 'key' }, { headers, rawBody: Buffer.from(`${body} `) }).ok).toBe(false);
  });
});

describe('a secret that is sent along', () => {
  it.each([
    ['bearer', { webhookToken: 's3cret' }, { headers: { authorization: 'Bearer s3cret' } }],
    [
      'basic',
      { webhookUsername: 'me', webhookPassword: 'p:w' },
      { headers: { authorization: `Basic ${btoa('me:p:w')}` } },
    ],
    ['header', { webhookToken: 's3cret', webhookHeader: 'x-api-key' }, { headers: { 'x-api-key': 's3cret' } }],
    ['datadog', { webhookToken: 's3cret' }, { headers: { 'x-castellan-token': 's3cret' } }],
    ['splunk', { webhookToken: 's3cret' }, { query: { token: 's3cret' } }],
    ['splunk', { webhookToken: 's3cret' }, { headers: { authorization: 'Splunk s3cret' } }],
  ])('is accepted by %s, and nothing else is', (scheme, fields, request) => {
    expect(verify(scheme, fields, request)).toEqual(accepted);
    expect(verify(scheme, fields, {}).ok).toBe(false);
    const wrong = JSON.parse(
      JSON.stringify(request).replaceAll('s3cret', 'secret').replaceAll(btoa('me:p:w'), btoa('me:pw')),
    ) as typeof request;
    const verdict = verify(scheme, fields, wrong);
    expect(verdict.ok).toBe(false);
    expect(JSON.stringify(verdict)).not.toContain('s3cret');
  });

  it.each(Object.values(signatureSchemes))('$title refuses everything while the connection has no secret', (scheme) => {
    const forged = {
      authorization: 'Bearer undefined',
      'x-castellan-token': 'undefined',
      'x-webhook-token': 'undefined',
    };
    const verdicts = [
      forged,
      { ...forged, authorization: 'Splunk undefined' },
      { ...forged, authorization: `Basic ${btoa('undefined:undefined')}` },
    ].map((headers) =>
      scheme.verify({ headers, query: { token: 'undefined' }, rawBody: Buffer.from(body), fields: {}, now }),
    );
    expect(verdicts.map(({ ok }) => ok)).toEqual([false, false, false]);
  });
});
