import { setTimeout as delay } from 'node:timers/promises';
import type { CallRequest, CallResult } from '../../workflows/contract.js';

/** Calls among others that take longer than this are left behind as `open`, so that they hold nobody up. */
const togetherMs = 300;
/** What ends so soon after another call is answered with it: one activity instead of two. */
const lingerMs = 25;

/** Makes calls that were asked for together, and knows those of this process that are still under way. */
export class CallGroups {
  private readonly underWay = new Map<string, Promise<CallResult>>();

  constructor(private readonly make: (request: CallRequest) => Promise<CallResult>) {}

  /**
   * Answers when all calls have ended, or those that have by the time; the others are answered as `open` and go on
   * here. Calls that were open already are answered as they end, so that a slow one delays no other.
   */
  async call(requests: CallRequest[]): Promise<CallResult[]> {
    const ended: CallResult[] = [];
    const calls = requests.map(async (request, index) => {
      ended[index] = await this.begin(request);
    });
    const patience = requests.some(({ awaited }) => awaited) ? 0 : togetherMs;
    await Promise.race([Promise.all(calls), someOf(calls, patience)]);
    return requests.map((request, index) => ended[index] ?? openCall(request));
  }

  /** A call that is under way in this process already is not made twice. */
  private begin(request: CallRequest): Promise<CallResult> {
    const key = keyOf(request);
    const known = this.underWay.get(key);
    if (known) return known;
    const call = this.make(request).finally(() => this.underWay.delete(key));
    this.underWay.set(key, call);
    // Nobody may be awaiting it when it fails on our side; whoever asks next makes it again.
    call.catch(() => undefined);
    return call;
  }
}

const keyOf = ({ runId, epoch, step, iteration, attempt }: CallRequest): string =>
  `${runId} ${epoch} ${step} ${iteration} ${attempt}`;

/** When the time is over and at least one call has ended, with those that end at about the same time. */
async function someOf(calls: Promise<void>[], patience: number): Promise<void> {
  await Promise.all([delay(patience, undefined, { ref: false }), Promise.race(calls)]);
  await delay(lingerMs, undefined, { ref: false });
}

const openCall = ({ runId, step, iteration }: CallRequest): CallResult => ({
  ...{ runId, step, iteration },
  outcome: { kind: 'open' },
});
