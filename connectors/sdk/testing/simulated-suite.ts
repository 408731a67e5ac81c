import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { callOperation, readBefore } from '../call.js';
import type { Connector } from '../define.js';
import { type FatalError, RetryableError } from '../errors.js';
import { secretsOf } from '../http/target.js';
import type { Simulator } from '../simulator/index.js';
import { testRecording } from './fixtures-suite.js';
import { testPaging } from './paging-suite.js';
import { type Simulation, simulate } from './simulate.js';
import { testWrite } from './writes-suite.js';

/** How a connector gets along with its simulator, also when that refuses, fails or breaks off. */
export function testSimulated(connector: Connector, simulator: Simulator, fixtures: URL): void {
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

  testRecording(connector, () => simulation, fixtures);
}
