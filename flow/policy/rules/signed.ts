import { below } from '../../pointer.js';
import { withCalled } from '../called.js';
import { reachedBy } from '../facts.js';
import type { Rule } from '../finding.js';
import { waysPastApprovals, wordsOf } from '../ways.js';

/** What is changed, with nobody's approval, by a webhook that takes deliveries which nobody has signed. */
export const signed: Rule = (facts, { rules, called }) => {
  const { exceptConnectors } = rules.signed;
  return facts.triggers
    .filter(({ trigger }) => trigger.kind === 'webhook' && trigger.signature === undefined)
    .flatMap(({ id, pointer }) => {
      const ways = waysPastApprovals(facts, (trigger) => trigger === id);
      const found = withCalled(reachedBy(facts, ways), called, ({ writes }) => writes);
      return found
        .filter(({ one }) => !exceptConnectors.includes(one.connector))
        .slice(0, 1)
        .map(({ way }) => ({
          ...{ at: id, pointer: below(pointer, 'signature'), way },
          message: `Whoever knows the address of this webhook changes something, since no signature is asked for: ${wordsOf(way)}.`,
          remedy: 'Let the sender sign what it sends and choose the signature here, or put an approval on this way',
        }));
    });
};
