import type { RetryPolicy } from './control.js';
import type { CatalogOperation } from './schema/catalog.js';
import type { ActionStep } from './schema/steps.js';

const callTimeoutSeconds = 60;
/** The policy of what is not repeated. */
export const madeOnce: RetryPolicy = { attempts: 1, firstSeconds: 1, factor: 2, maxSeconds: 60 };
const thrice: RetryPolicy = { ...madeOnce, attempts: 3 };

/** A call that may happen twice when it is repeated is made once, unless the operation or the step says otherwise. */
export function compileCall(
  step: Pick<ActionStep, 'retry' | 'timeoutSeconds'>,
  { effect, idempotency, retry: own }: CatalogOperation,
) {
  const usual = own ?? (effect === 'read' || idempotency !== 'none' ? thrice : madeOnce);
  const { attempts, firstSeconds, factor, maxSeconds } = step.retry ?? {};
  const retry: RetryPolicy = {
    attempts: attempts ?? usual.attempts,
    firstSeconds: firstSeconds ?? usual.firstSeconds,
    factor: factor ?? usual.factor,
    maxSeconds: maxSeconds ?? usual.maxSeconds,
  };
  return { effect, retry, timeoutSeconds: step.timeoutSeconds ?? callTimeoutSeconds };
}
