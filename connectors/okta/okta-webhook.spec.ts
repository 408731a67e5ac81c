import type { InboundRequest, JsonObject, JsonValue } from '@castellan/sdk';
import { describe, expect, it } from 'vitest';
import { oktaAddress, oktaTriggers } from './okta-webhook.js';

const webhookToken = 'the-event-hook-secret';

const delivery = (
  events: JsonValue,
  headers: Record<string, string> = { authorization: webhookToken },
): InboundRequest => {
  const body = { eventType: 'com.okta.event_hook', eventId: 'delivery-1', data: { events } };
  return { method: 'POST', headers, query: {}, rawBody: Buffer.from(JSON.stringify(body)), body };
};
const verify = (request: InboundRequest, fields: JsonObject = { webhookToken }) =>
  oktaAddress.signature.verify({ ...request, fields, now: new Date() });

describe('A delivery of Okta', () => {
  for (const [id, { sample }] of Object.entries(oktaTriggers)) {
    it(`with the secret is taken as ${id}, and one without or with another is not`, () => {
      const genuine = delivery([sample]);
      expect(verify(genuine)).toMatchObject({ ok: true });
      const { uuid } = sample as { uuid: string };
      expect(oktaAddress.events(genuine)).toEqual([{ trigger: id, payload: sample, key: uuid, id: uuid }]);
      expect(verify(delivery([sample], { authorization: 'another-secret' })).ok).toBe(false);
      expect(verify(delivery([sample], {})).ok).toBe(false);
    });
  }

  it('is refused where the connection has no secret, whatever it carries', () => {
    for (const authorization of ['undefined', '', webhookToken]) {
      expect(verify(delivery([], { authorization }), {})).toMatchObject({ ok: false });
    }
  });

  it('is known by the id that Okta gives it, the same when it delivers again', () => {
    expect(oktaAddress.deliveryId(delivery([]))).toBe('delivery-1');
  });

  it('brings each of its entries as an event of its own', () => {
    const { userSuspended, memberRemoved } = oktaTriggers;
    const second = { ...(memberRemoved.sample as JsonObject), uuid: 'another' };
    const events = oktaAddress.events(delivery([userSuspended.sample, second]));
    expect(events.map(({ trigger, key }) => [trigger, key])).toEqual([
      ['userSuspended', (userSuspended.sample as { uuid: string }).uuid],
      ['memberRemoved', 'another'],
    ]);
  });

  it('of another kind, or that is not what Okta sends, starts nothing', () => {
    const sample = oktaTriggers.userSuspended.sample as JsonObject;
    const { uuid: _, ...nameless } = sample;
    const odd: JsonValue[] = [null, 'text', {}, [null], [nameless], [{ ...sample, eventType: 'toString' }], [[]]];
    for (const events of odd) expect(oktaAddress.events(delivery(events))).toEqual([]);
    for (const body of [null, 'text', [], { data: null }]) {
      expect(oktaAddress.events({ ...delivery([]), body: body as JsonValue })).toEqual([]);
    }
  });

  it('that asks once whether the address is right gets its own text back, and only by GET', () => {
    const { challenge } = oktaAddress.signature;
    const question = delivery([], { 'x-okta-verification-challenge': 'one-time' });
    expect(challenge!.signed).toBe(false);
    expect(challenge!.answer({ ...question, method: 'GET', body: null })).toEqual({
      ...{ status: 200, body: { verification: 'one-time' } },
    });
    expect(challenge!.answer(question)).toBeNull();
  });
});
