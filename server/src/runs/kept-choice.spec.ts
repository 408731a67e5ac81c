import type { RetryPlace } from '@castellan/api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ControlRow, isKept } from '../workflows/interpreter/index.js';
import type { LevelSketch } from '../workflows/interpreter/run-sketch.js';
import { SimulatedRun } from '../workflows/interpreter/simulated-run.js';
import { chooseKept, type EarlierFrames, type KeptSteps } from './kept-choice.js';

/** How the steps of a run ended, as `readFrames` reads it from the rows. */
function framesOf(run: SimulatedRun): EarlierFrames[] {
  const levels = new Map<string, EarlierFrames>();
  for (const row of run.rows) {
    const loop = run.plan.steps.get(row.step)?.loop ?? '';
    const key = `${loop}@${row.iteration}`;
    const frames = levels.get(key) ?? { loop, steps: {}, iterations: [row.iteration] };
    levels.set(key, frames);
    const { status, port, ended, count } = row;
    frames.steps[row.step] = { status, port, ended, count };
  }
  return [...levels.values()];
}

const startsWith = (iteration: string, depth: number, paths: string[]): boolean =>
  paths.includes(iteration === '' ? '' : iteration.split('.').slice(0, depth).join('.'));

/** The rows that the new run begins with, as `keepSteps` writes them. */
function rowsOf(run: SimulatedRun, kept: KeptSteps): ControlRow[] {
  const copied = run.rows.filter(
    (row) =>
      row.ended &&
      kept.rows.some(
        ({ steps, depth, iterations }) => steps.includes(row.step) && startsWith(row.iteration, depth, iterations),
      ),
  );
  const reopened = kept.loops.map(({ step, iteration, kept: items }) => {
    const row = run.rows.find((other) => other.step === step && other.iteration === iteration) as ControlRow;
    return { ...row, status: 'running', port: null, ended: false, kept: items };
  });
  return [...copied, ...reopened];
}

function retry(run: SimulatedRun, sketch: LevelSketch, place: RetryPlace): SimulatedRun {
  const kept = chooseKept(new SimulatedRun(sketch).plan, 'start', framesOf(run), place);
  return new SimulatedRun(sketch, 'start', rowsOf(run, kept));
}

const chain: LevelSketch = { steps: { a: {}, b: {}, c: {} }, wires: ['start -> a', 'a -> b', 'b -> c'] };

describe('from the failed step', () => {
  test('what succeeded before is kept', () => {
    const run = new SimulatedRun(chain);
    run.succeed('a');
    run.failCall('b');
    expect(retry(run, chain, { at: 'failed' }).calling).toEqual(['b']);
  });

  test('parallel work that was cancelled or never began is done, what succeeded beside it is kept', () => {
    const sketch: LevelSketch = {
      steps: { a: {}, fine: {}, wait: { kind: 'wait' }, after: {} },
      wires: ['start -> a', 'start -> fine', 'start -> wait', 'fine -> after'],
    };
    const run = new SimulatedRun(sketch);
    run.openWait('wait', 1_000);
    run.failCall('a');
    run.succeed('fine');
    const again = retry(run, sketch, { at: 'failed' });
    expect(again.calling).toEqual(['a', 'after']);
    expect(again.open.map((command) => command.type)).toContain('open');
  });

  test('a failure that the flow handled is kept with the way that it took', () => {
    const sketch: LevelSketch = {
      steps: { a: {}, mend: {}, after: {} },
      wires: ['start -> a', 'a:error -> mend', 'mend -> after'],
    };
    const run = new SimulatedRun(sketch);
    run.failCall('a');
    run.succeed('mend');
    run.failCall('after');
    expect(retry(run, sketch, { at: 'failed' }).calling).toEqual(['after']);
  });

  test('a step behind a join that did not wait for the failed one is kept', () => {
    const sketch: LevelSketch = {
      steps: { fast: {}, slow: {}, joined: { join: 'any' } },
      wires: ['start -> fast', 'start -> slow', 'fast -> joined', 'slow -> joined'],
    };
    const run = new SimulatedRun(sketch);
    run.succeed('fast');
    run.succeed('joined');
    run.failCall('slow');
    expect(retry(run, sketch, { at: 'failed' }).calling).toEqual(['slow']);
  });

  test('a stop is come to again', () => {
    const sketch: LevelSketch = {
      steps: { a: {}, end: { kind: 'stop', outcome: 'fail' } },
      wires: ['start -> a', 'a -> end'],
    };
    const run = new SimulatedRun(sketch);
    run.succeed('a');
    run.settle('end', null);
    const again = retry(run, sketch, { at: 'failed' });
    expect(again.calling).toEqual([]);
    expect(again.open).toMatchObject([{ type: 'evaluate', step: 'end' }]);
  });
});

