import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { InboundRequest, JsonValue } from '../types.js';
import { signatureSchemes, timestampToleranceSeconds, type VerifyRequest } from './index.js';

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
const signed = { ok: true, signature: expect.any(String) };

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
    expect(verify('standard', fields, { headers: headers(seconds, `v1,${sign(seconds)}`) })).toEqual(signed);
    expect(verify('standard', fields, { headers: headers(seconds, `v1a,xx v1,old v1,${sign(seconds)}`) })).toEqual(
      signed,
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
    expect(verify('standard', fields, request)).toEqual(signed);
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
    expect(verify('hmac', { signingSecret: 'key' }, { headers: hex })).toEqual(signed);
    const fields = {
      signingSecret: 'key',
      signatureHeader: 'X-Hub',
      signatureAlgorithm: 'sha1',
      signatureEncoding: 'base64',
      signaturePrefix: 'sha1=',
    };
    expect(verify('hmac', fields, { headers: { 'x-hub': `sha1=${digest('sha1').digest('base64')}` } })).toEqual(signed);
  });

  it('may sign a timestamp, in seconds, milliseconds or RFC 3339, and refuses an old one', () => {
    const fields = { signingSecret: 'key', timestampHeader: 'X-Time' };
    const at = (time: string, text = `${time}.${body}`, over = {}) =>
      verify(
        'hmac',
        { ...fields, ...over },
        { headers: { 'x-time': time, 'x-signature': createHmac('sha256', 'key').update(text).digest('hex') } },
      );
    expect(at(String(seconds))).toEqual(signed);
    expect(at(String(seconds * 1_000))).toEqual(signed);
    expect(at('2026-03-01T13:04:00+01:00')).toEqual(signed);
    expect(at(String(seconds), `v1:${seconds}:${body}:end`, { signedText: 'v1:{timestamp}:{body}:end' })).toEqual(
      signed,
    );
    expect(at(String(seconds - 301))).toMatchObject({ reason: expect.stringContaining('300 s') });
    expect(at('2026-03-01T12:06:00Z').ok).toBe(false);
    expect(at('yesterday')).toMatchObject({ reason: 'The timestamp cannot be read.' });
    expect(at(String(seconds), body).ok).toBe(false);
    expect(at(String(seconds), body, { signedText: '{body}' })).toMatchObject({
      reason: expect.stringContaining('Put {timestamp} into the connection'),
    });
    expect(verify('hmac', fields, { headers: { 'x-signature': digest('sha256').digest('hex') } })).toMatchObject({
      reason: 'The timestamp is missing.',
    });
  });

  it('takes equal bodies for one delivery, unless the connection says that each is one', () => {
    const headers = { 'x-signature': digest('sha256').digest('hex') };
    const first = verify('hmac', { signingSecret: 'key' }, { headers });
    expect(first).toEqual(signed);
    expect(verify('hmac', { signingSecret: 'key' }, { headers })).toEqual(first);
    expect(verify('hmac', { signingSecret: 'key', equalDeliveries: 'each' }, { headers })).toEqual(accepted);
  });

  it('is computed over the bytes, not over what they mean', () => {
    const headers = { 'x-signature': digest('sha256').digest('hex') };
    expect(verify('hmac', { signingSecret: 'key' }, { headers, rawBody: Buffer.from(`${body} `) }).ok).toBe(false);
  });
});

