import { describe, expect, test } from 'vitest';
import { type Ending, outstanding } from './index.js';
import type { AfterSketch, LevelSketch } from './run-sketch.js';
import { SimulatedRun } from './simulated-run.js';

describe('after the end', () => {
  const chain = (after: AfterSketch): LevelSketch & { after: AfterSketch } => ({
    steps: { a: {}, b: {}, c: {} },
    wires: ['start -> a', 'a -> b', 'b -> c'],
    after,
  });
  const failAtC = (after: AfterSketch): SimulatedRun => {
    const run = new SimulatedRun(chain(after));
    run.succeed('a');
    run.succeed('b');
    run.failCall('c');
    return run;
  };
  const cancelAfterA = (after: AfterSketch, ending: Partial<Ending> = {}): SimulatedRun => {
    const run = new SimulatedRun(chain(after));
    run.succeed('a');
    run.tell({ type: 'end', ending: { status: 'cancelled', ...ending } });
    run.succeed('b');
    return run;
  };

  test('a run that fails takes back what it did, the last first and one after another, and then ends', () => {
    const run = failAtC({ undo: ['a', 'b', 'c'] });
    expect(run.next()).toBe('undo:b');
    expect(run.calling).toEqual(['undo:b']);
    expect(run.asksNext).toBe(false);
    run.succeed('undo:b');
    expect(run.next()).toBe('undo:a');
    run.succeed('undo:a');
    expect(run.ending).toBeNull();
    expect(run.next()).toBeNull();
    expect(run.ending).toBe('failed');
  });

  test('a write that did not happen, as somebody says meanwhile, is not sent again', () => {
    const run = new SimulatedRun({
      steps: { a: {}, lost: {}, b: {} },
      wires: ['start -> a', 'start -> lost', 'a -> b'],
      after: { undo: ['a', 'lost'] },
    });
    run.succeed('a');
    run.failCall('b');
    run.loseCall('lost');
    expect(run.asksNext).toBe(true);
    run.resolve('lost', 'not_happened');
    expect(run.calling).toEqual([]);
    expect(outstanding(run.plan, run.reload())).toEqual(outstanding(run.plan, run.state));
  });

  test('an undo that fails, or of which nobody knows what became, does not stop the rest', () => {
    const run = failAtC({ undo: ['a', 'b'] });
    run.next();
    run.failCall('undo:b');
    expect(run.next()).toBe('undo:a');
    run.loseCall('undo:a');
    expect(run.next()).toBeNull();
    expect(run.ending).toBe('failed');
  });

  test('an undo is tried again as any call is', () => {
    const run = failAtC({ undo: ['b'] });
    run.next();
    run.retryCall('undo:b', 1);
    run.tell({ type: 'due', step: 'undo:b', iteration: '' });
    expect(run.calls.slice(-2)).toEqual(['undo:b@#1', 'undo:b@#2']);
  });

  test('a run that succeeds takes nothing back', () => {
    const run = new SimulatedRun(chain({ undo: ['a'], failure: ['notify'], compensate: 'always' }));
    for (const step of ['a', 'b', 'c']) run.succeed(step);
    expect(run.ending).toBe('succeeded');
  });

  test('a cancelled run takes back what it did where the flow says so, or who cancels it', () => {
    expect(cancelAfterA({ undo: ['a'] }).ending).toBe('cancelled');
    expect(cancelAfterA({ undo: ['a'], compensate: 'onCancel' }).next()).toBe('undo:a');
    expect(cancelAfterA({ undo: ['a'] }, { compensate: true }).next()).toBe('undo:a');
    expect(cancelAfterA({ undo: ['a'], compensate: 'always' }, { compensate: false }).ending).toBe('cancelled');
  });

  test('a flow may say that nothing is taken back', () => {
    expect(failAtC({ undo: ['a'], compensate: 'never' }).ending).toBe('failed');
  });

  test('a cancel does not stop it; a pause holds it until it is resumed', () => {
    const run = failAtC({ undo: ['a', 'b'] });
    run.next();
    run.tell({ type: 'end', ending: { status: 'cancelled' } });
    run.tell({ type: 'pause' });
    run.succeed('undo:b');
    expect(run.asksNext).toBe(false);
    run.tell({ type: 'resume' });
    expect(run.next()).toBe('undo:a');
    run.succeed('undo:a');
    run.next();
    expect(run.ending).toBe('failed');
  });

  test('a failure is told and starts its flow once all is taken back, and neither changes the outcome', () => {
    const run = failAtC({ undo: ['a'], failure: ['notify', 'flow'] });
    run.next();
    run.succeed('undo:a');
    expect(run.next()).toBe('failure:notify');
    run.failCall('failure:notify');
    expect(run.next()).toBe('failure:flow');
    run.settle('failure:flow', 'out');
    run.next();
    expect(run.ending).toBe('failed');
  });

  test('a cancelled run tells nobody', () => {
    expect(cancelAfterA({ failure: ['notify'] }).ending).toBe('cancelled');
  });

  test('iterations are taken back too', () => {
    const run = new SimulatedRun({
      steps: {
        each: { kind: 'loop', concurrency: 2, body: { steps: { call: {} }, wires: ['each:each -> call'] } },
      },
      wires: ['start -> each'],
      after: { undo: ['call'] },
    });
    run.items('each', 3);
    run.succeed('call@1');
    run.succeed('call@0');
    run.failCall('call@2');
    run.collect('each');
    expect(run.next()).toBe('undo:call@0');
    run.succeed('undo:call@0');
    expect(run.next()).toBe('undo:call@1');
  });

  test('another host goes on where the rows are', () => {
    const run = failAtC({ undo: ['a', 'b'], failure: ['notify'] });
    const isSame = () => expect(run.reload()).toEqual(run.state);
    isSame();
    run.next();
    isSame();
    run.retryCall('undo:b', 1);
    isSame();
    run.tell({ type: 'due', step: 'undo:b', iteration: '' });
    run.loseCall('undo:b');
    isSame();
    run.next();
    run.succeed('undo:a');
    isSame();
    run.next();
    isSame();
  });
});

describe('another host', () => {
  test('knows that the run was cancelled, and by what', () => {
    const run = new SimulatedRun({ steps: { a: {}, b: {} }, wires: ['start -> a', 'a -> b'] });
    run.tell({ type: 'end', ending: { status: 'cancelled', reason: 'cancelled' } });
    expect(run.reload()).toEqual(run.state);
    run.succeed('a');
    expect(run.reload()).toEqual(run.state);
  });

  test('knows that the run is paused, and begins nothing', () => {
    const run = new SimulatedRun({ steps: { a: {}, b: {} }, wires: ['start -> a', 'a -> b'] });
    run.tell({ type: 'pause' });
    run.succeed('a');
    const loaded = run.reload();
    expect(loaded).toEqual(run.state);
    expect(outstanding(run.plan, loaded)).toEqual([]);
  });
});
