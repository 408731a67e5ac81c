import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callOperation, changesOf, parseInput, readBefore } from '../call.js';
import type { Connector, Operation } from '../define.js';
import { describeConnector } from '../describe.js';
import { type FatalError, RetryableError } from '../errors.js';
import { secretNames } from '../fields.js';
import { createHttpCore } from '../http/core.js';
import { secretsOf, targetOf } from '../http/target.js';
import type { Simulator } from '../simulator/index.js';
import type { JsonValue } from '../types.js';
import { testDirectory } from './directory-suite.js';
import { type Fixture, record, replay } from './exchange.js';
import { testPaging } from './paging-suite.js';
import { type PollFixture, recordPoll, testPoll } from './poll-suite.js';
import { neighbours, roundTrip, unsayable } from './schemas.js';
import { hostOf, type Simulation, simulate, testKey } from './simulate.js';
import { testSweep } from './sweep-suite.js';
import { testWrite } from './writes-suite.js';

/**
 * Declares the contract suite of a connector. `fixtures` is the URL of a JSON file `{ <operation>: Fixture }`; with
 * UPDATE_FIXTURES=1 it is written from the simulator. A paginated operation's fixture shows at least two pages.
 */
export function testConnector(connector: Connector, simulator: Simulator | null, fixtures: URL): void {
  describe(`${connector.title}: the connector`, () => {
    testDeclaration(connector);
  });
  const recorded = readFixtures(fixtures);
  for (const [id, operation] of Object.entries(connector.operations)) {
    describe(`${connector.title}: ${id}`, () => {
      testOperation(connector, id, operation);
      testFixture(connector, id, operation, recorded[id]);
    });
  }
  for (const [id, { poll, sweep }] of Object.entries(connector.triggers)) {
    if (poll) testPoll(connector, id, poll, simulator, recorded[id] as unknown as PollFixture | undefined);
    if (sweep && simulator) testSweep(connector, id, sweep, simulator);
  }
  if (simulator && connector.directory) testDirectory(connector, connector.directory, simulator);
  if (simulator) {
    describe(`${connector.title}: against its simulator`, () => testSimulated(connector, simulator, fixtures));
  }
}

/** The part of the contract suite that calls nobody: for a connector of our own, which sends no requests. */
export function testDeclared(connector: Connector): void {
  describe(`${connector.title}: the connector`, () => {
    testDeclaration(connector);
  });
  for (const [id, operation] of Object.entries(connector.operations)) {
    describe(`${connector.title}: ${id}`, () => testOperation(connector, id, operation));
  }
}

