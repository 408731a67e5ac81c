import { deliver, publishFlow, readRun, until, wires } from './harness/flows.js';
import { approval, ended, isIn, type Recording, read, start } from './recording-kit.js';

/** A recording that looks at where runs are hosted. */
export interface CarrierRecording extends Recording {
  /** Workflow id of the carrier that hosts the run now, or hosted it last. */
  carrierOf(runId: string): Promise<string>;
}

/** Makes one run or more, leads them to their end, and answers the workflow id of a carrier. */
type RecordedCarrier = (on: CarrierRecording) => Promise<string>;

/**
 * Carriers whose histories `server/test/histories` holds beside those of recordedRuns, by the name of their file: of
 * runs that a rehearsal cannot do again, since they are not alone or did not begin at a trigger of a version.
 */
export const recordedCarriers: Record<string, RecordedCarrier> = {
  'retried-from-failed': async (on) => {
    on.vendor.script('/mended-later', (_, count) => ({ status: count === 1 ? 400 : 200 }));
    const failed = await start(on, {
      steps: {
        before: read(on, '/before-mended'),
        each: {
          kind: 'loop',
          items: ['a', 'b'],
          onItemError: 'continue',
          steps: { note: { kind: 'shape', output: { jsonata: 'item' } } },
          wires: wires('each:each -> note'),
        },
        call: read(on, '/mended-later'),
        after: { kind: 'shape', output: 1 },
      },
      wires: wires('hook -> before', 'before -> each', 'each -> call', 'call -> after'),
    });
    await ended(on, failed, 'failed');
    const { body } = await on.admin.inWorkspace<{ runId: string }>('POST', `/runs/${failed}/retry`, {
      place: { at: 'failed' },
    });
    return on.carrierOf(await ended(on, body.runId, 'succeeded'));
  },

  'tried-now': async (on) => {
    on.vendor.script('/better-now', (_, count) => ({ status: count === 1 ? 503 : 200 }));
    const patient = { retry: { attempts: 2, firstSeconds: 3_600, maxSeconds: 3_600 } };
    const runId = await start(on, { steps: { call: read(on, '/better-now', patient) }, wires: wires('hook -> call') });
    await until('the pause', async () => (await readRun(on.admin, runId)).waitingFor?.kind === 'retry');
    await on.admin.inWorkspace('POST', `/runs/${runId}/retry-now`, { step: 'call' });
    return on.carrierOf(await ended(on, runId, 'succeeded'));
  },

  superseded: async (on) => {
    const { hooks } = await publishFlow(on.admin, {
      triggers: { hook: { kind: 'webhook' } },
      ...approval(),
      settings: { order: { key: '/body/who', whenBusy: 'supersede' } },
    });
    const started = async () => (await deliver(hooks.hook as string, { who: 'Jane' })).body.runId as string;
    const older = await started();
    await isIn(on, older, 'waiting');
    const newer = await started();
    await ended(on, older, 'cancelled');
    await on.admin.inWorkspace('POST', `/runs/${newer}/cancel`);
    return on.carrierOf(older);
  },

  terminated: async (on) => {
    const runId = await start(on, approval());
    await isIn(on, runId, 'waiting');
    const carrier = await on.carrierOf(runId);
    await on.admin.inWorkspace('POST', `/runs/${runId}/terminate`);
    await ended(on, runId, 'cancelled');
    return carrier;
  },

  'draft-with-pins': async (on) => {
    const name = 'A draft';
    const draft = {
      schema: 1,
      ...{ name, triggers: { hook: { kind: 'webhook' } } },
      steps: {
        ask: { kind: 'approval', approvers: ['role:admin'] },
        no: { kind: 'shape', output: 'rejected' },
      },
      wires: wires('hook -> ask', 'ask:rejected -> no'),
    };
    const made = await on.admin.inWorkspace<{ id: string }>('POST', '/flows', { name, draft });
    const flow = `/flows/${made.body.id}`;
    await on.admin.inWorkspace('PUT', `${flow}/pins/ask`, { output: null, port: 'rejected' });
    const { body } = await on.admin.inWorkspace<{ runId: string }>('POST', `${flow}/test`, { trigger: 'hook' });
    return on.carrierOf(await ended(on, body.runId, 'succeeded'));
  },

  /** Of many runs that come at once some share a carrier; in it one leaves, one fails, one calls and one only computes. */
  'shared-carrier': async (on) => {
    on.vendor.script('/shared-refused', () => ({ status: 400 }));
    const kinds = ['waits', 'fails', 'calls', 'computes'];
    const { hooks } = await publishFlow(on.admin, {
      connections: { vendor: { connector: 'http', title: 'Vendor', id: on.connection } },
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        which: {
          kind: 'branch',
          cases: kinds.slice(0, 3).map((name) => ({ name, when: { jsonata: `trigger.body.kind = "${name}"` } })),
        },
        pause: { kind: 'wait', seconds: 1 },
        bad: read(on, '/shared-refused'),
        good: read(on, '/shared'),
        only: { kind: 'shape', output: 1 },
      },
      wires: wires(
        'hook -> which',
        'which:waits -> pause',
        'which:fails -> bad',
        'which:calls -> good',
        'which:else -> only',
      ),
    });
    return until('a carrier with runs of each kind', async () => {
      const all = Array.from({ length: 80 }, (_, index) => deliver(hooks.hook as string, { kind: kinds[index % 4] }));
      const runs = (await Promise.all(all)).map(({ body }) => body.runId as string);
      const carriers = new Map<string, Set<number>>();
      for (const [index, runId] of runs.entries()) {
        if (index % 4 > 0) await ended(on, runId, index % 4 === 1 ? 'failed' : 'succeeded');
        const carrier = await on.carrierOf(runId);
        carriers.set(carrier, (carriers.get(carrier) ?? new Set()).add(index % 4));
      }
      // Those that wait have left it by then.
      return [...carriers].find(([, found]) => [1, 2, 3].every((kind) => found.has(kind)))?.[0];
    });
  },

  /** A long run goes on in a fresh execution of its workflow; this is the last one. */
  renewed: async (on) => {
    const runId = await start(on, {
      steps: {
        each: {
          kind: 'loop',
          items: { jsonata: '[1..720]' },
          steps: { call: read(on, '/one-of-many') },
          wires: wires('each:each -> call'),
        },
        after: { kind: 'shape', output: { jsonata: 'steps.each.output.count' } },
      },
      wires: wires('hook -> each', 'each -> after'),
    });
    return on.carrierOf(await ended(on, runId, 'succeeded'));
  },
};
