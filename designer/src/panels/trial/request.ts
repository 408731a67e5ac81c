import type { DraftRunRequest } from '@castellan/api';
import type { Draft, DraftTrigger } from '@castellan/flow';
import type { TryOut } from '../../editor/editor-store.js';
import { isObject } from '../../editor/is-object.js';

/** Whether a trigger hears deliveries, or is started with an input; a schedule is started with nothing. */
export function startsWith(trigger: DraftTrigger): 'body' | 'input' | 'nothing' {
  if (trigger.kind === 'webhook' || trigger.kind === 'connector') return 'body';
  return trigger.kind === 'schedule' ? 'nothing' : 'input';
}

/** The trigger that a test starts by: the chosen one, else the first. */
export function chosenTrigger(draft: Draft, wanted: string | null): [id: string, trigger: DraftTrigger] | undefined {
  const triggers = Object.entries(draft.triggers ?? {});
  return triggers.find(([id]) => id === wanted) ?? triggers[0];
}

/** What was typed for a trigger, else its sample; undefined where it has none of its own. */
export function givenFor(id: string, trigger: DraftTrigger, { given }: TryOut): unknown {
  if (id in given) return given[id];
  const sample = isObject(trigger.sample) ? trigger.sample : {};
  return startsWith(trigger) === 'body' ? sample.body : sample.input;
}

/** The request that starts a test as it is set; undefined while the draft has no trigger or no run is chosen. */
export function testRequest(draft: Draft, tryOut: TryOut): DraftRunRequest | undefined {
  const chosen = chosenTrigger(draft, tryOut.trigger);
  if (chosen === undefined) return undefined;
  const [id, trigger] = chosen;
  const shared = { trigger: id, pins: tryOut.pins };
  // A past run says by which trigger it was started.
  if (tryOut.from === 'run') return tryOut.runId === null ? undefined : { pins: tryOut.pins, fromRun: tryOut.runId };
  if (tryOut.from === 'delivery') {
    return tryOut.deliveryId === null ? undefined : { ...shared, deliveryId: tryOut.deliveryId };
  }
  const data = givenFor(id, trigger, tryOut);
  if (data === undefined) return shared;
  return startsWith(trigger) === 'body' ? { ...shared, body: data } : { ...shared, input: data };
}
