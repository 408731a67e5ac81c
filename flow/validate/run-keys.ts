import { objectOf } from '../levels.js';
import { keysOf } from '../pointer.js';
import type { Problem } from '../schema/catalog.js';
import type { TriggerKind } from '../schema/triggers.js';
import type { Facts } from './facts.js';
import { listNames, quote, warning } from './problems.js';
import { checkKey } from './triggers.js';

const always = ['id', 'kind', 'delivery', 'receivedAt'];
const ofDeliveries = [...always, 'method', 'headers', 'query', 'body'];

/** What `trigger` holds, by the kind of what started the run. */
const triggerFields: Record<TriggerKind, readonly string[]> = {
  webhook: ofDeliveries,
  connector: ofDeliveries,
  schedule: [...always, 'scheduledAt'],
  manual: [...always, 'input'],
  call: [...always, 'input'],
};

/** The keys that the settings read from what starts a run: whom it is about, and among which runs it takes its turn. */
export function checkRunKeys(facts: Facts): Problem[] {
  const { subject, order } = objectOf(facts.flow.settings);
  const { key } = objectOf(order);
  return [
    ...checkKey(subject, '/settings/subject'),
    ...checkKey(key, '/settings/order/key'),
    ...checkReach(facts, key, '/settings/order/key'),
  ];
}

/** Runs without a key take no turns: surely not what was meant where a trigger never has what the pointer names. */
function checkReach(facts: Facts, key: unknown, pointer: string): Problem[] {
  const first = typeof key === 'string' ? keysOf(key)?.[0] : undefined;
  if (first === undefined) return [];
  const blind = facts.triggers.filter(({ trigger }) => {
    const fields = Object.hasOwn(triggerFields, String(trigger.kind))
      ? triggerFields[trigger.kind as TriggerKind]
      : null;
    return fields !== null && !fields.includes(first);
  });
  if (blind.length === 0) return [];
  const names = listNames(
    blind.map(({ id, trigger }) => (typeof trigger.title === 'string' ? trigger.title : id)),
    'and',
  );
  const message = `Nothing that starts by ${names} has ${quote(`/${first}`)}, so those runs have no key and wait for no other.`;
  return [warning({ code: 'key_out_of_reach', pointer, message, fix: 'Write an expression that reads each of them.' })];
}
