import { describe, expect, test } from 'vitest';
import type { LevelSketch } from './run-sketch.js';
import { SimulatedRun } from './simulated-run.js';

describe('starting', () => {
  test('the steps wired from the trigger that fired start; those of other triggers are skipped', () => {
    const run = new SimulatedRun({ steps: { a: {}, b: {} }, wires: ['start -> a', 'other -> b'] });
    expect(run.calling).toEqual(['a']);
    expect(run.statusOf('b')?.status).toBe('skipped');
  });

  test('several wires out of one port run in parallel', () => {
    const run = new SimulatedRun({ steps: { a: {}, b: {}, c: {} }, wires: ['start -> a', 'a -> b', 'a -> c'] });
    run.succeed('a');
    expect(run.calling).toEqual(['b', 'c']);
  });

  test('a step starts as soon as its own predecessors are settled, not when a slower sibling is', () => {
    const run = new SimulatedRun({
      steps: { fast: {}, slow: {}, after: {} },
      wires: ['start -> fast', 'start -> slow', 'fast -> after'],
    });
    run.succeed('fast');
    expect(run.calling).toEqual(['slow', 'after']);
  });

  test('a run with nothing to do succeeds at once', () => {
    expect(new SimulatedRun({ steps: { a: {} }, wires: ['other -> a'] }).ending).toBe('succeeded');
  });
});

describe('joins', () => {
  const diamond = (join: 'all' | 'any' | { n: number }): LevelSketch => ({
    steps: { a: {}, b: {}, c: {}, d: { join } },
    wires: ['start -> a', 'start -> b', 'start -> c', 'a -> d', 'b -> d', 'c -> d'],
  });

  test('all: runs when every wire is decided', () => {
    const run = new SimulatedRun(diamond('all'));
    run.succeed('a');
    run.succeed('b');
    expect(run.calling).toEqual(['c']);
    run.succeed('c');
    expect(run.calling).toEqual(['d']);
  });

  test('any: runs at the first live wire, once', () => {
    const run = new SimulatedRun(diamond('any'));
    run.succeed('b');
    expect(run.calling).toEqual(['a', 'c', 'd']);
    run.succeed('a');
    run.succeed('c');
    run.succeed('d');
    expect(run.calls.filter((call) => call.startsWith('d'))).toEqual(['d@#1']);
    expect(run.ending).toBe('succeeded');
  });

  test('n: runs at the nth live wire', () => {
    const run = new SimulatedRun(diamond({ n: 2 }));
    run.succeed('c');
    expect(run.calling).toEqual(['a', 'b']);
    run.succeed('a');
    expect(run.calling).toEqual(['b', 'd']);
  });

  test('a branch that was not taken is dead: the join behind it does not hang', () => {
    const run = new SimulatedRun({
      steps: { decide: { kind: 'branch' }, yes: {}, no: {}, join: {} },
      wires: ['start -> decide', 'decide:yes -> yes', 'decide:else -> no', 'yes -> join', 'no -> join'],
    });
    run.settle('decide', 'yes');
    expect(run.statusOf('no')?.status).toBe('skipped');
    run.succeed('yes');
    expect(run.calling).toEqual(['join']);
  });

  test('a join whose wires are all dead is skipped, and so is what follows it', () => {
    const run = new SimulatedRun({
      steps: { decide: { kind: 'branch' }, a: {}, b: {}, join: {}, after: {}, other: {} },
      wires: [
        'start -> decide',
        'decide:yes -> a',
        'decide:yes -> b',
        'a -> join',
        'b -> join',
        'join -> after',
        'decide:else -> other',
      ],
    });
    run.settle('decide', 'else');
    expect(run.statusOf('after')?.status).toBe('skipped');
    run.succeed('other');
    expect(run.ending).toBe('succeeded');
  });

  test('n of live wires that can no longer come is skipped', () => {
    const run = new SimulatedRun({
      steps: { a: { kind: 'branch' }, b: { kind: 'branch' }, join: { join: { n: 2 } } },
      wires: ['start -> a', 'start -> b', 'a:yes -> join', 'b:yes -> join'],
    });
    run.settle('a', 'else');
    expect(run.statusOf('join')?.status).toBe('skipped');
  });
});

