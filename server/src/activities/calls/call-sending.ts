import { ConnectorError, type JsonValue } from '@castellan/sdk';
import { calledConnector } from '../../connector-registry/references.js';
import { callFailure } from '../../operations/call-failure.js';
import { maskSecrets } from '../../platform/masking.js';
import type { CallAttempt, Outcome } from './call-attempt.js';
import { readState } from './call-checks.js';
import { conclude, formsOf } from './call-ending.js';
import { withChange } from './call-failures.js';
import { changesIn } from './call-guard.js';
import { notePlanned, standInFor } from './planned-write.js';
import { noteUnplanned } from './reversal.js';

/** Commits that the attempt is made, then makes it. `ask`: an earlier one may have been sent, which is looked for first. */
export async function send(
  call: CallAttempt,
  input: unknown,
  { before, ask }: { before: JsonValue | undefined; ask: boolean },
): Promise<Outcome> {
  if ((await begin(call, input, before)) === 'dropped') return { kind: 'dropped' };
  const { on, request, facts, action, effect, connection, timeoutMs, gate } = call;
  const aborted = new AbortController();
  const stop = on.watch.add({
    runId: request.runId,
    effect,
    shielded: call.isAfter,
    abort: (reason) => aborted.abort(reason),
  });
  const sent = {
    connector: calledConnector(action),
    operation: action.operation,
    input,
    connection,
    idempotencyKey: effect?.key ?? '',
    runOf: facts.workspaceId,
    run: { id: request.runId, step: request.step },
    depth: facts.depth + 1,
    signal: aborted.signal,
    timeoutMs,
    ...gate,
  };
  try {
    const found = ask ? await on.operations.lookup(sent) : null;
    const output = found ?? (await on.operations.call(sent));
    return await conclude(call, null, { output, input });
  } catch (thrown) {
    if (aborted.signal.aborted && effect === null) return await conclude(call, 'cancelled');
    const write = effect && { idempotency: call.operation?.idempotency ?? 'none' };
    const failure = callFailure(thrown, write);
    return await conclude(call, withChange(failure, call.version, action));
  } finally {
    stop();
  }
}

/** In a run that makes a plan: what a write would change is noted, nothing is sent, and what stands in answers. */
export async function planInstead(call: CallAttempt, input: unknown, isWrite: boolean): Promise<Outcome> {
  if ((await begin(call, input, undefined)) === 'dropped') return { kind: 'dropped' };
  const { on, request, facts, action, connectionId, reversal } = call;
  const shown = <T>(value: T) => maskSecrets(value, call.secrets);
  const write = { action, connectionId, input, epoch: request.epoch, shown, readState: () => readState(call, input) };
  try {
    if (isWrite) await notePlanned(on, call.place, write);
  } catch (thrown) {
    const failure = withChange(callFailure(thrown, null), call.version, action);
    if (!reversal || failure.throttled || !(thrown instanceof ConnectorError)) {
      return conclude(call, failure, { input });
    }
    return conclude(call, null, { output: { left: await noteUnplanned(on.database, reversal, thrown) }, input });
  }
  return conclude(call, null, { output: standInFor(facts, request.step, action), input });
}

async function begin(call: CallAttempt, input: unknown, before: JsonValue | undefined): Promise<'begun' | 'dropped'> {
  const { request, facts, action, connectionId } = call;
  const { runId, step, iteration } = request;
  const forms = await formsOf(call, { input });
  const effect = call.effect && {
    ...call.effect,
    ...{ workspaceId: facts.workspaceId, runId, step, iteration, connectionId },
    ...{ operation: call.operationName, input, changes: changesIn(action, input) },
    ...(before === undefined ? {} : { before }),
  };
  const begun = await call.on.rows.begin({ request, forms, effect });
  if (begun === 'held') throw new Error('Another process took this call up in the same moment.');
  return begun;
}