describe('the signature of', () => {
  const key = 'a-secret-of-both';
  const sha = (...parts: string[]) => createHmac('sha256', key).update(parts.join('')).digest('hex');

  // Each as the vendor's own page says it: what is signed, in which headers, under which field of the connection.
  const vendors = {
    slack: {
      fields: { signingSecret: key },
      headers: (text: string, at: number) => ({
        'x-slack-request-timestamp': String(at),
        'x-slack-signature': `v0=${sha(`v0:${at}:`, text)}`,
      }),
      timed: true,
    },
    bamboohr: {
      fields: { webhookSecret: key },
      headers: (text: string, at: number) => ({
        'x-bamboohr-timestamp': String(at),
        'x-bamboohr-signature': sha(text, String(at)),
      }),
      timed: true,
    },
    pagerduty: {
      fields: { webhookSecret: key },
      headers: (text: string) => ({ 'x-pagerduty-signature': `v1=${'0'.repeat(64)},v1=${sha(text)}` }),
      timed: false,
    },
    github: {
      fields: { webhookSecret: key },
      headers: (text: string) => ({ 'x-hub-signature-256': `sha256=${sha(text)}` }),
      timed: false,
    },
  };

  describe.each(Object.entries(vendors))('%s', (scheme, { fields, headers, timed }) => {
    it('is accepted, with what makes a second one a repetition', () => {
      expect(verify(scheme, fields, { headers: headers(body, seconds) })).toEqual(signed);
      expect(signatureSchemes[scheme]?.freshness).toBe(timed ? 'signedTime' : 'signedContent');
    });

    it('is refused when it is missing, forged, cut, or over other bytes', () => {
      const right = headers(body, seconds);
      const altered = (change: (value: string) => string) =>
        Object.fromEntries(
          Object.entries(right).map(([name, value]) => [name, name.includes('signature') ? change(value) : value]),
        );
      const forged = altered((value) => value.replace(/[0-9a-f]{64}$/, sha('something else')));
      for (const wrong of [
        {},
        forged,
        altered((value) => value.slice(0, -1)),
        altered(() => ''),
        altered(() => 'v1='),
      ]) {
        expect(verify(scheme, fields, { headers: wrong }).ok).toBe(false);
      }
      expect(verify(scheme, fields, { headers: right, rawBody: Buffer.from(`${body} `) }).ok).toBe(false);
      const other = Object.fromEntries(Object.keys(fields).map((name) => [name, 'another secret']));
      expect(verify(scheme, other, { headers: right }).ok).toBe(false);
    });

    it.runIf(timed)('is refused when its time is long ago, still to come, altered or missing', () => {
      for (const at of [seconds - 301, seconds + 301]) {
        const verdict = verify(scheme, fields, { headers: headers(body, at) });
        expect(verdict).toMatchObject({ reason: expect.stringContaining('300 s') });
      }
      const right: Record<string, string> = headers(body, seconds);
      const time = Object.keys(right).find((name) => name.includes('timestamp')) as string;
      expect(verify(scheme, fields, { headers: { ...right, [time]: String(seconds + 1) } }).ok).toBe(false);
      const { [time]: _, ...without } = right;
      expect(verify(scheme, fields, { headers: without }).ok).toBe(false);
    });
  });

  it('Slack agrees with the published test vector', () => {
    const text =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    const request = {
      now: new Date(1_531_420_618_000),
      rawBody: Buffer.from(text),
      headers: {
        'x-slack-request-timestamp': '1531420618',
        'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
      },
    };
    expect(verify('slack', { signingSecret: '8f742231b10e8888abcd99yyyzzz85a5' }, request)).toEqual(signed);
  });

  it('GitHub agrees with the published test vector', () => {
    const request = {
      rawBody: Buffer.from('Hello, World!'),
      headers: {
        'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
      },
    };
    expect(verify('github', { webhookSecret: "It's a Secret to Everybody" }, request)).toEqual(signed);
  });
});

describe('a question whether somebody is there', () => {
  const ask = (scheme: string, over: Partial<InboundRequest>) =>
    signatureSchemes[scheme]?.challenge?.answer({
      method: 'POST',
      headers: {},
      query: {},
      rawBody: Buffer.alloc(0),
      body: null,
      ...over,
    });

  it('is answered to Slack once its signature fits, and to Okta before it signs in', () => {
    expect(signatureSchemes.slack?.challenge?.signed).toBe(true);
    expect(ask('slack', { body: { type: 'url_verification', challenge: 'c' } })).toEqual({
      status: 200,
      body: { challenge: 'c' },
    });
    expect(ask('slack', { body: { type: 'event_callback', challenge: 'c' } })).toBeNull();
    expect(signatureSchemes.okta?.challenge?.signed).toBe(false);
    const headers = { 'x-okta-verification-challenge': 'v' };
    expect(ask('okta', { method: 'GET', headers })).toEqual({ status: 200, body: { verification: 'v' } });
    expect(ask('okta', { headers })).toBeNull();
    expect(ask('okta', { method: 'GET' })).toBeNull();
  });
});

it('knows a delivery that is sent again by the sender’s own id', () => {
  const idOf = (scheme: string, delivery: { headers?: Record<string, string>; body?: JsonValue }) =>
    signatureSchemes[scheme]?.deliveryId?.({
      method: 'POST',
      query: {},
      rawBody: Buffer.alloc(0),
      headers: delivery.headers ?? {},
      body: delivery.body ?? null,
    });
  expect(idOf('standard', { headers: { 'webhook-id': 'msg_1' } })).toBe('msg_1');
  expect(idOf('github', { headers: { 'x-github-delivery': 'guid' } })).toBe('guid');
  expect(idOf('slack', { body: { event_id: 'Ev1' } })).toBe('Ev1');
  expect(idOf('pagerduty', { body: { event: { id: 'e' } } })).toBe('e');
  expect(idOf('okta', { body: { eventId: 'o' } })).toBe('o');
  expect(idOf('sailpoint', { body: { _metadata: { invocationId: 's' } } })).toBe('s');
  expect(idOf('sailpoint', { body: { _metadata: ['invocationId'] } })).toBeNull();
  expect(idOf('pagerduty', { body: 'text' })).toBeNull();
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
    ['okta', { webhookToken: 's3cret' }, { headers: { authorization: 's3cret' } }],
    ['sailpoint', { webhookToken: 's3cret' }, { headers: { authorization: 'Bearer s3cret' } }],
    [
      'sailpoint',
      { webhookUsername: 'me', webhookPassword: 'p:w' },
      { headers: { authorization: `Basic ${btoa('me:p:w')}` } },
    ],
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