describe('from a chosen step', () => {
  test('it and all that waits for it is done again', () => {
    const run = new SimulatedRun(chain);
    run.succeed('a');
    run.succeed('b');
    run.succeed('c');
    const again = retry(run, chain, { at: 'step', step: 'b', iteration: '', items: 'all' });
    again.succeed('b');
    expect(again.calls).toEqual(['b@#1', 'c@#1']);
  });

  test('work beside it is kept', () => {
    const sketch: LevelSketch = { steps: { a: {}, b: {} }, wires: ['start -> a', 'start -> b'] };
    const run = new SimulatedRun(sketch);
    run.succeed('a');
    run.succeed('b');
    expect(retry(run, sketch, { at: 'step', step: 'b', iteration: '', items: 'all' }).calling).toEqual(['b']);
  });

  test('from the start nothing is kept', () => {
    const run = new SimulatedRun(chain);
    run.succeed('a');
    run.failCall('b');
    expect(retry(run, chain, { at: 'start' }).calling).toEqual(['a']);
  });
});

describe('loops', () => {
  const loopOf = (over: object): LevelSketch => ({
    steps: {
      each: {
        kind: 'loop',
        concurrency: 2,
        ...over,
        body: { steps: { first: {}, second: {} }, wires: ['each:each -> first', 'first -> second'] },
      },
      after: {},
    },
    wires: ['start -> each', 'each -> after'],
  });

  test('that stopped at a failure: iterations that are done are left out, the failed one goes on at its failed step', () => {
    const sketch = loopOf({ onItemError: 'stop', concurrency: 1 });
    const run = new SimulatedRun(sketch);
    run.items('each', 4);
    run.succeed('first@0');
    run.succeed('second@0');
    run.succeed('first@1');
    run.failCall('second@1');
    run.collect('each');
    const again = retry(run, sketch, { at: 'failed' });
    expect(again.calling).toEqual(['second@1']);
    again.succeed('second@1');
    expect(again.calling).toEqual(['first@2']);
    expect(again.statusOf('each')?.loop).toMatchObject({ count: 4, finished: 2, failed: 0 });
  });

  test('that went on after failures stay as they ended, when something behind them failed', () => {
    const sketch = loopOf({ onItemError: 'continue' });
    const run = new SimulatedRun(sketch);
    run.items('each', 1);
    run.failCall('first@0');
    run.collect('each');
    run.failCall('after');
    expect(retry(run, sketch, { at: 'failed' }).calling).toEqual(['after']);
  });

  test('do only their failed items again when asked, wherever these stand', () => {
    const sketch = loopOf({ onItemError: 'continue', concurrency: 1 });
    const run = new SimulatedRun(sketch);
    run.items('each', 5);
    for (const index of [0, 1, 2, 3, 4]) {
      if (index === 1 || index === 4) run.failCall(`first@${index}`);
      else {
        run.succeed(`first@${index}`);
        run.succeed(`second@${index}`);
      }
    }
    run.collect('each');
    run.succeed('after');
    const again = retry(run, sketch, { at: 'step', step: 'each', iteration: '', items: 'failed' });
    for (const name of ['first@1', 'second@1', 'first@4', 'second@4']) again.succeed(name);
    again.collect('each');
    again.succeed('after');
    expect(again.calls).toEqual(['first@1#1', 'second@1#1', 'first@4#1', 'second@4#1', 'after@#1']);
    expect(again.ending).toBe('succeeded');
  });

  test('one iteration from one step', () => {
    const sketch = loopOf({});
    const run = new SimulatedRun(sketch);
    run.items('each', 3);
    for (const index of [0, 1, 2]) {
      run.succeed(`first@${index}`);
      run.succeed(`second@${index}`);
    }
    run.collect('each');
    run.succeed('after');
    const place: RetryPlace = { at: 'step', step: 'second', iteration: '1', items: 'all' };
    expect(chooseKept(run.plan, 'start', framesOf(run), place).open).toEqual(['each', 'second', 'after']);
    const again = retry(run, sketch, place);
    expect(again.calling).toEqual(['second@1']);
    again.succeed('second@1');
    again.collect('each');
    expect(again.calling).toEqual(['after']);
  });

  test('an iteration of a loop in a loop', () => {
    const sketch: LevelSketch = {
      steps: {
        outer: {
          kind: 'loop',
          body: {
            steps: { inner: { kind: 'loop', body: { steps: { call: {} }, wires: ['inner:each -> call'] } } },
            wires: ['outer:each -> inner'],
          },
        },
      },
      wires: ['start -> outer'],
    };
    const run = new SimulatedRun(sketch);
    run.items('outer', 2);
    for (const index of [0, 1]) {
      run.items(`inner@${index}`, 2);
      run.succeed(`call@${index}.0`);
      run.succeed(`call@${index}.1`);
      run.collect(`inner@${index}`);
    }
    run.collect('outer');
    const again = retry(run, sketch, { at: 'step', step: 'call', iteration: '1.0', items: 'all' });
    expect(again.calling).toEqual(['call@1.0']);
    again.succeed('call@1.0');
    again.collect('inner@1');
    again.collect('outer');
    expect(again.ending).toBe('succeeded');
    expect(again.calls).toHaveLength(1);
  });
});

