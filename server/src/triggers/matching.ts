import type { CompiledTrigger, Program } from '@castellan/flow';
import type { ExpressionHost } from '../expressions/expression-host.js';
import { type CompiledFilter, type CompiledKey, IntakeFailure, IntakeReading } from '../expressions/intake-reading.js';
import { planRunKeys, type RunKeys } from '../runs/run-keys.js';
import type { TriggerRow } from './trigger-row.js';

/** One event of a delivery for one trigger, before it is decided what comes of it. */
export interface Candidate {
  trigger: TriggerRow;
  program: Program;
  /** Which event of the delivery. */
  event: number;
  /** What expressions see as `trigger`. */
  data: Record<string, unknown>;
  /** Tells a repeated delivery of the same event apart from another one, where the vendor says so. */
  vendorKey: string | null;
}

export type Match =
  | ({ outcome: 'run'; dedupeKey: string | null; dedupeSeconds: number } & RunKeys)
  | { outcome: 'filtered'; reason: string }
  /** Its filter or a key cannot be evaluated: it is tried again, and kept in any case. */
  | { outcome: 'failed'; reason: string };

/** A vendor repeats a delivery for days, not for ever. */
const vendorWindowSeconds = 7 * 86_400;

/** Decides for each candidate, apart from the others, whether it makes a run and by which keys. */
export async function matchAll(
  expressions: ExpressionHost,
  candidates: Candidate[],
  milliseconds: number,
): Promise<Match[]> {
  const reading = new IntakeReading();
  const plans = candidates.map((candidate) => planOf(reading, candidate));
  await reading.answer(expressions, milliseconds);
  return plans.map((decide) => {
    try {
      return decide();
    } catch (error) {
      if (!(error instanceof IntakeFailure)) throw error;
      return { outcome: 'failed', reason: error.message };
    }
  });
}

function planOf(reading: IntakeReading, { trigger, program, data, vendorKey }: Candidate): () => Match {
  const scope = { workspaceId: trigger.workspaceId, context: { trigger: data, vars: program.variables } };
  const { filter, dedupe, title, id } = trigger.spec as CompiledTrigger & {
    filter?: CompiledFilter;
    dedupe?: { key: CompiledKey; windowSeconds: number };
  };
  const passes = filter && reading.filter(scope, filter, `The filter of ${title || id}`);
  const keyOfDelivery = dedupe && reading.key(scope, dedupe.key, `The dedupe key of ${title || id}`);
  const keysOfRun = planRunKeys(reading, scope, program);
  return () => {
    if (passes && !passes()) {
      return { outcome: 'filtered', reason: 'The filter of the trigger does not let it through.' };
    }
    const key = keyOfDelivery?.() ?? null;
    const same =
      dedupe && key !== null
        ? { dedupeKey: key, dedupeSeconds: dedupe.windowSeconds }
        : { dedupeKey: vendorKey === null ? null : `delivery:${vendorKey}`, dedupeSeconds: vendorWindowSeconds };
    return { outcome: 'run', ...same, ...keysOfRun() };
  };
}
