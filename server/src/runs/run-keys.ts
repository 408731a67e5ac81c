import type { Lane, Program } from '@castellan/flow';
import type { ExpressionHost } from '../expressions/expression-host.js';
import { type CompiledKey, IntakeReading, type IntakeScope } from '../expressions/intake-reading.js';
import { mailboxOf } from '../safety/spellings.js';

/** Among which runs of its flow a run takes its turn, and how. */
export interface RunOrder {
  key: string;
  /** `queue`: after the earlier ones. `supersede`: in their place; they are cancelled. */
  whenBusy: 'queue' | 'supersede';
  /** The key counts among the runs of all flows of the workspace that name this lane. */
  lane?: Lane;
}

/** What a flow's settings read from what starts a run. */
export interface RunKeys {
  /** Whom or what the run is about. */
  businessKey: string | null;
  /** Null where the flow names no order, or what started the run has no key: then the run waits for no other. */
  order: RunOrder | null;
}

/** Asks for the keys of a run together with whatever else is read of what starts it. */
export function planRunKeys(reading: IntakeReading, scope: IntakeScope, { settings }: Program): () => RunKeys {
  const { subject, order } = settings;
  const read = (key: unknown, what: string): (() => string | null) =>
    key === undefined ? () => null : reading.key(scope, key as CompiledKey, what);
  const subjectOf = read(subject, 'The subject of the flow');
  const keyOf = read(order?.key, 'The order key of the flow');
  return () => {
    const key = keyOf();
    return {
      businessKey: subjectOf(),
      order: order && key !== null ? orderOf(key, order) : null,
    };
  };
}

/** In a lane flows of different systems meet, which spell one person's address differently. */
function orderOf(key: string, { whenBusy, lane }: NonNullable<Program['settings']['order']>): RunOrder {
  return lane === undefined ? { key, whenBusy } : { key: mailboxOf(key) ?? key, whenBusy, lane };
}

/** The keys of a run that no delivery starts. Rejects with IntakeFailure where one cannot be evaluated. */
export async function readRunKeys(
  expressions: Pick<ExpressionHost, 'evaluate'>,
  start: { workspaceId: string; program: Program; triggerData: unknown },
): Promise<RunKeys> {
  const { workspaceId, program, triggerData } = start;
  const reading = new IntakeReading();
  const scope = { workspaceId, context: { trigger: triggerData, vars: program.variables } };
  const keysOf = planRunKeys(reading, scope, program);
  await reading.answer(expressions, 1_000);
  return keysOf();
}
