import { describeConnector, type InboundRequest } from '@castellan/sdk';
import { describe, expect, it } from 'vitest';
import { eventbridge } from './eventbridge.connector.js';
import { eventbridgeAddress, eventbridgeTriggers } from './eventbridge-deliveries.js';

const oauth = { clientId: 'eventbridge', clientSecret: 'a-long-secret' };
const now = new Date('2026-03-01T12:00:00Z');
const later = (seconds: number) => new Date(now.getTime() + seconds * 1_000);

const arriving = (body: unknown, headers: Record<string, string> = {}): InboundRequest => {
  const isText = typeof body === 'string';
  const text = isText ? body : JSON.stringify(body);
  return {
    ...{ method: 'POST', query: {}, headers, rawBody: Buffer.from(text) },
    body: (isText ? body : JSON.parse(text)) as InboundRequest['body'],
  };
};
const verify = (delivery: InboundRequest, fields: object, at = now) =>
  eventbridgeAddress.signature.verify({ ...delivery, fields: fields as Record<string, string>, now: at });

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const basic = `Basic ${btoa('eventbridge:a-long-secret')}`;
const { sample } = eventbridgeTriggers.event;

function tokenAt(at: Date): string {
  const asked = arriving('grant_type=client_credentials', { ...form, authorization: basic });
  expect(verify(asked, oauth, at)).toEqual({ ok: true });
  const answer = eventbridgeAddress.challenge?.(asked, { fields: oauth, now: at });
  expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 3_600 } });
  return (answer!.body as { access_token: string }).access_token;
}

describe('a token', () => {
  it.each([
    ['the header', arriving('grant_type=client_credentials', { ...form, authorization: basic })],
    ['a form', arriving('grant_type=client_credentials&client_id=eventbridge&client_secret=a-long-secret', form)],
    ['JSON', arriving({ grant_type: 'client_credentials', client_id: 'eventbridge', client_secret: 'a-long-secret' })],
  ])('is given for the client’s credentials in %s, and lets in for an hour', (_, asked) => {
    expect(verify(asked, oauth)).toEqual({ ok: true });
    const token = tokenAt(now);
    const event = arriving(sample, { authorization: `Bearer ${token}` });
    expect(verify(event, oauth)).toEqual({ ok: true });
    expect(eventbridgeAddress.challenge?.(event, { fields: oauth, now })).toBeNull();
    expect(verify(event, oauth, later(3_599))).toEqual({ ok: true });
    expect(verify(event, oauth, later(3_601))).toMatchObject({ ok: false, signsInAgain: true });
  });

  it('is refused when it is another’s, longer than it was given for, or of a secret before', () => {
    const token = tokenAt(now);
    const [until, signature] = token.split('.');
    for (const wrong of ['', 'x', `${Number(until) + 3_600}.${signature}`, `${until}.`, `NaN.${signature}`]) {
      expect(verify(arriving(sample, { authorization: `Bearer ${wrong}` }), oauth)).toMatchObject({ ok: false });
    }
    const event = arriving(sample, { authorization: `Bearer ${token}` });
    expect(verify(event, { ...oauth, clientSecret: 'another' })).toMatchObject({ ok: false });
    expect(verify(event, { ...oauth, clientId: 'another' })).toMatchObject({ ok: false });
  });

  it('is not given for wrong credentials, nor does whoever has these bring an event without one', () => {
    const wrong = arriving('grant_type=client_credentials&client_id=eventbridge&client_secret=guess', form);
    expect(verify(wrong, oauth)).toMatchObject({ ok: false });
    expect(verify(arriving(sample, { authorization: basic }), oauth)).toMatchObject({ ok: false });
  });

  it('is asked for only where the connection is of that kind', () => {
    const asked = arriving('grant_type=client_credentials', { ...form, authorization: basic });
    const fields = { webhookUsername: 'eventbridge', webhookPassword: 'a-long-secret' };
    expect(verify(asked, fields)).toEqual({ ok: true });
    expect(eventbridgeAddress.challenge?.(asked, { fields, now })).toBeNull();
  });
});

describe('an event', () => {
  it('is known by its own id, whenever it comes', () => {
    const delivery = arriving(sample);
    expect(eventbridgeAddress.malformed?.(delivery, {})).toBeNull();
    expect(eventbridgeAddress.deliveryId(delivery)).toBe('6a7e8feb-b491-4cf7-a9f1-bf3703467718');
    expect(eventbridgeAddress.events(delivery)).toEqual([{ trigger: 'event', payload: sample, key: '0' }]);
  });

  it.each([{}, { detail: {} }, [sample], 'text', { ...(sample as object), detail: 'text' }])(
    'that was transformed is refused with the remedy: %j',
    (body) => {
      const delivery = arriving(body);
      expect(eventbridgeAddress.malformed?.(delivery, {})).toContain('input transformer');
      expect(eventbridgeAddress.events(delivery)).toEqual([]);
    },
  );

  it('shows no secret of any of the three ways', () => {
    const { auth } = describeConnector(eventbridge);
    const receiving = auth.filter(({ kind }) => kind !== 'accessKey');
    expect(receiving.map(({ kind, secrets }) => [kind, secrets.length])).toEqual([
      ['apiKey', 1],
      ['basic', 1],
      ['oauth', 1],
    ]);
  });
});
