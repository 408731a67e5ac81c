import { expect, it } from 'vitest';
import { isAsLeft } from '../as-left.js';
import { callOperation, lookupEffect, readBefore, undoOf } from '../call.js';
import type { Connector, Operation } from '../define.js';
import type { JsonValue } from '../types.js';
import { type Simulation, testKey } from './simulate.js';

const otherKey = 'cd'.repeat(32);

/** Declares that a write does what it says of itself: what a repeat does, what came before, and how it is taken back. */
export function testWrite(
  connector: Connector,
  id: string,
  operation: Operation,
  simulation: () => Simulation,
  logs: string[],
): void {
  const { sample, idempotency } = operation;
  const call = (idempotencyKey = testKey) =>
    callOperation(connector, id, sample.input, simulation().host({ idempotencyKey }));

  if (idempotency === 'natural') {
    it(`changes nothing more when ${id} is repeated, as “natural” says`, async () => {
      await call();
      const once = await held(simulation(), logs);
      await call(otherKey);
      expect(await held(simulation(), logs)).toEqual(once);
    });
  }

  if (idempotency === 'key') {
    it(`changes nothing more when ${id} is repeated under its key`, async () => {
      await call();
      const once = await held(simulation(), logs);
      await call();
      expect(await held(simulation(), logs)).toEqual(once);
    });
  }

  if (idempotency === 'lookup') {
    it(`finds by a lookup that ${id} happened, and only then`, async () => {
      const lookup = (idempotencyKey: string) =>
        lookupEffect(connector, id, sample.input, simulation().host({ idempotencyKey }));
      expect(await lookup(testKey)).toBeNull();
      const output = await call();
      expect(await lookup(testKey)).toEqual(output);
    });
  }

  if (!operation.undo) return;
  it(`takes ${id} back by its undo`, async () => {
    const before = await readBefore(connector, id, sample.input, simulation().host());
    const output = await call();
    const done = await simulation().state();
    const undo = undoOf(connector, id, sample.input, output, before);
    if (operation.before) {
      const now = await readBefore(connector, id, sample.input, simulation().host());
      const isLeft = isAsLeft(connector, { operation: id, input: sample.input, output, before }, now);
      expect(isLeft, 'what there is after it is told to be what it left').toBe(true);
    }
    if (!undo) throw new Error(`The sample of ${id} changes nothing in the simulator: there is nothing to take back.`);
    await callOperation(connector, undo.operation, undo.input, simulation().host({ idempotencyKey: otherKey }));
    expect(await simulation().state()).not.toEqual(done);
    if (operation.before) {
      expect(await readBefore(connector, id, sample.input, simulation().host())).toEqual(before);
    }
  });
}

/** What the vendor holds, without its log and without times: a repeat may be noted there, and renew those. */
async function held(simulation: Simulation, logs: string[]): Promise<JsonValue> {
  const kept = Object.entries(await simulation.state()).filter(([collection]) => !logs.includes(collection));
  const timeless = JSON.stringify(kept).replace(/\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?/g, 'time');
  return JSON.parse(timeless) as JsonValue;
}
