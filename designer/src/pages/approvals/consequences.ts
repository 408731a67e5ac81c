import type { Draft, DraftStep, DraftWire } from '@castellan/flow';

/** Where a run goes from an approval, by port: titles of the steps that come next; none is the end of that branch. */
export interface Consequences {
  approved: string[];
  rejected: string[];
  timeout: string[];
}

/** Reads them off the flow as it was when the run began; null when it no longer has the step. */
export function consequences(flow: Draft, stepId: string): Consequences | null {
  const level = levelOf(flow.steps ?? {}, flow.wires ?? [], stepId);
  if (!level) return null;
  const after = (port: string) =>
    level.wires
      .filter((wire) => wire.from === stepId && wire.port === port)
      .map(({ to = '' }) => level.steps[to]?.title || to);
  return { approved: after('approved'), rejected: after('rejected'), timeout: after('timeout') };
}

interface Level {
  steps: Record<string, DraftStep>;
  wires: DraftWire[];
}

/** The level that holds the step: the flow's own, or the body of a loop. */
function levelOf(steps: Record<string, DraftStep>, wires: DraftWire[], stepId: string): Level | null {
  if (steps[stepId] !== undefined) return { steps, wires };
  for (const step of Object.values(steps)) {
    const inner = step.steps && levelOf(step.steps, step.wires ?? [], stepId);
    if (inner) return inner;
  }
  return null;
}
