import { describe, expect, it } from 'vitest';
import { opalAddress } from './opal-address.js';

const delivery = (value: unknown) => ({
  method: 'POST',
  headers: {},
  query: {},
  rawBody: Buffer.from(''),
  body: value as never,
});

describe('Opal’s webhook', () => {
  const event = { event_type: 'USER_ADDED_TO_RESOURCE', user_id: 'jane.doe@example.com', resource_id: 'r' };
  const two = {
    organization_id: 'o',
    event_ts: 1,
    events: [event, { ...event, event_type: 'USER_REMOVED_FROM_RESOURCE' }],
  };

  it('gives one event for each that a delivery holds', () => {
    expect(opalAddress.events(delivery(two))).toMatchObject([
      { trigger: 'accessChanged', key: '0', payload: { organization_id: 'o', event_ts: 1, ...event } },
      { trigger: 'accessChanged', key: '1', payload: { event_type: 'USER_REMOVED_FROM_RESOURCE' } },
    ]);
  });

  it('is known again by what it says, since Opal gives deliveries no id', () => {
    const first = opalAddress.deliveryId(delivery(two));
    expect(opalAddress.deliveryId(delivery({ ...two }))).toBe(first);
    expect(opalAddress.deliveryId(delivery({ ...two, event_ts: 2 }))).not.toBe(first);
  });

  it.each(['text', null, [], { events: 'none' }, { event_ts: 1, events: 'none' }])(
    'holds no events when it is %j',
    (value) => {
      expect(opalAddress.events(delivery(value))).toEqual([]);
    },
  );
});

describe('Opal’s event stream', () => {
  const event = {
    event_id: 'e1',
    event_type: 'USERS_CREATED',
    created_at: '2026-03-01T10:00:00Z',
    actor_email: 'a@b.c',
  };
  const expected = {
    trigger: 'eventStreamed',
    ...{ key: 'e1', id: 'e1' },
    payload: { eventId: 'e1', eventType: 'USERS_CREATED', createdAt: '2026-03-01T10:00:00Z', actorEmail: 'a@b.c' },
  };

  it.each([
    ['one event', event],
    ['a list', [event]],
    ['a list under a name', { events: [event] }],
  ])('is read as the events of the API, come as %s', (_, body) => {
    expect(opalAddress.events(delivery(body))).toEqual([expected]);
  });

  it('is known again by the ids of its events', () => {
    const id = opalAddress.deliveryId(delivery(event));
    expect(opalAddress.deliveryId(delivery({ ...event, delivered_again: true }))).toBe(id);
    expect(opalAddress.deliveryId(delivery({ ...event, event_id: 'e2' }))).not.toBe(id);
  });

  it('starts nothing by the trial that comes before a stream is saved', () => {
    expect(opalAddress.events(delivery({ message: 'test' }))).toEqual([]);
    expect(opalAddress.deliveryId(delivery({ message: 'test' }))).toBeNull();
  });
});
