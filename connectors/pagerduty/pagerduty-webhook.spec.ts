import { createHmac } from 'node:crypto';
import { type JsonValue, readSweep, sweepOf } from '@castellan/sdk';
import { simulate } from '@castellan/sdk/testing';
import { describe, expect, it } from 'vitest';
import { pagerduty } from './pagerduty.connector.js';
import { pagerdutySimulator } from './pagerduty.simulator.js';
import { pagerdutyAddress, pagerdutySignature, webhookEvents } from './pagerduty-webhook.js';

const { sample } = pagerduty.triggers.incidentTriggered!;
const delivered = { event: sample };
const rawBody = Buffer.from(JSON.stringify(delivered));
const sign = (secret: string, body = rawBody) => `v1=${createHmac('sha256', secret).update(body).digest('hex')}`;

function verify(signature: string | undefined, fields: object = { webhookSecret: 'first' }, body = rawBody) {
  const headers: Record<string, string> = signature === undefined ? {} : { 'x-pagerduty-signature': signature };
  return pagerdutySignature.verify({ headers, query: {}, rawBody: body, fields: { ...fields }, now: new Date() });
}

const delivery = (body: JsonValue) => ({ method: 'POST', headers: {}, query: {}, rawBody: Buffer.from(''), body });

describe('PagerDuty’s signature', () => {
  it('is the hexadecimal HMAC of the body, under its version', () => {
    expect(verify(sign('first'))).toMatchObject({ ok: true });
    expect(verify(sign('first').replace('v1=', ''))).toMatchObject({ ok: false });
    expect(verify(sign('first').replace('v1=', 'v2='))).toMatchObject({ ok: false });
  });

  it('may be one of several, of any secret that the connection holds', () => {
    const both = { webhookSecret: 'first', webhookSecretNext: 'second' };
    expect(verify(`${sign('old')},${sign('second')}`, both)).toMatchObject({ ok: true });
    expect(verify(`${sign('old')}, ${sign('first')}`, both)).toMatchObject({ ok: true });
    expect(verify(`${sign('old')},${sign('older')}`, both).ok).toBe(false);
  });

  it('is refused when it is missing, forged, over another body, or when no secret is known', () => {
    expect(verify(undefined)).toMatchObject({ reason: 'The header X-PagerDuty-Signature is missing.' });
    expect(verify(sign('guessed')).ok).toBe(false);
    expect(verify(sign('first'), undefined, Buffer.from('{}')).ok).toBe(false);
    expect(verify(sign('undefined'), {})).toMatchObject({ reason: expect.stringContaining('Enter PagerDuty’s') });
  });
});

describe('A delivery of PagerDuty', () => {
  it('is known by the id of its event, which is the same when it comes again', () => {
    expect(pagerdutyAddress.deliveryId(delivery(delivered))).toBe((sample as { id: string }).id);
    expect(pagerdutyAddress.deliveryId(delivery({ event: {} }))).toBeNull();
  });

  it.each(webhookEvents)('of %s is an event of its trigger', (type) => {
    const event = { ...(sample as object), event_type: type };
    const [found] = pagerdutyAddress.events(delivery({ event }));
    expect(found).toMatchObject({ trigger: found!.trigger, payload: event, key: '0' });
    expect((pagerduty.triggers[found!.trigger]!.sample as { event_type: string }).event_type).toBe(type);
  });

  it('names a new incident as the list does, and what happens again and again by its own id only', async () => {
    const simulation = await simulate(pagerduty, pagerdutySimulator);
    const begin = sweepOf(pagerduty, 'incidentTriggered').begin(new Date('2026-10-01T00:00:00Z'));
    const { events } = await readSweep(
      pagerduty,
      'incidentTriggered',
      begin,
      simulation.host({ now: new Date('2026-10-20T00:00:00Z') }),
    );
    await simulation.close();
    expect(events.length).toBeGreaterThan(0);
    for (const { id, payload } of events) {
      expect(pagerdutyAddress.events(delivery({ event: payload }))).toMatchObject([
        { trigger: 'incidentTriggered', id },
      ]);
    }
    const resolved = { ...(sample as object), event_type: 'incident.resolved' };
    expect(pagerdutyAddress.events(delivery({ event: resolved }))[0]).not.toHaveProperty('id');
  });

  it.each([{ event: { event_type: 'pagey.ping' } }, { event: { event_type: 'constructor' } }, {}, [], null, 'text'])(
    'is no event when it is %j',
    (body) => {
      expect(pagerdutyAddress.events(delivery(body as JsonValue))).toEqual([]);
    },
  );
});
