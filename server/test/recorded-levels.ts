import { wires } from './harness/flows.js';
import { ended, type RecordedRun, read, start, write } from './recording-kit.js';

/** Runs with joins and loops: what hangs on which wires, and on which iterations. */
export const recordedLevels: Record<string, RecordedRun> = {
  'join-of-any': async (on) => {
    const runId = await start(on, {
      steps: {
        quick: read(on, '/quick'),
        slow: { kind: 'wait', seconds: 1 },
        first: { ...read(on, '/first-of-two'), join: 'any' },
        after: { kind: 'shape', output: 1 },
      },
      wires: wires('hook -> quick', 'hook -> slow', 'quick -> first', 'slow -> first', 'first -> after'),
    });
    return ended(on, runId, 'succeeded');
  },

  'join-of-two': async (on) => {
    on.vendor.script('/absent', () => ({ status: 404 }));
    const runId = await start(on, {
      steps: {
        one: read(on, '/one-of-three'),
        two: { kind: 'wait', seconds: 1 },
        three: read(on, '/absent'),
        enough: { kind: 'shape', output: 1, join: { n: 2 } },
        all: { kind: 'shape', output: 2 },
        never: { kind: 'shape', output: 3, join: { n: 3 } },
      },
      wires: wires(
        ...['hook -> one', 'hook -> two', 'hook -> three', 'one -> enough', 'two -> enough', 'three:error -> enough'],
        ...['one -> all', 'two -> all', 'three -> all', 'one -> never', 'two -> never', 'three -> never'],
      ),
    });
    return ended(on, runId, 'succeeded');
  },

  'loops-in-loops': async (on) => {
    const runId = await start(on, {
      steps: {
        outer: {
          kind: 'loop',
          items: [['a', 'b'], [], ['c']],
          concurrency: 2,
          collect: { jsonata: 'steps.inner.output.items' },
          steps: {
            inner: {
              kind: 'loop',
              items: { jsonata: 'item' },
              key: { jsonata: 'item' },
              collect: true,
              steps: { call: write(on, '/nested'), note: { kind: 'shape', output: { jsonata: 'loops.outer.index' } } },
              wires: wires('inner:each -> call', 'call -> note'),
            },
            pause: { kind: 'wait', seconds: 0.2 },
          },
          wires: wires('outer:each -> inner', 'inner -> pause'),
        },
        after: { kind: 'shape', output: { jsonata: 'steps.outer.output' } },
      },
      wires: wires('hook -> outer', 'outer -> after'),
    });
    return ended(on, runId, 'succeeded');
  },

  'loop-that-stops': async (on) => {
    on.vendor.script('/stops-the-loop', () => ({ status: 400 }));
    const runId = await start(on, {
      steps: {
        each: {
          kind: 'loop',
          items: ['waits', 'fails', 'never'],
          concurrency: 2,
          batchSize: 1,
          steps: {
            decide: { kind: 'branch', cases: [{ name: 'waits', when: { jsonata: 'item[0] = "waits"' } }] },
            pause: { kind: 'wait', seconds: 3_600 },
            call: read(on, '/stops-the-loop'),
          },
          wires: wires('each:each -> decide', 'decide:waits -> pause', 'decide:else -> call'),
        },
        mend: { kind: 'shape', output: { jsonata: 'steps.each.error.code' } },
      },
      wires: wires('hook -> each', 'each:error -> mend'),
    });
    return ended(on, runId, 'succeeded');
  },
};