describe('failures', () => {
  test('an action that fails goes by error where a wire leaves it, and the run goes on', () => {
    const run = new SimulatedRun({ steps: { a: {}, mend: {} }, wires: ['start -> a', 'a:error -> mend'] });
    run.failCall('a');
    expect(run.calling).toEqual(['mend']);
    run.succeed('mend');
    expect(run.ending).toBe('succeeded');
  });

  test('with onError continue it goes by out', () => {
    const run = new SimulatedRun({ steps: { a: { onError: 'continue' }, b: {} }, wires: ['start -> a', 'a -> b'] });
    run.failCall('a');
    expect(run.calling).toEqual(['b']);
  });

  test('else the run fails: nothing new starts, calls under way finish first, waits are closed', () => {
    const run = new SimulatedRun({
      steps: { a: {}, slow: {}, wait: { kind: 'wait' }, after: {} },
      wires: ['start -> a', 'start -> slow', 'start -> wait', 'slow -> after'],
    });
    run.openWait('wait', 5_000);
    run.failCall('a');
    expect(run.ending).toBeNull();
    expect(run.statusOf('wait')?.status).toBe('cancelled');
    run.succeed('slow');
    expect(run.ending).toBe('failed');
    expect(run.calls).not.toContain('after@#1');
  });

  test('a failed attempt is made again when its pause is over', () => {
    const run = new SimulatedRun({ steps: { a: {} }, wires: ['start -> a'] });
    run.retryCall('a', 1);
    expect(run.calling).toEqual([]);
    run.tell({ type: 'due', step: 'a', iteration: '', at: 1_000 });
    expect(run.calls).toEqual(['a@#1', 'a@#2']);
  });

  test('an attempt that was made before its time is not made again when the time comes', () => {
    const run = new SimulatedRun({ steps: { a: {} }, wires: ['start -> a'] });
    run.retryCall('a', 1);
    run.tell({ type: 'due', step: 'a', iteration: '', at: 1_000 });
    run.retryCall('a', 2, 9_000);
    run.tell({ type: 'due', step: 'a', iteration: '', at: 1_000 });
    expect(run.calls).toEqual(['a@#1', 'a@#2']);
  });

  test('a pause that the system asked for costs no attempt', () => {
    const run = new SimulatedRun({ steps: { a: {} }, wires: ['start -> a'] });
    run.retryCall('a', 0);
    run.tell({ type: 'due', step: 'a', iteration: '', at: 1_000 });
    expect(run.calls).toEqual(['a@#1', 'a@#1']);
  });

  test('an unknown outcome waits for a person, who says that it happened', () => {
    const run = new SimulatedRun({ steps: { a: {}, b: {} }, wires: ['start -> a', 'a -> b'] });
    run.loseCall('a');
    expect(run.statusOf('a')?.status).toBe('unknown');
    expect(run.ending).toBeNull();
    run.tell({ type: 'resolved', step: 'a', iteration: '', outcome: 'happened' });
    expect(run.calling).toEqual(['b']);
  });

  test('… or that it did not: the call is made again', () => {
    const run = new SimulatedRun({ steps: { a: {} }, wires: ['start -> a'] });
    run.loseCall('a');
    run.tell({ type: 'resolved', step: 'a', iteration: '', outcome: 'not_happened' });
    expect(run.calls).toEqual(['a@#1', 'a@#2']);
  });

  test('an unknown outcome goes by error only if the step says so', () => {
    const run = new SimulatedRun({
      steps: { a: { onUnknown: 'error' }, mend: {} },
      wires: ['start -> a', 'a:error -> mend'],
    });
    run.loseCall('a');
    expect(run.calling).toEqual(['mend']);
  });
});

describe('stop, cancel, pause', () => {
  test('stop ends the run with its outcome once calls under way have finished', () => {
    const run = new SimulatedRun({
      steps: { slow: {}, end: { kind: 'stop', outcome: 'fail' } },
      wires: ['start -> slow', 'start -> end'],
    });
    run.settle('end', null);
    expect(run.ending).toBeNull();
    run.succeed('slow');
    expect(run.ending).toBe('failed');
  });

  test('a cancelled run starts nothing new and ends when its calls have', () => {
    const run = new SimulatedRun({ steps: { a: {}, b: {} }, wires: ['start -> a', 'a -> b'] });
    run.tell({ type: 'end', ending: { status: 'cancelled', reason: 'cancelled' } });
    expect(run.ending).toBeNull();
    run.succeed('a');
    expect(run.ending).toBe('cancelled');
    expect(run.calls).toEqual(['a@#1']);
  });

  test('a paused run lets calls finish and starts what is ready when it is resumed', () => {
    const run = new SimulatedRun({ steps: { a: {}, b: {} }, wires: ['start -> a', 'a -> b'] });
    run.tell({ type: 'pause' });
    run.succeed('a');
    expect(run.calling).toEqual([]);
    run.tell({ type: 'resume' });
    expect(run.calling).toEqual(['b']);
  });
});

