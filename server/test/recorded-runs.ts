import { deliver, publishFlow, until, wires } from './harness/flows.js';
import { recordedLevels } from './recorded-levels.js';
import {
  approval,
  callable,
  calling,
  ended,
  hold,
  isCalled,
  isIn,
  type RecordedRun,
  read,
  start,
  undoable,
  write,
} from './recording-kit.js';

/** Runs whose histories `server/test/histories` holds, by the name of their file; a rehearsal of each does the same. */
export const recordedRuns: Record<string, RecordedRun> = {
  'pure-steps': async (on) => {
    const runId = await start(
      on,
      {
        steps: {
          double: { kind: 'shape', output: { n: { jsonata: 'trigger.body.n * 2' } } },
          decide: { kind: 'branch', cases: [{ name: 'big', when: { jsonata: 'steps.double.output.n > 10' } }] },
          big: { kind: 'shape', output: 'big' },
          small: { kind: 'shape', output: 'small' },
          answer: { kind: 'respond', body: { jsonata: 'steps.double.output' } },
        },
        wires: wires(
          'hook -> double',
          'double -> decide',
          'decide:big -> big',
          'decide:else -> small',
          'big -> answer',
        ),
      },
      { n: 21 },
    );
    return ended(on, runId, 'succeeded');
  },

  'action-with-retry': async (on) => {
    on.vendor.script('/flaky', (_, count) => (count < 3 ? { status: 503 } : {}));
    const runId = await start(on, { steps: { call: read(on, '/flaky') }, wires: wires('hook -> call') });
    return ended(on, runId, 'succeeded');
  },

  'error-port': async (on) => {
    on.vendor.script('/gone', () => ({ status: 404 }));
    const runId = await start(on, {
      steps: { call: read(on, '/gone'), mend: { kind: 'shape', output: { jsonata: 'steps.call.error.code' } } },
      wires: wires('hook -> call', 'call:error -> mend'),
    });
    return ended(on, runId, 'succeeded');
  },

  'failed-without-a-wire': async (on) => {
    on.vendor.script('/refused', () => ({ status: 400 }));
    const runId = await start(on, {
      steps: { call: read(on, '/refused'), after: read(on, '/never') },
      wires: wires('hook -> call', 'call -> after'),
    });
    return ended(on, runId, 'failed');
  },

  'unknown-outcome': async (on) => {
    on.vendor.script('/lost', () => ({ reset: true }));
    const runId = await start(on, {
      steps: { call: write(on, '/lost'), after: read(on, '/after') },
      wires: wires('hook -> call', 'call -> after'),
    });
    await isIn(on, runId, 'waiting');
    await on.admin.inWorkspace('POST', `/runs/${runId}/steps/call/outcome`, { outcome: 'happened' });
    return ended(on, runId, 'succeeded');
  },

  'parallel-and-join': async (on) => {
    const releaseSlow = hold(on, '/slow');
    const runId = await start(on, {
      steps: {
        quick: read(on, '/quick'),
        slow: read(on, '/slow'),
        first: { kind: 'shape', join: 'any', output: 1 },
        both: { kind: 'shape', output: 2 },
        last: read(on, '/last'),
      },
      wires: wires(
        ...['hook -> quick', 'hook -> slow', 'quick -> first', 'slow -> first', 'quick -> both', 'slow -> both'],
        'both -> last',
      ),
    });
    await isCalled(on, '/slow');
    await until('the quick one', async () => on.vendor.to('/quick').length > 0);
    releaseSlow();
    return ended(on, runId, 'succeeded');
  },

  'loop-with-concurrency': async (on) => {
    on.vendor.script('/item', (_, count) => (count === 2 ? { status: 400 } : {}));
    const runId = await start(
      on,
      {
        steps: {
          each: {
            kind: 'loop',
            items: { jsonata: 'trigger.body.people' },
            concurrency: 2,
            onItemError: 'continue',
            collect: { jsonata: 'item' },
            steps: { note: { kind: 'shape', output: { jsonata: 'item' } }, call: read(on, '/item') },
            wires: wires('each:each -> note', 'note -> call'),
          },
          after: { kind: 'shape', output: { jsonata: 'steps.each.output.count' } },
        },
        wires: wires('hook -> each', 'each -> after'),
      },
      { people: ['a', 'b', 'c'] },
    );
    return ended(on, runId, 'succeeded');
  },

  wait: async (on) => {
    const runId = await start(on, {
      steps: { pause: { kind: 'wait', seconds: 1 }, after: { kind: 'shape', output: 1 } },
      wires: wires('hook -> pause', 'pause -> after'),
    });
    return ended(on, runId, 'succeeded');
  },

  filter: async (on) => {
    const runId = await start(
      on,
      {
        steps: {
          keep: { kind: 'filter', items: { jsonata: 'trigger.body.list' }, when: { jsonata: 'item > 1' } },
          after: { kind: 'shape', output: { jsonata: '$count(steps.keep.output)' } },
        },
        wires: wires('hook -> keep', 'keep -> after'),
      },
      { list: [1, 2, 3] },
    );
    return ended(on, runId, 'succeeded');
  },

  'wait-cut-short': async (on) => {
    const runId = await start(on, {
      steps: { pause: { kind: 'wait', seconds: 3_600, timeoutSeconds: 1 }, late: { kind: 'shape', output: 1 } },
      wires: wires('hook -> pause', 'pause:timeout -> late'),
    });
    return ended(on, runId, 'succeeded');
  },

  'approval-escalated': async (on) => {
    const runId = await start(on, {
      steps: {
        ask: {
          kind: 'approval',
          approvers: ['role:admin'],
          escalate: [{ afterSeconds: 1, approvers: ['second@castellan.test'] }],
          timeoutSeconds: 2,
        },
        late: { kind: 'shape', output: 1 },
      },
      wires: wires('hook -> ask', 'ask:timeout -> late'),
    });
    return ended(on, runId, 'succeeded');
  },

  'time-limit': async (on) => {
    hold(on, '/endless-with-limit');
    const runId = await start(on, {
      steps: { call: read(on, '/endless-with-limit'), ask: { kind: 'approval', approvers: ['role:admin'] } },
      wires: wires('hook -> call', 'hook -> ask'),
      settings: { timeoutSeconds: 1 },
    });
    return ended(on, runId, 'failed');
  },

  'event-wait': async (on) => {
    const { hooks } = await publishFlow(on.admin, {
      triggers: { hook: { kind: 'webhook' }, told: { kind: 'webhook' } },
      steps: {
        closed: {
          kind: 'wait',
          event: { event: 'told', key: '/body/ticket', equals: { jsonata: 'trigger.body.ticket' } },
          timeoutSeconds: 3_600,
        },
        never: {
          kind: 'wait',
          event: { event: 'told', key: '/body/ticket', equals: 'none' },
          timeoutSeconds: 1,
        },
        after: { kind: 'shape', output: { jsonata: 'steps.closed.output.body' } },
        late: { kind: 'shape', output: 1 },
      },
      wires: wires('hook -> closed', 'hook -> never', 'closed -> after', 'never:timeout -> late'),
    });
    const runId = (await deliver(hooks.hook as string, { ticket: 'OPS-1' })).body.runId as string;
    await isIn(on, runId, 'waiting');
    await deliver(hooks.told as string, { ticket: 'OPS-1' });
    return ended(on, runId, 'succeeded');
  },

  'approval-decided': async (on) => {
    const runId = await start(on, approval());
    await isIn(on, runId, 'waiting');
    const { body } = await on.admin.inWorkspace<{ items: { id: string; hash: string; runId: string }[] }>(
      'GET',
      '/approvals',
    );
    const asked = body.items.find((item) => item.runId === runId);
    await on.admin.inWorkspace('POST', `/approvals/${asked?.id}/decide`, { decision: 'approve', hash: asked?.hash });
    return ended(on, runId, 'succeeded');
  },

  'approval-timed-out': async (on) => ended(on, await start(on, approval(1)), 'succeeded'),

  cancelled: async (on) => {
    hold(on, '/endless');
    const runId = await start(on, {
      steps: { call: read(on, '/endless'), after: read(on, '/never') },
      wires: wires('hook -> call', 'call -> after'),
    });
    await isCalled(on, '/endless');
    await on.admin.inWorkspace('POST', `/runs/${runId}/cancel`);
    return ended(on, runId, 'cancelled');
  },

  'paused-and-resumed': async (on) => {
    const release = hold(on, '/held');
    const runId = await start(on, {
      steps: { call: read(on, '/held'), after: read(on, '/after-pause') },
      wires: wires('hook -> call', 'call -> after'),
    });
    await isCalled(on, '/held');
    await on.admin.inWorkspace('POST', `/runs/${runId}/pause`);
    await isIn(on, runId, 'paused');
    release();
    await on.admin.inWorkspace('POST', `/runs/${runId}/resume`);
    return ended(on, runId, 'succeeded');
  },

  'flow-waited-for': async (on) => {
    const { id } = await callable(on, '/called');
    return ended(on, await start(on, calling(id)), 'succeeded');
  },

  'flow-let-go': async (on) => {
    const { id } = await callable(on, '/let-go');
    return ended(on, await start(on, calling(id, { wait: false })), 'succeeded');
  },

  'called-flow-failed': async (on) => {
    on.vendor.script('/called-in-vain', () => ({ status: 404 }));
    const { id } = await callable(on, '/called-in-vain');
    return ended(on, await start(on, calling(id)), 'succeeded');
  },

  'called-flow-too-slow': async (on) => {
    const release = hold(on, '/called-too-slow');
    const { id } = await callable(on, '/called-too-slow');
    const runId = await start(on, calling(id, { timeoutSeconds: 1 }));
    await ended(on, runId, 'succeeded');
    release();
    return runId;
  },

  'failed-and-undone': async (on) => {
    on.vendor.script('/undone/fails', () => ({ status: 400 }));
    const { id } = await callable(on, '/undone/called');
    const runId = await start(on, {
      steps: {
        first: undoable(on, '/undone/first'),
        second: undoable(on, '/undone/second'),
        fails: read(on, '/undone/fails'),
      },
      wires: wires('hook -> first', 'first -> second', 'second -> fails'),
      settings: {
        onFailure: {
          flow: id,
          notify: {
            connection: 'vendor',
            operation: 'request',
            input: { method: 'POST', url: `${on.vendor.url}/undone/notify`, json: { jsonata: 'error' } },
          },
        },
      },
    });
    return ended(on, runId, 'failed');
  },

  'cancelled-and-undone': async (on) => {
    const runId = await start(on, {
      steps: { first: undoable(on, '/taken-back'), pause: { kind: 'wait', seconds: 3_600 } },
      wires: wires('hook -> first', 'first -> pause'),
    });
    await isIn(on, runId, 'waiting');
    await on.admin.inWorkspace('POST', `/runs/${runId}/cancel`, { compensate: true });
    return ended(on, runId, 'cancelled');
  },

  stopped: async (on) => {
    hold(on, '/beside');
    const runId = await start(on, {
      steps: {
        first: read(on, '/first'),
        halt: { kind: 'stop', outcome: 'fail', message: 'enough' },
        beside: { kind: 'wait', seconds: 3_600 },
      },
      wires: wires('hook -> first', 'first -> halt', 'hook -> beside'),
    });
    return ended(on, runId, 'failed');
  },

  'hosted-again': async (on) => {
    const release = hold(on, '/second');
    const runId = await start(on, {
      steps: { first: read(on, '/first'), second: read(on, '/second'), third: read(on, '/third') },
      wires: wires('hook -> first', 'first -> second', 'second -> third'),
    });
    await isCalled(on, '/second');
    await on.endCarrier(runId);
    release();
    return ended(on, runId, 'succeeded');
  },

  ...recordedLevels,
};
