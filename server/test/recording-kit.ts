import { deliver, endOf, type FlowSketch, publishFlow, readRun, until, wires } from './harness/flows.js';
import type { Session } from './harness/index.js';
import type { Vendor } from './harness/vendor.js';

/** What a run to be recorded is made with. */
export interface Recording {
  admin: Session;
  vendor: Vendor;
  /** Id of a connection of the `http` connector. */
  connection: string;
  /** Ends the run's carrier by hand, as somebody with access to Temporal could. */
  endCarrier(runId: string): Promise<void>;
}

/** Makes one run, leads it to its end by the API alone, and answers its id. */
export type RecordedRun = (on: Recording) => Promise<string>;

export const read = (on: Recording, path: string, over: object = {}) => ({
  kind: 'action',
  connection: 'vendor',
  operation: 'get',
  input: { url: `${on.vendor.url}${path}` },
  retry: { attempts: 3, firstSeconds: 0.1, factor: 1, maxSeconds: 1 },
  ...over,
});

export const write = (on: Recording, path: string) => ({
  ...read(on, path),
  operation: 'request',
  input: { method: 'POST', url: `${on.vendor.url}${path}`, json: {} },
});

/** A write that another one takes back. */
export const undoable = (on: Recording, path: string) => ({
  ...write(on, path),
  undo: { operation: 'request', input: { method: 'POST', url: `${on.vendor.url}${path}/undo`, json: {} } },
});

/** Publishes a flow with a webhook `hook` and delivers to it. */
export async function start(on: Recording, sketch: Omit<FlowSketch, 'triggers'>, body: unknown = {}): Promise<string> {
  const { hooks } = await publishFlow(on.admin, {
    connections: { vendor: { connector: 'http', title: 'Vendor', id: on.connection } },
    triggers: { hook: { kind: 'webhook' } },
    ...sketch,
  });
  const answer = await deliver(hooks.hook as string, body);
  if (answer.status !== 202) throw new Error(`The delivery was answered ${answer.status}`);
  return answer.body.runId as string;
}

export async function ended(on: Recording, runId: string, status: string): Promise<string> {
  const run = await endOf(on.admin, runId, 60);
  if (run.status === status) return runId;
  throw new Error(`Run ${runId} was to be ${status} and is ${run.status}: ${JSON.stringify(run.error)}`);
}

/** Leaves a path without an answer until the function that it gives is called. */
export function hold(on: Recording, path: string): () => void {
  let release: () => void = () => undefined;
  const released = new Promise<object>((resolve) => (release = () => resolve({})));
  on.vendor.script(path, () => released);
  return release;
}

export const isCalled = (on: Recording, path: string) =>
  until(`a call of ${path}`, async () => on.vendor.to(path).length > 0);

export const isIn = (on: Recording, runId: string, status: string) =>
  until(`run ${runId} to be ${status}`, async () => (await readRun(on.admin, runId)).status === status);

export const approval = (timeoutSeconds?: number): Omit<FlowSketch, 'triggers'> => ({
  steps: {
    ask: { kind: 'approval', approvers: ['admin@castellan.test'], show: { who: 'Jane' }, timeoutSeconds },
    done: { kind: 'shape', output: { jsonata: 'steps.ask.output' } },
  },
  wires: wires('hook -> ask', 'ask:approved -> done', 'ask:timeout -> done'),
});

/** A flow that others may call; it reads the vendor and answers with its input. */
export const callable = (on: Recording, path: string) =>
  publishFlow(on.admin, {
    name: 'Called',
    connections: { vendor: { connector: 'http', title: 'Vendor', id: on.connection } },
    triggers: { called: { kind: 'call' } },
    steps: { look: read(on, path), answer: { kind: 'respond', body: { jsonata: 'trigger.input' } } },
    wires: wires('called -> look', 'look -> answer'),
  });

export const calling = (flow: string, over: object = {}): Omit<FlowSketch, 'triggers'> => ({
  steps: {
    sub: { kind: 'subflow', flow, input: { n: 1 }, ...over },
    after: { kind: 'shape', output: { jsonata: 'steps.sub.output' } },
    mend: { kind: 'shape', output: { jsonata: 'steps.sub.error.code' } },
  },
  wires: wires('hook -> sub', 'sub -> after', 'sub:error -> mend'),
});
