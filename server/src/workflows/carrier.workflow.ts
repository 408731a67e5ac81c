import {
  condition,
  continueAsNew,
  defineSignal,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { CallQueue } from './call-queue.js';
import type { Activities, CallRequest, CallResult, CarrierInput } from './contract.js';
import { pokeSignal } from './contract.js';
import { HostedRuns, type Timer } from './hosted-runs.js';

/** Repeated without end: it fails only when our own database or process does, and its rows keep it from doing anything twice. */
const { settle } = proxyLocalActivities<Activities>({
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '250 milliseconds', backoffCoefficient: 2, maximumInterval: '5 seconds' },
});

/**
 * The heartbeat tells within 6 s that a worker has died. No limit on the whole: each call has its own deadline, and
 * an activity without one is repeated until our side can record what the vendor said.
 */
const { call } = proxyActivities<Activities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '6 seconds',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '10 seconds' },
});

export const poke = defineSignal<[string]>(pokeSignal);

/** Hosts runs: one at rest, many under load. The rules are in HostedRuns and the interpreter; here is only the waiting. */
export async function carrier(input: CarrierInput): Promise<void> {
  const runs = new HostedRuns(input);
  const queue = new CallQueue();
  let callsUnderWay = 0;
  let stretching = false;
  setHandler(poke, (runId) => runs.poke(runId));

  const makeCalls = async (requests: CallRequest[]): Promise<CallRequest[]> => {
    callsUnderWay++;
    const results = await call(requests);
    callsUnderWay--;
    const open = requests.filter((_, index) => runs.applyCall(results[index] as CallResult));
    return open.map((request) => ({ ...request, awaited: true as const }));
  };
  const startCalls = async (requests: CallRequest[]): Promise<void> => {
    let open = await makeCalls(requests);
    queue.begun(requests);
    while (open.length > 0) open = await makeCalls(open);
  };
  const startTimer = async ({ runId, due, event }: Timer): Promise<void> => {
    // The server's clock may be ahead of the process that set `due`; a timer of 0 would be none.
    await sleep(Math.max(1, due - Date.now()));
    runs.happened(runId, event);
  };
  /** One at a time; calls of other runs begin and end meanwhile. */
  const stretch = async (): Promise<void> => {
    stretching = true;
    const results = await settle(runs.takeStretch());
    stretching = false;
    runs.applyStretch(results);
  };

  /** The history grows long: what is under way is let end, and a fresh execution goes on from the state. */
  const isLong = (): boolean => workflowInfo().continueAsNewSuggested;
  const hasWork = (): boolean => runs.hasWork || (queue.isReady && !isLong());
  const mayRenew = (): boolean => isLong() && callsUnderWay === 0 && !stretching;

  while (runs.size > 0) {
    const { calls, timers } = runs.takeWork();
    queue.add(calls);
    if (!isLong()) for (const requests of queue.take()) void startCalls(requests);
    for (const timer of timers) void startTimer(timer);

    if (runs.isReady && !stretching) void stretch();
    else if (mayRenew()) await continueAsNew<typeof carrier>(runs.checkpoint());
    await condition(() => (runs.isReady && !stretching) || hasWork() || runs.size === 0 || mayRenew());
  }
}