describe('waits and approvals', () => {
  test('an approval goes by the port of its decision', () => {
    const run = new SimulatedRun({
      steps: { ask: { kind: 'approval' }, yes: {}, no: {} },
      wires: ['start -> ask', 'ask:approved -> yes', 'ask:rejected -> no'],
    });
    run.openWait('ask');
    run.tell({ type: 'settled', step: 'ask', iteration: '', status: 'succeeded', port: 'rejected' });
    expect(run.calling).toEqual(['no']);
    expect(run.statusOf('yes')?.status).toBe('skipped');
  });

  test('when its time is over it is asked to expire; a decision that came first wins', () => {
    const run = new SimulatedRun({
      steps: { ask: { kind: 'approval' }, yes: {}, late: {} },
      wires: ['start -> ask', 'ask:approved -> yes', 'ask:timeout -> late'],
    });
    run.openWait('ask', 1_000);
    run.tell({ type: 'settled', step: 'ask', iteration: '', status: 'succeeded', port: 'approved' });
    run.tell({ type: 'due', step: 'ask', iteration: '', at: 1_000 });
    expect(run.calling).toEqual(['yes']);
    expect(run.open.some((command) => command.type === 'expire')).toBe(false);
  });
});

describe('called flows', () => {
  const calling = (over: object = {}): LevelSketch => ({
    steps: { sub: { kind: 'subflow', ...over }, after: {}, mend: {} },
    wires: ['start -> sub', 'sub -> after', 'sub:error -> mend'],
  });

  test('a step waits for the flow that it called, and goes on by how that ended', () => {
    const run = new SimulatedRun(calling());
    run.openWait('sub');
    expect(run.calling).toEqual([]);
    run.endChild('sub', 'succeeded');
    expect(run.calling).toEqual(['after']);
    const failing = new SimulatedRun(calling());
    failing.openWait('sub');
    failing.endChild('sub', 'failed');
    expect(failing.calling).toEqual(['mend']);
  });

  test('one that does not wait settles at once', () => {
    const run = new SimulatedRun(calling());
    run.settle('sub', 'out');
    expect(run.calling).toEqual(['after']);
  });

  test('when its time is over it is asked to expire', () => {
    const run = new SimulatedRun(calling());
    run.openWait('sub', 1_000);
    run.tell({ type: 'due', step: 'sub', iteration: '', at: 1_000 });
    expect(run.open).toContainEqual({ type: 'expire', step: 'sub', iteration: '' });
  });

  test('a failure that nobody handles ends the run', () => {
    const run = new SimulatedRun({ steps: { sub: { kind: 'subflow' } }, wires: ['start -> sub'] });
    run.openWait('sub');
    run.endChild('sub', 'failed');
    expect(run.ending).toBe('failed');
  });

  test('cancel ends the wait without a word from the called flow; one that comes late changes nothing', () => {
    const run = new SimulatedRun(calling());
    run.openWait('sub');
    run.tell({ type: 'end', ending: { status: 'cancelled' } });
    expect(run.ending).toBe('cancelled');
    run.endChild('sub', 'succeeded');
    expect(run.calls).toEqual([]);
  });

  test('a paused run takes the end of the called flow and starts what follows when it is resumed', () => {
    const run = new SimulatedRun(calling());
    run.openWait('sub');
    run.tell({ type: 'pause' });
    run.endChild('sub', 'succeeded');
    expect(run.calling).toEqual([]);
    run.tell({ type: 'resume' });
    expect(run.calling).toEqual(['after']);
  });

  test('a loop calls so many at a time as its concurrency', () => {
    const run = new SimulatedRun({
      steps: {
        each: {
          kind: 'loop',
          concurrency: 2,
          body: { steps: { sub: { kind: 'subflow' } }, wires: ['each:each -> sub'] },
        },
      },
      wires: ['start -> each'],
    });
    run.items('each', 3);
    run.openWait('sub@0');
    run.openWait('sub@1');
    expect(run.open.some((command) => command.type === 'open')).toBe(false);
    run.endChild('sub@1', 'succeeded');
    expect(run.open).toContainEqual({ type: 'open', step: 'sub', iteration: '2' });
  });
});

