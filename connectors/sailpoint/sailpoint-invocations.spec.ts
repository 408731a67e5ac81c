import { callOperation, type JsonObject } from '@castellan/sdk';
import { json, type Simulation, simulate, startVendor, type VendorServer } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sailpoint } from './sailpoint.connector.js';
import { sailpointSimulator } from './sailpoint.simulator.js';
import { sailpointTriggers } from './sailpoint-triggers.js';

let tenant: Simulation;
let subscriber: VendorServer;
beforeAll(async () => {
  [tenant, subscriber] = await Promise.all([simulate(sailpoint, sailpointSimulator), startVendor()]);
});
beforeEach(async () => {
  await tenant.reset();
  subscriber.seen.length = 0;
  subscriber.answer = json('{}');
});
afterAll(async () => {
  await tenant.close();
  subscriber.close();
});

const call = (operation: string, input: JsonObject) =>
  callOperation(sailpoint, operation, input, tenant.host()) as Promise<
    JsonObject & { id: string; items: JsonObject[] }
  >;

const preApproval = 'idn:access-request-pre-approval';
const answer = sailpointTriggers.accessRequestPreApproval!.answerSample as JsonObject;

/** A subscription that delivers to the subscriber. */
const subscribe = (triggerId: string, mode = 'SYNC', more: JsonObject = {}) =>
  call('createSubscription', {
    ...{ triggerId, name: `Told of ${triggerId}`, type: 'HTTP', ...more },
    httpConfig: {
      url: `${subscriber.origin}/hooks/sailpoint`,
      httpDispatchMode: mode,
      httpAuthenticationType: 'BEARER_TOKEN',
    },
  });

const test = (triggerId: string, input?: JsonObject) =>
  call('testInvocation', { triggerId, ...(input ? { input } : {}) });

/** The invocation’s status once it is as wanted. */
const statusOnce = (isWanted: (status: JsonObject) => boolean) =>
  vi.waitFor(async () => {
    const { items } = await call('listInvocations', { limit: 1 });
    if (!items[0] || !isWanted(items[0])) throw new Error(`It is still ${JSON.stringify(items[0])}.`);
    return items[0];
  });

const ended = ({ completed }: JsonObject) => completed != null;
const arrived = () => vi.waitFor(() => expect(subscriber.seen).toHaveLength(1));
const toldOf = () => (JSON.parse(subscriber.seen[0]!.body) as { _metadata: JsonObject })._metadata;

describe('a subscription', () => {
  it('is told the event with the connection’s credential and all that an answer needs', async () => {
    await subscribe('idn:identity-created');
    await test('idn:identity-created');
    await arrived();
    const { headers, body } = subscriber.seen[0]!;
    expect(headers.authorization).toBe(`Bearer ${String(tenant.fields.webhookToken)}`);
    expect(JSON.parse(body)).toEqual({
      ...(sailpointTriggers.identityCreated!.sample as object),
      _metadata: {
        ...{ triggerId: 'idn:identity-created', triggerType: 'fireAndForget', responseMode: 'sync' },
        invocationId: expect.any(String),
        secret: expect.any(String),
        callbackURL: expect.stringMatching(/^https:.*\/trigger-invocations\/.+\/complete$/),
      },
    });
    expect(await statusOnce(ended)).not.toHaveProperty('completeInvocationInput');
  });

  it('never shows its credential, and is not made without one that the connection has', async () => {
    const made = await subscribe('idn:identity-created');
    expect(JSON.stringify(made)).not.toContain(String(tenant.fields.webhookToken));
    const { id, httpConfig } = made as unknown as { id: string; httpConfig: JsonObject };
    const byPassword = { subscriptionId: id, httpConfig: { ...httpConfig, httpAuthenticationType: 'BASIC_AUTH' } };
    await expect(call('updateSubscription', byPassword)).rejects.toMatchObject({
      code: 'E_AUTH',
      message: expect.stringContaining('“webhookUsername”'),
    });
  });

  it('keeps its credential when something else of it is changed', async () => {
    const { id } = await subscribe('idn:identity-created');
    await call('updateSubscription', { subscriptionId: id, name: 'Another name' });
    await test('idn:identity-created');
    await arrived();
    expect(subscriber.seen[0]!.headers.authorization).toBe(`Bearer ${String(tenant.fields.webhookToken)}`);
  });

  it('loses its filter by null, and keeps it otherwise', async () => {
    const filter = '$.changes[?(@.attribute == "department")]';
    const { id } = await subscribe('idn:identity-attributes-changed', 'SYNC', { filter });
    expect(await call('updateSubscription', { subscriptionId: id, enabled: false })).toMatchObject({ filter });
    expect(await call('updateSubscription', { subscriptionId: id, filter: null })).not.toHaveProperty('filter');
  });

  it('is one in the whole tenant where an answer is waited for', async () => {
    await subscribe(preApproval);
    await expect(subscribe(preApproval, 'ASYNC')).rejects.toMatchObject({
      status: 400,
      vendorMessage: expect.stringMatching(/as many subscriptions as it takes.*400\.1 Bad Request.*tracking id/),
    });
  });

  it('tells whom a test event reaches, and nobody where nobody subscribes', async () => {
    expect(await test('idn:source-created')).toEqual({ invocations: [] });
  });
});

