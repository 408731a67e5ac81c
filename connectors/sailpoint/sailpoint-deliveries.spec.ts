import type { JsonObject, JsonValue } from '@castellan/sdk';
import { describe, expect, it } from 'vitest';
import { jane } from './sailpoint-company.js';
import { sailpointAddress } from './sailpoint-deliveries.js';
import { invocationOf, mayCallBack } from './sailpoint-invocation.js';
import { sailpointTriggers } from './sailpoint-triggers.js';

const metadata = {
  triggerId: 'idn:access-request-pre-approval',
  triggerType: 'requestResponse',
  responseMode: 'async',
  secret: 'of-the-invocation',
  invocationId: 'c9f0f1a2',
  callbackURL: 'https://simulated-company.api.identitynow.com/beta/trigger-invocations/c9f0f1a2/complete',
};

const delivery = (body: JsonValue, headers: Record<string, string> = {}) => ({
  ...{ method: 'POST', headers, query: {}, rawBody: Buffer.from(JSON.stringify(body)), body },
});

const event = sailpointTriggers.accessRequestPreApproval!.sample as { [key: string]: JsonValue };

describe('a delivery of SailPoint', () => {
  it.each(Object.entries(sailpointTriggers))('is the event %s by the vendor’s id of the trigger', (key, trigger) => {
    const body = { ...(trigger.sample as object), _metadata: { ...metadata, triggerId: trigger.vendorId! } };
    expect(sailpointAddress.events(delivery(body))).toEqual([{ trigger: key, payload: trigger.sample, key: '0' }]);
  });

  it('gives no flow what proves an answer', () => {
    const events = sailpointAddress.events(delivery({ ...event, _metadata: metadata }));
    expect(JSON.stringify(events)).not.toContain(metadata.secret);
  });

  it('has one person asked for as a list of one, as SailPoint sends either', () => {
    const body = { ...event, requestedFor: jane, _metadata: metadata };
    expect(sailpointAddress.events(delivery(body))[0]?.payload).toMatchObject({ requestedFor: [jane] });
  });

  it('is known again by its invocation, whose id stands also in the callback’s address', () => {
    const { invocationId: _, ...older } = metadata;
    expect(sailpointAddress.deliveryId(delivery({ _metadata: metadata }))).toBe('c9f0f1a2');
    expect(sailpointAddress.deliveryId(delivery({ _metadata: older }))).toBe('c9f0f1a2');
  });

  const none: JsonValue[] = [null, 'text', [], {}, { _metadata: null }, { _metadata: { triggerId: 1 } }];
  it.each(none)('is none when it is %j', (body) => {
    expect(invocationOf(body)).toBeNull();
    expect(sailpointAddress.events(delivery(body))).toEqual([]);
  });

  it('of a trigger that nobody knows holds no event', () => {
    const body = { _metadata: { ...metadata, triggerId: 'idn:something-new' } };
    expect(sailpointAddress.events(delivery(body))).toEqual([]);
  });

  it('is kept without what proves an answer', () => {
    const kept = sailpointAddress.kept!(delivery({ ...event, _metadata: metadata }));
    expect(JSON.stringify(kept)).not.toMatch(/of-the-invocation|callbackURL/);
    expect(kept).toMatchObject({ ...event, _metadata: { invocationId: 'c9f0f1a2' } });
  });

  it('says which answer it waits for, and when', () => {
    const awaited = (over: JsonObject) =>
      sailpointAddress.answering!.awaited(delivery({ ...event, _metadata: { ...metadata, ...over } }));
    const later = { url: metadata.callbackURL, secret: metadata.secret };
    expect(awaited({})).toEqual({ id: 'c9f0f1a2', trigger: 'accessRequestPreApproval', mode: 'async', later });
    expect(awaited({ responseMode: 'sync' })).toMatchObject({ mode: 'sync' });
    expect(awaited({ triggerId: 'idn:identity-created' })).toBeNull();
  });

  it('is refused when it is no invocation, or wants its answer brought elsewhere', () => {
    const malformed = (body: JsonValue) => sailpointAddress.malformed!(delivery(body), { apiUrl: 'https://a.example' });
    expect(malformed({ ...event, _metadata: metadata })).toBeNull();
    expect(malformed(event)).toMatch(/_metadata/);
    expect(malformed({ _metadata: { ...metadata, callbackURL: 'https://elsewhere.example/1/complete' } })).toMatch(
      /callback leads neither/,
    );
    expect(malformed({ _metadata: { ...metadata, secret: '' } })).toMatch(/by what secret/);
    expect(malformed({ _metadata: { triggerId: metadata.triggerId } })).toMatch(/to which invocation/);
    expect(malformed({ _metadata: { triggerId: 'idn:identity-created' } })).toBeNull();
  });
});

describe('the credential of a subscription', () => {
  const verify = (headers: Record<string, string>, fields: Record<string, string>) =>
    sailpointAddress.signature.verify({ headers, query: {}, rawBody: Buffer.from('{}'), fields, now: new Date() }).ok;
  const basic = `Basic ${Buffer.from('castellan:long').toString('base64')}`;

  it('is a bearer token, or a user name with a password', () => {
    expect(verify({ authorization: 'Bearer right' }, { webhookToken: 'right' })).toBe(true);
    const password = { webhookUsername: 'castellan', webhookPassword: 'long' };
    expect(verify({ authorization: basic }, password)).toBe(true);
    expect(verify({ authorization: basic }, { ...password, webhookToken: 'right' })).toBe(true);
    expect(verify({ authorization: 'Bearer right' }, { ...password, webhookToken: 'right' })).toBe(true);
  });

  it.each([
    ['a wrong one', { authorization: 'Bearer wrong' }, { webhookToken: 'right' }],
    ['none', {}, { webhookToken: 'right' }],
    ['another kind', { authorization: basic }, { webhookToken: 'right' }],
    ['one where the connection has none', { authorization: 'Bearer undefined' }, {}],
  ])('is refused when it is %s', (_, headers, fields) => {
    expect(verify(headers as Record<string, string>, fields as Record<string, string>)).toBe(false);
  });
});

describe('a later answer', () => {
  const fields = { apiUrl: 'https://identity.example.com' };

  it.each([
    'https://acme.api.identitynow.com/beta/trigger-invocations/1/complete',
    'https://acme.api.cloud.sailpoint.com/trigger-invocations/v1/1/complete',
    'https://identity.example.com/beta/trigger-invocations/1/complete',
  ])('may go to %s', (url) => {
    expect(mayCallBack(url, fields)).toBe(true);
  });

  it.each([
    'http://acme.api.identitynow.com/beta/trigger-invocations/1/complete',
    'https://api.identitynow.com.elsewhere.example/complete',
    'https://elsewhere.example/complete',
    'https://identity.example.com:8443/complete',
    'nowhere',
  ])('may not go to %s', (url) => {
    expect(mayCallBack(url, fields)).toBe(false);
  });

  it('goes to no other tenant than that of the connection', () => {
    const acme = { apiUrl: 'https://acme.api.identitynow.com' };
    const completing = (host: string) => `https://${host}/beta/trigger-invocations/1/complete`;
    expect(mayCallBack(completing('acme.api.cloud.sailpoint.com'), acme)).toBe(true);
    expect(mayCallBack(completing('other.api.identitynow.com'), acme)).toBe(false);
  });
});