describe('what is due', () => {
  const waiting = (port?: string, escalations?: number[]): SimulatedRun => {
    const run = new SimulatedRun({ steps: { hold: { kind: 'wait' } }, wires: ['start -> hold'] });
    run.openWait('hold', 5_000, { port, escalations });
    return run;
  };
  const asked = (run: SimulatedRun) =>
    run.open.map((command) => (command.type === 'timer' ? command.due : command.type));

  test('a wait keeps the port by which it goes on when its time is over', () => {
    expect(waiting('timeout').statusOf('hold')).toEqual({ status: 'waiting', due: 5_000, duePort: 'timeout' });
  });

  test('more people are asked at each instant before the end; a decision stops it', () => {
    const run = new SimulatedRun({
      steps: { ask: { kind: 'approval' }, late: {}, yes: {} },
      wires: ['start -> ask', 'ask:timeout -> late', 'ask:approved -> yes'],
    });
    run.openWait('ask', 5_000, { escalations: [1_000, 2_000, 9_000] });
    const alarms = () => asked(run).at(-1);
    expect(alarms()).toBe(1_000);
    run.ring('ask');
    expect(alarms()).toBe(2_000);
    run.tell({ type: 'due', step: 'ask', iteration: '', at: 1_000 });
    expect(alarms()).toBe(2_000);
    run.ring('ask');
    expect(run.statusOf('ask')).toMatchObject({ status: 'waiting', escalations: [9_000] });
    expect(run.reload()).toEqual(run.state);
    expect(alarms()).toBe(5_000);
    run.ring('ask');
    expect(run.calling).toEqual(['late']);
  });

  test('a timer that was set for another instant is no sign of this one', () => {
    const run = waiting();
    run.tell({ type: 'due', step: 'hold', iteration: '', at: 4_000 });
    expect(asked(run)).toEqual([5_000]);
    run.tell({ type: 'due', step: 'hold', iteration: '', at: 5_000 });
    expect(asked(run)).toEqual([5_000, 'expire']);
  });
});

describe('loops', () => {
  const loop = (over: object = {}, body?: LevelSketch): LevelSketch => ({
    steps: {
      each: {
        kind: 'loop',
        concurrency: 2,
        body: body ?? { steps: { call: {} }, wires: ['each:each -> call'] },
        ...over,
      },
      after: {},
    },
    wires: ['start -> each', 'each -> after'],
  });

  test('the body runs for each item, so many at a time as its concurrency', () => {
    const run = new SimulatedRun(loop());
    run.items('each', 3);
    expect(run.calling).toEqual(['call@0', 'call@1']);
    run.succeed('call@1');
    expect(run.calling).toEqual(['call@0', 'call@2']);
    run.succeed('call@0');
    run.succeed('call@2');
    run.collect('each');
    expect(run.calling).toEqual(['after']);
  });

  test('a finished iteration leaves the state', () => {
    const run = new SimulatedRun(loop({ concurrency: 1 }));
    run.items('each', 50);
    for (let index = 0; index < 40; index++) run.succeed(`call@${index}`);
    expect(Object.keys(run.state.frames)).toEqual(['', 'each:40']);
  });

  test('no items: the loop goes by out at once', () => {
    const run = new SimulatedRun(loop());
    run.items('each', 0);
    run.collect('each');
    expect(run.calling).toEqual(['after']);
  });

  test('an item that fails stops the loop: iterations under way finish, then the loop fails', () => {
    const run = new SimulatedRun(loop());
    run.items('each', 4);
    run.failCall('call@0');
    expect(run.calling).toEqual(['call@1']);
    run.succeed('call@1');
    run.collect('each');
    run.tell({ type: 'finished' });
    expect(run.ending).toBe('failed');
    expect(run.calls).toEqual(['call@0#1', 'call@1#1']);
  });

  test('… unless it is told to continue', () => {
    const run = new SimulatedRun(loop({ onItemError: 'continue' }));
    run.items('each', 3);
    run.failCall('call@0');
    run.succeed('call@1');
    run.succeed('call@2');
    expect(run.statusOf('each')?.loop?.failed).toBe(1);
    run.collect('each');
    expect(run.calling).toEqual(['after']);
  });

  test('a loop within a loop has a path of iterations', () => {
    const inner: LevelSketch = {
      steps: { inner: { kind: 'loop', concurrency: 1, body: { steps: { call: {} }, wires: ['inner:each -> call'] } } },
      wires: ['each:each -> inner'],
    };
    const run = new SimulatedRun(loop({ concurrency: 1 }, inner));
    run.items('each', 2);
    run.items('inner@0', 2);
    run.succeed('call@0.0');
    run.succeed('call@0.1');
    run.collect('inner@0');
    run.items('inner@1', 1);
    expect(run.calling).toEqual(['call@1.0']);
  });

  test('a stop in a body ends the whole run', () => {
    const body: LevelSketch = { steps: { end: { kind: 'stop', outcome: 'succeed' } }, wires: ['each:each -> end'] };
    const run = new SimulatedRun(loop({}, body));
    run.items('each', 5);
    run.settle('end@0', null);
    expect(run.ending).toBe('succeeded');
    expect(run.calling).toEqual([]);
  });

  test('cancel ends the iterations too', () => {
    const run = new SimulatedRun(loop());
    run.items('each', 9);
    run.tell({ type: 'end', ending: { status: 'cancelled' } });
    run.succeed('call@0');
    run.succeed('call@1');
    expect(run.ending).toBe('cancelled');
    expect(run.calls).toHaveLength(2);
  });
});
