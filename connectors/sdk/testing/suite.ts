import { describe } from 'vitest';
import type { Connector } from '../define.js';
import type { Simulator } from '../simulator/index.js';
import { testDeclaration, testOperation } from './declaration-suite.js';
import { testDirectory } from './directory-suite.js';
import { readFixtures, testFixture } from './fixtures-suite.js';
import { type PollFixture, testPoll } from './poll-suite.js';
import { testSimulated } from './simulated-suite.js';
import { testSweep } from './sweep-suite.js';

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
