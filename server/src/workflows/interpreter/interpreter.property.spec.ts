import type { ControlStep } from '@castellan/flow/runtime';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Command, outstanding, plannedStep } from './index.js';
import { portsByKind, type RunSketch, type StepSketch } from './run-sketch.js';
import { SimulatedRun } from './simulated-run.js';

const kinds = ['action', 'branch', 'shape', 'filter', 'loop', 'wait', 'approval', 'subflow', 'respond'] as const;
type DrawnKind = (typeof kinds)[number];

interface DrawnStep {
  kind: DrawnKind;
  /** Of the one or two wires to it: which step of the layer before, and which of its ports. */
  wires: { from: number; port: number }[];
  join: 'all' | 'any' | 'n';
  /** Of a loop: what its body does, and what a failed item means. */
  body: 'call' | 'approval' | 'loop';
  onItemError: 'stop' | 'continue';
}

/** Layers of steps, each wired from the layer before; and numbers that decide how everything goes. */
const anyRun = fc.record({
  layers: fc.array(
    fc.array(
      fc.record<DrawnStep>({
        kind: fc.constantFrom(...kinds),
        wires: fc.array(fc.record({ from: fc.nat(5), port: fc.nat(5) }), { minLength: 1, maxLength: 2 }),
        join: fc.constantFrom('all', 'any', 'n'),
        body: fc.constantFrom('call', 'approval', 'loop'),
        onItemError: fc.constantFrom('stop', 'continue'),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    { minLength: 1, maxLength: 4 },
  ),
  luck: fc.array(fc.nat(99), { minLength: 80, maxLength: 80 }),
});

/** Every action can be taken back, and a failure is told. */
function sketchOf(layers: DrawnStep[][]): RunSketch {
  const steps: RunSketch['steps'] = {};
  const wires = new Set<string>();
  for (const [depth, layer] of layers.entries()) {
    for (const [index, drawn] of layer.entries()) {
      const id = `s${depth}_${index}`;
      const before = layers[depth - 1];
      const lines = drawn.wires.map(({ from, port }) => (before ? wireFrom(before, depth - 1, from, port) : 'start'));
      const distinct = new Set(lines);
      for (const line of distinct) wires.add(`${line} -> ${id}`);
      steps[id] = { ...sketchOfStep(id, drawn), join: drawn.join === 'n' ? { n: distinct.size } : drawn.join };
    }
  }
  return { steps, wires: [...wires], after: { undo: actionsOf(layers), failure: ['notify'] } };
}

function actionsOf(layers: DrawnStep[][]): string[] {
  return layers.flatMap((layer, depth) =>
    layer.flatMap(({ kind, body }, index) => {
      const id = `s${depth}_${index}`;
      if (kind !== 'loop') return kind === 'action' ? [id] : [];
      return body === 'approval' ? [] : [body === 'call' ? `${id}_in` : `${id}_in_call`];
    }),
  );
}

function wireFrom(layer: DrawnStep[], depth: number, from: number, port: number): string {
  const index = from % layer.length;
  const ports = portsByKind[(layer[index] as DrawnStep).kind];
  return `s${depth}_${index}:${ports[port % ports.length]}`;
}

function sketchOfStep(id: string, { kind, body, onItemError }: DrawnStep): StepSketch {
  if (kind !== 'loop') return { kind };
  const inner = `${id}_in`;
  const leaf = { steps: { [`${inner}_call`]: {} }, wires: [`${inner}:each -> ${inner}_call`] };
  const step: StepSketch =
    body === 'loop' ? { kind: 'loop', body: leaf } : { kind: body === 'call' ? 'action' : 'approval' };
  return {
    kind,
    concurrency: 2,
    onItemError,
    body: { steps: { [inner]: step }, wires: [`${id}:each -> ${inner}`] },
  };
}

/** Answers a command as its activity could; `luck` (0 to 99) says how. */
function answer(run: SimulatedRun, command: AskedNow, luck: number): void {
  if (command.type === 'next') {
    run.next();
    return;
  }
  const name = command.iteration === '' ? command.step : `${command.step}@${command.iteration}`;
  const { kind } = plannedStep(run.plan, command.step).step;
  if (command.type === 'call') answerCall(run, name, luck);
  else if (command.type === 'items') run.items(name, luck % 4);
  else if (command.type === 'collect') run.collect(name);
  else if (command.type === 'open') openAndEnd(run, name, kind, luck);
  else run.settle(name, kind === 'branch' ? (luck % 2 ? 'yes' : 'else') : 'out');
}

function answerCall(run: SimulatedRun, name: string, luck: number): void {
  if (luck < 15) run.failCall(name);
  else if (luck < 25) {
    run.retryCall(name, run.statusOf(name)?.attempts ?? 1);
    if (run.statusOf(name)?.status === 'retrying') run.ring(name);
  } else if (luck < 30) {
    run.loseCall(name);
    if (run.statusOf(name)?.status === 'unknown')
      run.resolve(name, (['happened', 'not_happened', 'fail'] as const)[luck % 3] ?? 'happened');
  } else run.succeed(name);
}

/** Something is awaited; more people may be asked; then it is answered, or its time is over. */
function openAndEnd(run: SimulatedRun, name: string, kind: ControlStep['kind'], luck: number): void {
  const escalations = kind === 'approval' ? [500, 700, 9_000].slice(luck % 3) : undefined;
  const port = kind === 'wait' ? (['out', 'timeout'][luck % 2] ?? 'out') : undefined;
  run.openWait(name, 1_000, { ...(escalations ? { escalations } : {}), ...(port ? { port } : {}) });
  if (kind === 'subflow') {
    run.endChild(name, luck < 20 ? 'failed' : 'succeeded');
    return;
  }
  const isOpen = (): boolean => run.statusOf(name)?.status === 'waiting';
  for (let rung = 0; rung <= luck % 5 && isOpen(); rung++) run.ring(name);
  if (isOpen()) run.arrive(name, kind === 'approval' ? (luck % 2 ? 'approved' : 'rejected') : 'out');
}

/** Somebody pauses the run, resumes it, or has it ended. */
function steer(run: SimulatedRun, luck: number): void {
  if (luck % 7 === 0) run.tell({ type: 'pause' });
  if (run.state.paused && luck % 2 === 0) run.tell({ type: 'resume' });
  if (luck === 42) run.tell({ type: 'end', ending: { status: 'cancelled', reason: 'cancelled', compensate: true } });
  if (luck === 43) run.tell({ type: 'end', ending: { status: 'failed', reason: 'timeout' } });
}

/** Another host goes on as this one would, from the rows alone. */
function agrees(run: SimulatedRun): void {
  const reloaded = run.reload();
  const [theirs, ours] = [reloaded, run.state].map((state) => namesOf(outstanding(run.plan, state)));
  expect(theirs).toEqual(ours);
  expect(reloaded).toEqual(run.state);
}

type AskedNow = Exclude<Command, { type: 'finish' | 'timer' }>;

const isAskedNow = (command: Command): command is AskedNow => command.type !== 'timer' && command.type !== 'finish';

test('whatever the graph and whatever happens, a run ends, repeats no call, and its rows give another host the same state', () => {
  fc.assert(
    fc.property(anyRun, ({ layers, luck }) => {
      const run = new SimulatedRun(sketchOf(layers));
      for (let turn = 0; turn < 2_000 && run.ending === null; turn++) {
        steer(run, luck[(turn * 7) % luck.length] ?? 0);
        const command = run.open.find((open) => isAskedNow(open) && run.isWanted(open));
        if (command && isAskedNow(command)) answer(run, command, luck[turn % luck.length] ?? 0);
        else if (run.state.paused) run.tell({ type: 'resume' });
        agrees(run);
      }
      expect(run.ending).not.toBeNull();
      expect(new Set(run.calls).size).toBe(run.calls.length);
      expect(undosOf(run)).toEqual(run.ending === 'succeeded' ? [] : callsDone(run).toReversed());
    }),
    { numRuns: 500 },
  );
});

const namesOf = (commands: Command[]): string[] => commands.map((command) => JSON.stringify(command)).sort();

/** Actions that succeeded, in that order, as `step@iteration`. */
const callsDone = (run: SimulatedRun): string[] =>
  run.rows.flatMap(({ step, iteration, status }) =>
    run.plan.steps.get(step)?.step.kind === 'action' && status === 'succeeded' ? [`${step}@${iteration}`] : [],
  );

const undosOf = (run: SimulatedRun): string[] =>
  run.rows.flatMap(({ step, iteration }) =>
    step.startsWith('undo:') ? [`${step.slice('undo:'.length)}@${iteration}`] : [],
  );
