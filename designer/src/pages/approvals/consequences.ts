import type { Draft, DraftStep, DraftWire } from '@castellan/flow';

/** What comes next on a branch: a step, or the end of the whole run. */
export interface Following {
  title: string;
  /** Of a stop step: how the run ends there. */
  ends?: 'succeeded' | 'failed';
}

/** Where a run goes from an approval, by port; nothing is the end of that branch. */
export interface Consequences {
  approved: Following[];
  rejected: Following[];
  timeout: Following[];
}

/** Reads them off the flow as it was when the run began; null when it no longer has the step. */
export function consequences(flow: Draft, stepId: string): Consequences | null {
  const level = levelOf(flow.steps ?? {}, flow.wires ?? [], stepId);
  if (!level) return null;
  const after = (port: string) =>
    level.wires
      .filter((wire) => wire.from === stepId && wire.port === port)
      .map(({ to = '' }) => following(to, level.steps[to]));
  return { approved: after('approved'), rejected: after('rejected'), timeout: after('timeout') };
}

function following(id: string, step: DraftStep | undefined): Following {
  const title = step?.title || id;
  if (step?.kind !== 'stop') return { title };
  return { title, ends: step.outcome === 'fail' ? 'failed' : 'succeeded' };
}

/** What follows in words: `goes on with “Revoke access”`, `the run ends there, as failed (“Not contained”)`. */
export function followingWords(next: Following[]): string {
  const [first] = next;
  if (first === undefined) return 'the run does nothing further here';
  if (next.length === 1 && first.ends !== undefined) return `the run ends there, as ${first.ends} (“${first.title}”)`;
  return `goes on with ${next.map(({ title }) => `“${title}”`).join(' and ')}`;
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
