import { connectors } from '@castellan/connectors';
import { simulators } from '@castellan/connectors/simulators';
import {
  type ConnectionFields,
  callOperation,
  createHttpCore,
  type HttpCore,
  type JsonObject,
  type JsonValue,
  MemoryTokenKeeper,
  simulatorFields,
  testConnection,
} from '@castellan/sdk';
import { hostOf, testKey } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openWire, type Sent, type Wire } from './wire.js';

/** One intention, by our operation and by the SDK. */
export interface Case<Client> {
  input: JsonValue;
  /** Makes the same call. Rejects if the simulator's answer is not what the SDK takes for its vendor's. */
  sdk(client: Client): Promise<unknown>;
  /** Headers that must be the same, where they are others than usual. */
  headers?: string[];
}

export interface Judgement<Client> {
  /** The connector's id. */
  connector: string;
  /** The package's name. */
  sdk: string;
  /** In place of the connector's sample connection, another way to sign in. Keys are made up for it alike. */
  connection?: { kind: string; fields: ConnectionFields };
  /** Collections of the simulator’s state, in place of its seed’s. */
  seed?: JsonObject;
  /** An SDK client with the credentials of the connector's sample connection, that speaks to the wire. */
  client(wire: Wire, fields: ConnectionFields): Client;
  /** Headers that must be the same, in lower case. */
  headers: string[];
  /** Brings forms that the vendor takes as the same into one. Default: as they are. */
  plain?(sent: Sent): object;
  /** What the SDK has for the connection's test. */
  test?: Omit<Case<Client>, 'input'>;
  /** By operation id. An operation that is `judgedBy: 'sdk'` has one. */
  cases: Record<string, Case<Client>>;
}

/** The key under which our operations send; an SDK that sends one must send this. */
export { testKey };

const workspace = 'conformance';

/** Declares that a vendor's SDK can work with the simulator, and that our operations ask what the SDK asks. */
export function judge<Client>(judgement: Judgement<Client>): void {
  const { sdk, cases } = judgement;
  const connector = connectors.find(({ id }) => id === judgement.connector)!;
  const simulator = simulators.find((candidate) => candidate.connector === judgement.connector)!;
  const sampleConnection = judgement.connection ?? connector.sampleConnection;
  const signIn = connector.auth.find(({ kind }) => kind === sampleConnection.kind)!;
  // Whoever signs needs a real key; other secrets stay those that the SDK is given.
  const { fields } = signIn.token ? simulatorFields({ ...connector, sampleConnection }) : sampleConnection;

  describe(`${connector.title}, judged by ${sdk}`, () => {
    let wire: Wire;
    let core: HttpCore;
    beforeAll(async () => {
      wire = await openWire(simulator);
      core = createHttpCore({ simulators: { socketPath: wire.socketPath } });
    });
    beforeEach(reset);
    afterAll(async () => {
      await core.close();
      await wire.close();
    });

    async function reset() {
      const path = `/__simulator/${connector.id}/reset` as never;
      await core.simulators().send({ method: 'POST', path, query: { workspace } });
      await core.simulators().send({ method: 'POST', path });
      const seed = {
        method: 'POST',
        path: `/__simulator/${connector.id}/seed` as never,
        body: judgement.seed,
      } as const;
      for (const query of judgement.seed ? [{ workspace }, {}] : []) await core.simulators().send({ ...seed, query });
      wire.taken();
    }

    const host = () => {
      const connection = { id: 'conformance', kind: sampleConnection.kind, fields, simulator: { workspace } };
      // Each call signs in anew, as an SDK that has just been made does.
      const options = { idempotencyKey: testKey, tokens: new MemoryTokenKeeper() };
      return hostOf(core.connect(connector, connection, options));
    };

    async function bySdk(call: (client: Client) => Promise<unknown>) {
      await call(judgement.client(wire, fields));
      return wire.taken();
    }

    const expectSame = (ours: Sent[], theirs: Sent[], names = judgement.headers) => {
      const compared = (sent: Sent) => ({
        ...(judgement.plain ?? asItIs)(sent),
        headers: Object.fromEntries(names.map((name) => [name, headerOf(sent, name)])),
      });
      expect(theirs.length).toBeGreaterThan(0);
      expect(ours.map(compared)).toEqual(theirs.map(compared));
    };

    for (const [id, { input, sdk: call, headers }] of Object.entries(cases)) {
      it(`${id}: ${sdk} is answered as by ${connector.title}, and our request is the same`, async () => {
        const theirs = await bySdk(call);
        await reset();
        await callOperation(connector, id, input, host());
        expectSame(wire.taken(), theirs, headers);
      });
    }

    const { test } = judgement;
    if (test) {
      it(`the connection’s test asks what ${sdk} asks`, async () => {
        const theirs = await bySdk(test.sdk);
        await testConnection(connector, fields, host());
        expectSame(wire.taken(), theirs, test.headers);
      });
    }

    it('judges every operation that says so', () => {
      const { judgedBy: usual, operations } = connector;
      const promised = Object.entries(operations).filter(([, { judgedBy = usual }]) => judgedBy === 'sdk');
      expect(Object.keys(cases)).toEqual(expect.arrayContaining(promised.map(([id]) => id)));
      expect(Object.keys(operations)).toEqual(expect.arrayContaining(Object.keys(cases)));
    });
  });
}

function asItIs({ host, method, path, query, body }: Sent): object {
  return { host, method, path, query, body };
}

/** Of a content type only what it says of a body that is there. */
function headerOf({ headers, body }: Sent, name: string): string | undefined {
  if (name !== 'content-type') return headers[name];
  return body === null ? undefined : headers[name]?.split(';')[0];
}