function testDeclaration(connector: Connector): void {
  it('has an id, a title and its vendor’s docs', () => {
    expect(connector.id).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(connector.title).not.toBe('');
    expect(connector.docs).toMatch(/^https:\/\//);
  });

  it('describes itself as JSON', () => {
    const described = describeConnector(connector);
    expect(JSON.parse(JSON.stringify(described))).toEqual(described);
  });

  it.runIf(connector.auth.length > 0)('has a sample connection that fits', () => {
    expect(() => targetOf(connector, { id: 'sample', ...connector.sampleConnection })).not.toThrow();
  });

  for (const auth of connector.auth) {
    it(`marks what is secret in ${auth.kind}`, () => {
      const names = Object.keys(auth.fields.shape).filter((name) =>
        /(token|secret|password|passphrase|apikey|privatekey)(next)?$/i.test(name),
      );
      expect(secretNames(auth.fields)).toEqual(expect.arrayContaining(names));
      expect(unsayable(auth.fields)).toEqual([]);
    });
  }

  const { kind, fields } = connector.sampleConnection;
  const { token } = connector.auth.find((auth) => auth.kind === kind) ?? {};
  if (token) {
    it('asks for its token, and for consent, over https', () => {
      const ask = { redirectUri: 'https://castellan.example/', state: 'state', challenge: 'challenge' };
      const places = [token.url?.(fields), token.consent?.address(fields, ask)].filter((place) => place !== undefined);
      expect(places.filter((place) => new URL(place).protocol !== 'https:')).toEqual([]);
    });
  }

  it.runIf(connector.auth.length > 0)('sends credentials to its own hosts only', async () => {
    const sample = { id: 'sample', ...connector.sampleConnection };
    const { origins, confined } = targetOf(connector, sample);
    if (![...origins].some(confined)) return;
    const core = createHttpCore();
    const elsewhere = core.connect(connector, sample).send({ method: 'GET', url: 'https://elsewhere.example/' });
    await expect(elsewhere).rejects.toMatchObject({
      code: 'E_EGRESS',
      message: expect.stringContaining('credentials'),
    });
    await core.close();
  });

  for (const [id, trigger] of Object.entries(connector.triggers)) {
    it(`has a true sample of its trigger ${id}`, () => {
      expect(trigger.payload.safeParse(trigger.sample).error).toBeUndefined();
      expect(trigger.docs).toMatch(/^https:\/\//);
      expect(trigger.answers?.safeParse(trigger.answerSample).error).toBeUndefined();
    });
  }

  const { address } = connector;
  if (address) {
    it('refuses a delivery that is not signed', () => {
      const rawBody = Buffer.from('{}');
      const { fields } = connector.sampleConnection;
      const verdict = address.signature.verify({ headers: {}, query: {}, rawBody, fields, now: new Date() });
      expect(verdict.ok).toBe(false);
      expect(address.setup).not.toBe('');
    });
  }
}

function testOperation(connector: Connector, id: string, operation: Operation): void {
  const { sample } = operation;

  it('has a name, a title, a summary and its docs', () => {
    expect(id).toMatch(/^[a-z][A-Za-z0-9]*$/);
    expect([operation.title, operation.summary]).not.toContain('');
    expect(operation.docs).toMatch(/^https:\/\//);
  });

  it('declares either a request or a run', () => {
    expect([operation.request, operation.run].filter(Boolean)).toHaveLength(1);
  });

  it('has a sample that fits its schemas', () => {
    expect(() => parseInput(operation, sample.input)).not.toThrow();
    expect(operation.output.safeParse(sample.output).error).toBeUndefined();
  });

  it('has an input that JSON Schema can say, and says the same there', () => {
    expect(unsayable(operation.input)).toEqual([]);
    const readBack = roundTrip(operation.input);
    for (const input of neighbours(sample.input)) {
      const verdicts = [operation.input.safeParse(input).success, readBack.safeParse(input).success];
      expect(verdicts, JSON.stringify(input)).toEqual([verdicts[0], verdicts[0]]);
    }
  });

  if (operation.effect === 'read') return;

  it('declares what it changes, from its input alone', () => {
    const changes = changesOf(connector, id, sample.input);
    expect(changes).not.toEqual([]);
    expect(changesOf(connector, id, sample.input)).toEqual(changes);
    const takesAway = changes.some(({ action }) => action === 'revoke' || action === 'delete');
    expect(operation.effect).toBe(takesAway ? 'destructive' : operation.effect);
  });

  if (operation.effect === 'destructive') {
    it('reads what it is about to take away, or says why it cannot', () => {
      expect(Boolean(operation.before) !== Boolean(operation.withoutBefore)).toBe(true);
    });
  }

  it('has a lookup exactly if its idempotency needs one', () => {
    expect(Boolean(operation.lookup)).toBe(operation.idempotency === 'lookup');
  });

  if (operation.undo) {
    it('names an operation and an input that take it back', () => {
      const undo = operation.undo?.(parseInput(operation, sample.input), sample.output as never, sample.before ?? null);
      expect(undo).not.toBeNull();
      expect(() => parseInput(connector.operations[undo!.operation]!, undo!.input)).not.toThrow();
    });
  }
}

function testFixture(connector: Connector, id: string, operation: Operation, fixture: Fixture | undefined): void {
  it('sends and understands what its fixture shows', async () => {
    if (!fixture) throw new Error(`There is no fixture of ${id}. Write one, or record it with UPDATE_FIXTURES=1.`);
    const client = replay(fixture.exchange);
    const output = await callOperation(connector, id, fixture.input, hostOf(client));
    expect(output).toEqual(fixture.output);
    expect(client.unused()).toEqual([]);
    if (operation.paginate) expect(fixture.exchange.length).toBeGreaterThan(1);
  });

  if (operation.idempotency === 'key') {
    it('sends the key of the effect', async () => {
      const sent: string[] = [];
      const client = {
        send: async (request: object) => {
          sent.push(JSON.stringify(request));
          throw new Error('not sent');
        },
      };
      await callOperation(connector, id, operation.sample.input, hostOf(client)).catch(() => null);
      expect(sent.at(-1)).toContain(testKey.slice(0, 16));
    });
  }
}

function testSimulated(connector: Connector, simulator: Simulator, fixtures: URL): void {
  let simulation: Simulation;
  beforeAll(async () => {
    simulation = await simulate(connector, simulator);
  });
  beforeEach(() => simulation.reset());
  afterAll(() => simulation.close());

  const operations = Object.entries(connector.operations);
  const reads = operations.filter(([, { effect }]) => effect === 'read');
  const writes = operations.filter(([, { effect }]) => effect !== 'read');

  it('tests a connection, or says why it cannot', async () => {
    const told = await connector.test?.(simulation.host(), simulation.fields);
    expect(Object.values(told ?? {}).join('')).not.toBe('');
  });

  for (const [id, { sample }] of operations) {
    it(`does ${id} as in its sample, and gives away no secret`, async () => {
      const before = await readBefore(connector, id, sample.input, simulation.host());
      const output = await callOperation(connector, id, sample.input, simulation.host());
      const auth = connector.auth.find(({ kind }) => kind === simulation.connection.kind)!;
      const shown = JSON.stringify([before, output]);
      const token = auth.token ? [await simulation.signIn()] : [];
      for (const value of [...secretsOf(auth.fields, simulation.fields), ...token]) expect(shown).not.toContain(value);
    });
  }

  for (const [id, operation] of reads) testPaging(connector, id, operation, () => simulation);
  for (const [id, operation] of writes) testWrite(connector, id, operation, () => simulation, simulator.logs ?? []);

  for (const [id, { sample }] of operations) {
    const fail = async (status: number, headers?: Record<string, string>) => {
      await simulation.faults([{ status, headers, body: { message: 'the vendor’s words' }, times: 9 }]);
      const host = simulation.host({ connectionId: `${id}-${status}` });
      return callOperation(connector, id, sample.input, host).catch((error: unknown) => error);
    };

    it.each([400, 403, 409, 422])(`${id} fails for good on %i`, async (status) => {
      expect(await fail(status)).toMatchObject({ name: 'FatalError', status } satisfies Partial<FatalError>);
    });

    it(`${id} gives away no secret when the vendor repeats it`, async () => {
      const auth = connector.auth.find(({ kind }) => kind === simulation.connection.kind)!;
      const secrets = secretsOf(auth.fields, simulation.fields);
      const message = `Refused: ${secrets.join(' ')}`;
      await simulation.faults([{ status: 400, body: { message, error: { message }, errors: [message] }, times: 9 }]);
      const call = callOperation(connector, id, sample.input, simulation.host());
      const failure = (await call.catch((error: unknown) => error)) as FatalError;
      const said = JSON.stringify([failure.message, failure.vendorMessage, failure.details]);
      for (const value of secrets) expect(said).not.toContain(value);
    });

    it(`${id} says on 401 that the credentials are refused`, async () => {
      expect(await fail(401)).toMatchObject({ name: 'FatalError', code: 'E_AUTH' } satisfies Partial<FatalError>);
    });

    it.each([500, 502, 503, 504])(`${id} may be tried again on %i`, async (status) => {
      expect(await fail(status)).toMatchObject({ name: 'RetryableError', status } satisfies Partial<RetryableError>);
    });

    it(`${id} honours 429, and asks nothing more before the time that it was told`, async () => {
      const told = { name: 'RetryableError', code: 'E_RATE', retryAfter: 120 } satisfies Partial<RetryableError>;
      expect(await fail(429, { 'retry-after': '120' })).toMatchObject(told);
      const asked = (await simulation.requests()).length;
      expect(await fail(429)).toMatchObject({ name: 'RetryableError', code: 'E_RATE' });
      expect(await simulation.requests()).toHaveLength(asked);
    });
  }

  const { token } = connector.auth.find(({ kind }) => kind === connector.sampleConnection.kind) ?? {};
  for (const [id, { sample }] of token ? reads.slice(0, 1) : []) {
    it(`${id} gets another token when the vendor takes the one it has no longer`, async () => {
      await simulation.faults([{ status: 401 }]);
      await expect(callOperation(connector, id, sample.input, simulation.host())).resolves.toBeDefined();
    });
  }

  for (const [id, { sample }] of reads.slice(0, 1)) {
    it(`${id} may be tried again when the connection breaks`, async () => {
      await simulation.faults([{ reset: 'after' }]);
      const call = callOperation(connector, id, sample.input, simulation.host());
      await expect(call).rejects.toMatchObject({ name: 'RetryableError' });
    });
  }

  for (const [id, { sample }] of writes) {
    it(`${id} does not know the outcome when the connection breaks after it was sent`, async () => {
      const unknown = { name: 'UnknownOutcomeError', code: 'E_OUTCOME_UNKNOWN' };
      // A call before it that changes nothing may simply be made again: the break is then that of the next call.
      for (let skip = 0; ; skip += 1) {
        await simulation.reset();
        await simulation.faults(
          ['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => ({ method, skip, reset: 'after' as const })),
        );
        const call = callOperation(connector, id, sample.input, simulation.host());
        const outcome: unknown = await call.catch((error: unknown) => error);
        if (!(outcome instanceof RetryableError)) return expect(outcome).toMatchObject(unknown);
      }
    });
  }

  it.runIf(process.env.UPDATE_FIXTURES)('records the fixtures', async () => {
    const recorded: Record<string, Fixture> = readFixtures(fixtures);
    for (const [id, { sample }] of operations) {
      await simulation.reset();
      const client = record(simulation.host().http);
      const output: JsonValue = await callOperation(connector, id, sample.input, hostOf(client));
      recorded[id] ??= { input: sample.input, exchange: client.exchanges, output };
    }
    await recordPoll(connector, simulation, recorded as Record<string, unknown>);
    writeFileSync(fileURLToPath(fixtures), `${JSON.stringify(recorded, null, 2)}\n`);
  });
}

function readFixtures(url: URL): Record<string, Fixture> {
  try {
    return JSON.parse(readFileSync(url, 'utf8')) as Record<string, Fixture>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
