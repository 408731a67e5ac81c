import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { callOperation } from '../call.js';
import type { Connector, Operation } from '../define.js';
import type { JsonValue } from '../types.js';
import { type Fixture, record, replay } from './exchange.js';
import { recordPoll } from './poll-suite.js';
import { hostOf, type Simulation, testKey } from './simulate.js';

/** What an operation sends and understands, by its fixture: recorded exchanges. */
export function testFixture(
  connector: Connector,
  id: string,
  operation: Operation,
  fixture: Fixture | undefined,
): void {
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

/** With UPDATE_FIXTURES=1, the fixtures that are missing are written from the simulator. */
export function testRecording(connector: Connector, simulation: () => Simulation, fixtures: URL): void {
  it.runIf(process.env.UPDATE_FIXTURES)('records the fixtures', async () => {
    const recorded: Record<string, Fixture> = readFixtures(fixtures);
    for (const [id, { sample }] of Object.entries(connector.operations)) {
      await simulation().reset();
      const client = record(simulation().host().http);
      const output: JsonValue = await callOperation(connector, id, sample.input, hostOf(client));
      recorded[id] ??= { input: sample.input, exchange: client.exchanges, output };
    }
    await recordPoll(connector, simulation(), recorded as Record<string, unknown>);
    writeFileSync(fileURLToPath(fixtures), `${JSON.stringify(recorded, null, 2)}\n`);
  });
}

/** Those that a file holds; none where there is no such file yet. */
export function readFixtures(url: URL): Record<string, Fixture> {
  try {
    return JSON.parse(readFileSync(url, 'utf8')) as Record<string, Fixture>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
