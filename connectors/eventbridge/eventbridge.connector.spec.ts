import { existsSync, readFileSync } from 'node:fs';
import { callOperation, type JsonObject } from '@castellan/sdk';
import { type Simulation, simulate, testConnector } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventbridge } from './eventbridge.connector.js';
import { eventbridgeSimulator } from './eventbridge.simulator.js';
import description from './fixtures/eventbridge.openapi.json' with { type: 'json' };

testConnector(eventbridge, eventbridgeSimulator, new URL('./fixtures/exchanges.json', import.meta.url));

/** The vendor's own description, where a checkout has it beside it. */
const model = new URL(
  '../../../../shared/specs/aws-eventbridge/botocore-events-2015-10-07.service-2.json',
  import.meta.url,
);

describe.skipIf(!existsSync(model))('the extract of AWS’s description', () => {
  it('says nothing that this does not say', () => {
    const { operations, shapes } = JSON.parse(readFileSync(model, 'utf8')) as Record<
      string,
      Record<string, JsonObject>
    >;
    for (const path of Object.keys(description.paths)) expect(operations).toHaveProperty(path.slice(1));
    for (const [name, { properties }] of Object.entries(description.components.schemas)) {
      expect(Object.keys(shapes?.[name]?.members ?? {}), name).toEqual(expect.arrayContaining(Object.keys(properties)));
    }
  });
});

let account: Simulation;
beforeAll(async () => {
  account = await simulate(eventbridge, eventbridgeSimulator);
});
beforeEach(() => account.reset());
afterAll(() => account.close());

const put = (over: object = {}) =>
  callOperation(
    eventbridge,
    'putEvent',
    { source: 'castellan.access', detailType: 'Access revoked', detail: { person: 'jane' }, ...over },
    account.host(),
  );

describe('an event', () => {
  it('is on its bus, with the time when it happened', async () => {
    await put({ eventBus: 'security', time: '2026-01-12T09:00:00Z' });
    expect(await account.state()).toMatchObject({
      events: [{ bus: 'security', detail: '{"person":"jane"}', at: '2026-01-12T09:00:00.000Z' }],
    });
  });

  it('that the bus does not take fails, although the call is answered 200', async () => {
    await expect(put({ eventBus: 'nowhere' })).rejects.toMatchObject({
      retryable: false,
      message: expect.stringMatching(/nowhere does not exist.*EventBusNotFound/),
    });
  });

  it('of AWS’s own sources, or too large, is not sent', async () => {
    await expect(put({ source: 'aws.ec2' })).rejects.toMatchObject({ code: 'E_INPUT' });
    await expect(put({ detail: { text: 'x'.repeat(1_048_576) } })).rejects.toMatchObject({ code: 'E_INPUT' });
  });

  it('among others that fail is told by itself; where all fail the call does', async () => {
    const event = { source: 'castellan.access', detailType: 'Access revoked', detail: {} };
    const several = (eventBus: string) =>
      callOperation(eventbridge, 'putEvents', { events: [event, event], eventBus }, account.host());
    expect(await several('security')).toMatchObject({ failedCount: 0 });
    await expect(several('nowhere')).rejects.toMatchObject({ retryable: false });
  });
});
