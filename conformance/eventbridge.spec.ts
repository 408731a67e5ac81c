import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import {
  EventBridgeClient,
  type EventBridgeClientConfig,
  ListEventBusesCommand,
  PutEventsCommand,
  type PutEventsCommandOutput,
} from '@aws-sdk/client-eventbridge';
import { connectors } from '@castellan/connectors';
import type { ConnectionFields, SignableRequest } from '@castellan/sdk';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it, vi } from 'vitest';
import { judge } from './judge.js';
import type { Wire } from './wire.js';

const credentialsOf = ({ region, accessKeyId, secretAccessKey }: ConnectionFields) => ({
  region: String(region),
  credentials: { accessKeyId: String(accessKeyId), secretAccessKey: String(secretAccessKey) },
});

/** The SDK sends by Node's https; what it would encrypt arrives at the wire. */
function clientOf({ agent }: Wire, fields: ConnectionFields): EventBridgeClient {
  const config: EventBridgeClientConfig = {
    ...credentialsOf(fields),
    requestHandler: { httpsAgent: agent },
    maxAttempts: 1,
  };
  return new EventBridgeClient(config);
}

const detail = { person: 'jane.doe@example.com', resource: 'production' };
const entry = { Source: 'castellan.access', DetailType: 'Access revoked', Detail: JSON.stringify(detail) };

async function taken(answer: Promise<PutEventsCommandOutput>): Promise<void> {
  const { FailedEntryCount, Entries } = await answer;
  if (FailedEntryCount !== 0 || !Entries?.every(({ EventId }) => EventId)) {
    throw new Error(`The SDK was answered ${JSON.stringify(Entries)}.`);
  }
}

judge({
  connector: 'eventbridge',
  sdk: '@aws-sdk/client-eventbridge',
  client: clientOf,
  headers: ['content-type', 'x-amz-target'],
  test: { sdk: (client) => client.send(new ListEventBusesCommand({ Limit: 1 })) },
  cases: {
    putEvent: {
      input: { source: 'castellan.access', detailType: 'Access revoked', detail },
      sdk: (client) => taken(client.send(new PutEventsCommand({ Entries: [entry] }))),
    },
    putEvents: {
      input: {
        events: [
          {
            ...{ source: 'castellan.access', detailType: 'Access revoked', detail, time: '2026-01-12T09:00:00Z' },
            resources: ['arn:aws:iam::123456789012:role/production'],
          },
          { source: 'castellan.access', detailType: 'Access revoked', detail },
        ],
        eventBus: 'security',
      },
      sdk: (client) =>
        taken(
          client.send(
            new PutEventsCommand({
              Entries: [
                {
                  ...entry,
                  Time: new Date('2026-01-12T09:00:00Z'),
                  Resources: ['arn:aws:iam::123456789012:role/production'],
                  EventBusName: 'security',
                },
                { ...entry, EventBusName: 'security' },
              ],
            }),
          ),
        ),
    },
    listEventBuses: {
      input: { namePrefix: 'sec' },
      sdk: async (client) => {
        const { EventBuses } = await client.send(new ListEventBusesCommand({ NamePrefix: 'sec', Limit: 100 }));
        if (EventBuses?.[0]?.Name !== 'security') throw new Error('The SDK found no bus.');
      },
    },
  },
});

/** What the SDK's signer hashes with. */
class Sha256 {
  private readonly hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string | Uint8Array);
  }
  update(data: Uint8Array): void {
    this.hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.hash.digest()));
  }
}

describe('a request that we sign', () => {
  it.each([undefined, 'a-session-token'])(
    'has the signature of AWS’s own signer, with the token %s',
    async (sessionToken) => {
      const { auth, sampleConnection } = connectors.find(({ id }) => id === 'eventbridge')!;
      const fields = { ...sampleConnection.fields, ...(sessionToken ? { sessionToken } : {}) };
      const now = new Date('2026-01-12T09:00:00Z');
      const body = JSON.stringify({ Entries: [entry] });
      const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' };
      const { region, credentials } = credentialsOf(fields);
      const signer = new SignatureV4({
        ...{ service: 'events', region, sha256: Sha256, applyChecksum: false },
        credentials: { ...credentials, ...(sessionToken ? { sessionToken } : {}) },
      });
      const host = `events.${region}.amazonaws.com`;
      const theirs = await signer.sign(
        {
          method: 'POST',
          protocol: 'https:',
          hostname: host,
          path: '/',
          query: {},
          headers: { ...headers, host },
          body,
        },
        { signingDate: now },
      );
      vi.useFakeTimers({ toFake: ['Date'], now });
      const request: SignableRequest = { method: 'POST', url: new URL(`https://${host}/`), headers, body };
      const ours = await auth[0]!.sign!(fields, request).finally(() => vi.useRealTimers());
      expect(theirs.headers).toMatchObject(ours);
    },
  );
});
