import { createHmac } from 'node:crypto';
import type { InboundRequest, JsonValue } from '@castellan/sdk';
import { describe, expect, it } from 'vitest';
import { bamboohrAddress, bamboohrSignature } from './bamboohr-deliveries.js';

const key = 'a-private-key';
const now = new Date('2026-01-15T08:30:10Z');

function delivery(body: JsonValue, timestamp = String(now.getTime() / 1000), signedWith = key): InboundRequest {
  const rawBody = Buffer.from(JSON.stringify(body));
  const signature = createHmac('sha256', signedWith)
    .update(`${rawBody.toString('utf8')}${timestamp}`)
    .digest('hex');
  const headers = { 'x-bamboohr-signature': signature, 'x-bamboohr-timestamp': timestamp };
  return { method: 'POST', headers, query: {}, rawBody, body };
}

const verify = (inbound: InboundRequest, fields: Record<string, unknown> = { webhookKey: key }) =>
  bamboohrSignature.verify({ ...inbound, fields, now });

const updated = {
  type: 'employee.updated',
  timestamp: '2026-01-15T08:30:00Z',
  data: { companyId: '12345', employeeId: '105', changedFields: ['jobTitle', 'department'] },
};

describe('a webhook of BambooHR', () => {
  it('is signed over the body followed by the timestamp', () => {
    // Computed by another program: HMAC-SHA256 of {"a":1}1658248023
    const rawBody = Buffer.from('{"a":1}');
    const headers = {
      'x-bamboohr-timestamp': '1658248023',
      'x-bamboohr-signature': '17a5885cf124c8e483a441d040b18b04c477c063c494e61e21beb531681ec9be',
    };
    const at = new Date(1_658_248_023_000);
    const verdict = bamboohrSignature.verify({ headers, query: {}, rawBody, fields: { webhookKey: key }, now: at });
    expect(verdict).toMatchObject({ ok: true });
  });

  it('is taken with either of two keys', () => {
    const fields = { webhookKey: 'another', webhookKeyNext: key };
    expect(verify(delivery(updated), fields)).toMatchObject({ ok: true });
  });

  it('is taken when its time is written as an instant', () => {
    expect(verify(delivery(updated, '2026-01-15T08:30:00Z'))).toMatchObject({ ok: true });
  });

  it.each<[string, InboundRequest, string]>([
    ['forged', delivery(updated, undefined, 'not the key'), 'does not match'],
    ['changed', { ...delivery(updated), rawBody: Buffer.from('{}') }, 'does not match'],
    ['stale', delivery(updated, String(now.getTime() / 1000 - 301)), 'more than 300 s away'],
    ['without a time', delivery(updated, ''), 'timestamp is missing'],
    ['unsigned', { ...delivery(updated), headers: {} }, 'X-BambooHR-Signature is missing'],
  ])('is refused when it is %s', (_, inbound, reason) => {
    expect(verify(inbound)).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });

  it('is refused while the connection has no key', () => {
    expect(verify(delivery(updated), {})).toMatchObject({ ok: false });
  });
});

describe('what a webhook of BambooHR tells', () => {
  it('is one event, with the fields that changed', () => {
    expect(bamboohrAddress.events(delivery(updated))).toEqual([
      {
        trigger: 'employeeUpdated',
        key: '0',
        payload: {
          ...{ employeeId: '105', at: '2026-01-15T08:30:00Z' },
          ...{ changedFields: ['jobTitle', 'department'], fields: {} },
        },
      },
    ]);
  });

  it('names a new record as reading does, so that it counts once', () => {
    const created = { type: 'employee.created', timestamp: '2026-01-12T10:15:00Z', data: { employeeId: '110' } };
    const [event] = bamboohrAddress.events(delivery(created));
    expect(event).toMatchObject({ trigger: 'employeeCreated', id: 'employee.created 110' });
  });

  it('is an event for each employee, with values, in the field-based form', () => {
    const employees: JsonValue = [
      { id: 5, action: 'Updated', changedFields: ['jobTitle'], fields: { jobTitle: { value: 'Analyst' } } },
      { id: '6', action: 'Deleted' },
    ];
    expect(bamboohrAddress.events(delivery({ employees }))).toEqual([
      {
        trigger: 'employeeUpdated',
        key: '0',
        payload: { employeeId: '5', at: null, changedFields: ['jobTitle'], fields: { jobTitle: 'Analyst' } },
      },
      {
        trigger: 'employeeDeleted',
        key: '1',
        id: 'employee.deleted 6',
        payload: { employeeId: '6', at: null, changedFields: [], fields: {} },
      },
    ]);
  });

  it('is nothing for events of other kinds and for what is no event', () => {
    const others: JsonValue = [{ type: 'company.updated', data: {} }, 'text', null, { employees: [null, { id: '1' }] }];
    for (const body of others) {
      expect(bamboohrAddress.events(delivery(body))).toEqual([]);
    }
  });

  it('is the same delivery when it is sent again with a new time and signature', () => {
    const later = delivery(updated, String(now.getTime() / 1000 + 300));
    expect(bamboohrAddress.deliveryId(later)).toBe(bamboohrAddress.deliveryId(delivery(updated)));
    const other = { ...updated, timestamp: '2026-01-15T09:00:00Z' };
    expect(bamboohrAddress.deliveryId(delivery(other))).not.toBe(bamboohrAddress.deliveryId(delivery(updated)));
  });
});