describe('an answer that is given at once', () => {
  it('is the outcome', async () => {
    subscriber.answer = json(JSON.stringify(answer));
    await subscribe(preApproval);
    await test(preApproval);
    expect(await statusOnce(ended)).toMatchObject({
      completeInvocationInput: { output: answer, localizedError: null },
    });
  });

  it.each([
    ['does not fit the trigger', json('{"approved":"yes"}'), /does not fit/],
    ['is a refusal', json('{}', 500), /answered 500/],
  ])('is none when it %s', async (_, given, words) => {
    subscriber.answer = given;
    await subscribe(preApproval);
    await test(preApproval);
    expect(await statusOnce(ended)).toMatchObject({
      completeInvocationInput: { output: null, localizedError: { message: expect.stringMatching(words) } },
    });
  });

  it('may also be given later where the subscription is dynamic', async () => {
    subscriber.answer = json('{}', 202);
    await subscribe(preApproval, 'DYNAMIC');
    await test(preApproval);
    await arrived();
    await call('completeInvocation', answerTo(toldOf()));
    expect(await statusOnce(ended)).toMatchObject({ completeInvocationInput: { output: answer } });
  });
});

const answerTo = ({ invocationId, secret }: JsonObject) => ({
  invocationId: invocationId!,
  secret: secret!,
  output: answer,
});

describe('an answer that is given later', () => {
  beforeEach(async () => {
    await subscribe(preApproval, 'ASYNC');
    await test(preApproval);
    await arrived();
  });

  it('is waited for, and taken once', async () => {
    expect(await statusOnce((status) => !ended(status))).not.toHaveProperty('completed');
    await call('completeInvocation', answerTo(toldOf()));
    expect(await statusOnce(ended)).toMatchObject({ completeInvocationInput: { output: answer } });
    await expect(call('completeInvocation', answerTo(toldOf()))).rejects.toMatchObject({ status: 400 });
  });

  it('is refused without the secret of the invocation', async () => {
    const forged = { ...answerTo(toldOf()), secret: 'guessed' };
    await expect(call('completeInvocation', forged)).rejects.toMatchObject({ status: 400 });
  });

  it('comes too late after the deadline', async () => {
    const { invocations } = (await tenant.state()) as { invocations: JsonObject[] };
    await tenant.seed({ invocations: invocations.map((each) => ({ ...each, deadline: '2026-01-12T10:00:00.000Z' })) });
    await expect(call('completeInvocation', answerTo(toldOf()))).rejects.toMatchObject({ status: 400 });
    expect(await statusOnce(ended)).toMatchObject({
      completeInvocationInput: { localizedError: { message: expect.stringContaining('deadline') } },
    });
  });

  it('may say that there is none', async () => {
    await call('completeInvocation', { ...answerTo(toldOf()), error: 'The manager is away.' });
    expect(await statusOnce(ended)).toMatchObject({
      completeInvocationInput: { localizedError: { message: 'The manager is away.' } },
    });
  });
});

describe('a filter', () => {
  const event = { changes: [{ attribute: 'department', newValue: 'Security' }] };
  it.each([
    ['$.changes[?(@.attribute == "department")]', { isValid: true, isValidJSONPath: true, isPathExist: true }],
    ['$.changes[?(@.attribute == "manager")]', { isValid: false, isValidJSONPath: true, isPathExist: false }],
    ['$.changes[?(', { isValid: false, isValidJSONPath: false, isPathExist: false }],
  ])('%s is judged by an event', async (filter, verdict) => {
    expect(await call('validateSubscriptionFilter', { filter, input: event })).toEqual(verdict);
  });

  it('that is no JSONPath is not subscribed with', async () => {
    await expect(subscribe('idn:identity-created', 'SYNC', { filter: '$.[' })).rejects.toMatchObject({ status: 400 });
  });
});