describe('another version', () => {
  test('a step that is new before kept ones is run, and so is all that waits for it', () => {
    const run = new SimulatedRun(chain);
    run.succeed('a');
    run.succeed('b');
    run.failCall('c');
    const longer: LevelSketch = {
      steps: { a: {}, between: {}, b: {}, c: {} },
      wires: ['start -> a', 'a -> between', 'between -> b', 'b -> c'],
    };
    expect(retry(run, longer, { at: 'failed' }).calling).toEqual(['between']);
  });

  test('a branch whose case is gone decides again', () => {
    const branching = (other: string): LevelSketch => ({
      steps: { decide: { kind: 'branch', ports: ['yes', other, 'else'] }, a: {} },
      wires: ['start -> decide', `decide:${other} -> a`],
    });
    const run = new SimulatedRun(branching('odd'));
    run.settle('decide', 'odd');
    run.failCall('a');
    expect(retry(run, branching('uneven'), { at: 'failed' }).open).toMatchObject([
      { type: 'evaluate', step: 'decide' },
    ]);
  });

  test('a failure that is no longer handled is tried again', () => {
    const handled: LevelSketch = { steps: { a: {}, mend: {} }, wires: ['start -> a', 'a:error -> mend'] };
    const run = new SimulatedRun(handled);
    run.failCall('a');
    run.failCall('mend');
    const unhandled: LevelSketch = { steps: { a: {}, mend: {} }, wires: ['start -> a', 'a -> mend'] };
    expect(retry(run, unhandled, { at: 'failed' }).calling).toEqual(['a']);
  });
});

