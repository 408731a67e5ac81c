import fc from 'fast-check';
import { expect, test } from 'vitest';
import { portsOf } from '../control.js';
import { findCycles } from '../graph.js';
import { levelsOf, stepPlaces } from '../levels.js';
import type { Draft, DraftStep } from '../schema.js';
import { lockdown } from '../testing/lockdown.js';
import {
  addStep,
  addTrigger,
  connect,
  deleteSteps,
  disconnect,
  duplicateSteps,
  moveSteps,
  newStepId,
  renameTitle,
  setCases,
  setField,
  setSlot,
  setVariable,
} from './index.js';

/** A number from 0 to 1 that chooses among what a flow has at the time. */
type Choice = number;
type Edit = (flow: Draft) => Draft;

const at = <T>(list: readonly T[], choice: Choice): T | undefined => list[Math.floor(choice * list.length)];
const allIds = (flow: Draft) => [...Object.keys(flow.triggers ?? {}), ...stepPlaces(flow).map(({ id }) => id)];
/** What an edit may be asked for: also something that is not there. */
const ids = (flow: Draft) => [...allIds(flow), 'NOBODY'];
const ports = ['out', 'error', 'each', 'found', 'else', 'approved', 'timeout'];
const loops = (flow: Draft) => [
  null,
  ...stepPlaces(flow)
    .filter(({ step }) => step.kind === 'loop')
    .map(({ id }) => id),
];
const wires = (flow: Draft) =>
  levelsOf(flow).flatMap((level) => level.wires as { from: string; port: string; to: string }[]);
const newSteps: DraftStep[] = [
  { kind: 'shape', output: { jsonata: 'steps.find_user.output' } },
  { kind: 'loop', items: [] },
  { kind: 'branch', cases: [{ name: 'found', when: { jsonata: 'true' } }] },
  { kind: 'stop', outcome: 'fail' },
  { kind: 'approval', approvers: [] },
];

const choice = fc.double({ min: 0, max: 0.999, noNaN: true });
const edit: fc.Arbitrary<Edit> = fc.tuple(fc.integer({ min: 0, max: 12 }), choice, choice, choice, choice).map(
  ([kind, a, b, c, d]): Edit =>
    (flow) => {
      const id = at(ids(flow), a) as string;
      const other = at(ids(flow), b) as string;
      const port = at(ports, c) as string;
      const step = at(newSteps, d) as DraftStep;
      const wire = at(wires(flow), a) ?? { from: 'NOBODY', port: 'out', to: 'NOBODY' };
      const edits: Edit[] = [
        (f) =>
          addStep(f, { id: newStepId(f, id), step, loop: at(loops(f), b) as string | null, position: { x: 1, y: 1 } }),
        (f) => addStep(f, { id: newStepId(f, id), step, onWire: wire, loop: at(loops(f), b) as string | null }),
        (f) => addStep(f, { id: newStepId(f, id), step, after: { from: other, port } }),
        (f) => connect(f, { from: id, port, to: other }),
        (f) => disconnect(f, wire),
        (f) => deleteSteps(f, { ids: [id, other] }),
        (f) => duplicateSteps(f, { ids: [id, other] }).flow,
        (f) => addTrigger(f, { id: newStepId(f, 'trigger'), trigger: { kind: 'manual' }, to: other }),
        (f) => setCases(f, { id, cases: [{ name: port }, { name: 'found' }] }),
        (f) => renameTitle(f, { id, title: other }),
        (f) => moveSteps(f, { positions: { [id]: { x: a, y: b } } }),
        (f) => setVariable(f, { name: port, variable: c < 0.5 ? undefined : { type: 'text', title: 'x' } }),
        (f) => setSlot(setField(f, { pointer: '/name', value: id }), { name: port, slot: undefined }),
      ];
      return (edits[kind] as Edit)(flow);
    },
);

/** Edits that cannot be done throw, and leave the flow as it was. */
const apply = (flow: Draft, change: Edit): Draft => {
  try {
    return change(flow);
  } catch (refusal) {
    expect(refusal).toBeInstanceOf(Error);
    return flow;
  }
};

const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
};

test('whatever is edited, ids stay unique, no wire dangles, no cycle arises, and the flow before is untouched', () => {
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 15 }), (changes) => {
      let flow: Draft = freeze(lockdown());
      for (const change of changes) {
        // A frozen flow shows that no edit writes into the one that it was given.
        flow = freeze(apply(flow, change));
        const all = allIds(flow);
        expect(new Set(all).size).toBe(all.length);
        for (const level of levelsOf(flow)) {
          const steps = new Map(level.steps);
          for (const { from = '', port = '', to = '' } of level.wires) {
            expect(steps.has(to)).toBe(true);
            const source = steps.get(from);
            const possible = source
              ? portsOf(source)
              : level.starts.includes(from)
                ? [level.pointer === '' ? 'out' : 'each']
                : [];
            expect(possible).toContain(port);
          }
          expect(findCycles([...steps.keys()], level.wires as { from: string; to: string }[])).toEqual([]);
        }
      }
    }),
    { numRuns: 300 },
  );
}, 60_000);

test('an edit shares all steps that it does not touch', () => {
  fc.assert(
    fc.property(choice, (where) => {
      const before = lockdown();
      const id = at(Object.keys(before.steps), where) as string;
      const after = setField(before, { pointer: `/steps/${id}/title`, value: 'New' });
      for (const other of Object.keys(before.steps)) {
        if (other !== id) expect(after.steps?.[other]).toBe(before.steps[other]);
      }
      expect(after.wires).toBe(before.wires);
    }),
  );
});
