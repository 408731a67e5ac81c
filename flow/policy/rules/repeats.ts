import type { StepPlace } from '../../levels.js';
import { below } from '../../pointer.js';
import { type Facts, operationOf } from '../../validate/facts.js';
import { withCalled } from '../called.js';
import { reachedBy } from '../facts.js';
import type { Finding, Rule } from '../finding.js';
import { waysAfter, waysAnyhow, wordsOf } from '../ways.js';

/** What happens twice when it is sent twice, and may be: since an event comes twice, or since nobody knows that it came about. */
export const repeats: Rule = (facts, { called }) => [...twiceDelivered(facts, called), ...sentAgain(facts)];

/** Senders of webhooks send again what they think was lost; without a key by which that is known it is a second run. */
function twiceDelivered(facts: Facts, called: Parameters<Rule>[1]['called']): Finding[] {
  return facts.triggers
    .filter(({ trigger }) => trigger.kind === 'webhook' && trigger.dedupe === undefined)
    .flatMap(({ id, pointer }) => {
      const found = withCalled(reachedBy(facts, waysAnyhow(facts, id)), called, ({ writes }) => writes);
      return found
        .filter(({ one }) => one.once)
        .slice(0, 1)
        .map(({ way }) => ({
          ...{ at: id, pointer: below(pointer, 'dedupe'), way },
          message: `A delivery that is sent again makes this happen twice: ${wordsOf(way)}.`,
          remedy: 'Say by which key a delivery is known that came before',
        }));
    });
}

/** A call whose outcome is not known goes on by its error wire, and the same is sent there again. */
function sentAgain(facts: Facts): Finding[] {
  const onceOnly = facts.steps.filter(
    ({ step }) => step.kind === 'action' && operationOf(facts, step)?.idempotency === 'none' && writes(facts, step),
  );
  return onceOnly
    .filter(({ step }) => step.onUnknown === 'error')
    .flatMap((first) => {
      const wayTo = waysAfter(facts, first, 'error', () => false);
      const before = waysAnyhow(facts)(first);
      return onceOnly
        .filter((again) => isSame(first, again))
        .flatMap((again) => {
          const onward = wayTo(again);
          if (!before || !onward) return [];
          const way = [...before, ...onward.slice(1)];
          return [
            {
              ...{ at: first.id, pointer: below(first.pointer, 'onUnknown'), way },
              message: `Where nobody knows whether this was done, it is sent a second time: ${wordsOf(way)}.`,
              remedy: 'Let a person find out what became of the first, or look it up before it is sent again',
            },
          ];
        });
    });
}

const writes = (facts: Facts, step: StepPlace['step']): boolean => operationOf(facts, step)?.effect !== 'read';

const isSame = (one: StepPlace, other: StepPlace): boolean =>
  one.id !== other.id && one.step.connection === other.step.connection && one.step.operation === other.step.operation;
