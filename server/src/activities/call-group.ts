import type { CallRequest, CallResult } from '../workflows/contract.js';

/** A call among others that takes longer than this is left to an activity of its own, so that it holds nobody up. */
const togetherMs = 300;

/** Makes calls that were asked for together, and knows those of this process that are still under way. */
export class CallGroups {
  private readonly underWay = new Map<string, Promise<CallResult>>();

  constructor(private readonly make: (request: CallRequest) => Promise<CallResult>) {}

  /** Answers when all calls have ended; of several, those that take long are answered as `open` and go on here. */
  async call(requests: CallRequest[]): Promise<CallResult[]> {
    const calls = requests.map((request) => this.begin(request));
    if (calls.length === 1) return Promise.all(calls);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, togetherMs, null);
    });
    try {
      return await Promise.all(
        calls.map(async (call, index) => (await Promise.race([call, patience])) ?? openCall(requests[index])),
      );
    } finally {
      clearTimeout(timer);
    }
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

function openCall(request: CallRequest | undefined): CallResult {
  if (!request) throw new Error('A call was answered that nobody asked for.');
  const { runId, step, iteration } = request;
  return { runId, step, iteration, outcome: { kind: 'open' } };
}