/** Layers of actions, branches and loops, and what each call of the first run comes to. */
const anyChain = fc.record({
  layers: fc.array(fc.array(fc.constantFrom('action', 'branch', 'loop', 'shape'), { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 4,
  }),
  picks: fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
  luck: fc.array(fc.nat(9), { minLength: 60, maxLength: 60 }),
});

function sketchOf({ layers, picks }: { layers: string[][]; picks: number[] }): LevelSketch {
  const steps: LevelSketch['steps'] = {};
  const wires: string[] = [];
  layers.forEach((layer, depth) => {
    layer.forEach((kind, index) => {
      const id = `s${depth}_${index}`;
      const body: LevelSketch = {
        steps: { [`${id}_x`]: { kind: 'shape' }, [`${id}_y`]: {} },
        wires: [`${id}:each -> ${id}_x`, `${id}_x -> ${id}_y`],
      };
      const onItemError = index % 2 === 0 ? 'stop' : 'continue';
      steps[id] = kind === 'loop' ? { kind, concurrency: 2, onItemError, body } : { kind: kind as 'action' };
      const before = layers[depth - 1];
      const from = (picks[depth * 3 + index] ?? 0) % (before?.length ?? 1);
      if (!before) wires.push(`start -> ${id}`);
      else wires.push(`s${depth - 1}_${from}:${before[from] === 'branch' ? 'yes' : 'out'} -> ${id}`);
    });
  });
  return { steps, wires };
}

/** Drives a run to its end. `luck` below 2 fails a call. Answers what it evaluated and called. */
function drive(run: SimulatedRun, luck: number[]): string[] {
  const done: string[] = [];
  for (let turn = 0; turn < 1_000 && run.ending === null; turn++) {
    const command = run.open.find((open) => open.type !== 'timer' && open.type !== 'finish');
    if (!command || !('step' in command)) break;
    const name = command.iteration === '' ? command.step : `${command.step}@${command.iteration}`;
    const chance = luck[turn % luck.length] ?? 9;
    if (command.type !== 'collect') done.push(name);
    if (command.type === 'call') chance < 2 ? run.failCall(name) : run.succeed(name);
    else if (command.type === 'items') run.items(name, chance % 4);
    else if (command.type === 'collect') run.collect(name);
    else if (chance === 0) run.settle(name, null, 'failed');
    else run.settle(name, run.plan.steps.get(command.step)?.step.kind === 'branch' ? 'yes' : 'out');
  }
  return done;
}

describe('whatever the graph and wherever it failed', () => {
  test('a retry that meets no failure succeeds, does nothing again that succeeded, and leaves out nothing', () => {
    fc.assert(
      fc.property(anyChain, (shape) => {
        const sketch = sketchOf(shape);
        const run = new SimulatedRun(sketch);
        drive(run, shape.luck);
        if (run.ending !== 'failed') return;
        const succeeded = new Set(
          run.rows.flatMap((row) => (row.ended && row.status === 'succeeded' ? [nameOf(row)] : [])),
        );
        const again = retry(run, sketch, { at: 'failed' });
        const done = drive(again, [9]);
        expect(again.ending).toBe('succeeded');
        expect(done.filter((name) => succeeded.has(name))).toEqual([]);
        expect(again.reload()).toEqual(again.state);
        for (const [id, at] of Object.entries(again.state.frames['']?.steps ?? {})) {
          expect([id, at.status]).toEqual([id, 'succeeded']);
        }
      }),
      { numRuns: 300 },
    );
  });
});

const nameOf = ({ step, iteration }: ControlRow): string => (iteration === '' ? step : `${step}@${iteration}`);

test('kept items are told apart from the others', () => {
  const sketch: LevelSketch = {
    steps: {
      each: { kind: 'loop', onItemError: 'continue', body: { steps: { call: {} }, wires: ['each:each -> call'] } },
    },
    wires: ['start -> each'],
  };
  const run = new SimulatedRun(sketch);
  run.items('each', 9);
  for (let index = 0; index < 9; index++)
    index % 3 === 0 ? run.failCall(`call@${index}`) : run.succeed(`call@${index}`);
  run.collect('each');
  const { loops } = chooseKept(run.plan, 'start', framesOf(run), {
    at: 'step',
    step: 'each',
    iteration: '',
    items: 'failed',
  });
  const kept = loops[0]?.kept;
  expect([...Array(12).keys()].filter((index) => isKept(kept, index))).toEqual([1, 2, 4, 5, 7, 8]);
});
