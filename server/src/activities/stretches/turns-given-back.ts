import type { Sql } from '../../platform/database/index.js';
import { giveTurnsBack, wantTurn } from '../../runs/turns/given-back.js';
import { plannedStep } from '../../workflows/interpreter/index.js';
import { compiledStep } from '../contexts.js';
import type { StretchRun } from './stretch.js';
import { OvertakenStretch } from './wait-rows.js';

/** Whether the run takes turns with runs of other flows. */
export const isInLane = ({ facts, version }: StretchRun): boolean =>
  facts.takesTurns && version.program.settings.order?.lane !== undefined;

/**
 * Runs of lanes that only wait for a time from now on give their turns back, and those whose time has come want them
 * again. In the transaction that commits their stretch.
 */
export async function passTurns(tx: Sql, runs: StretchRun[]): Promise<void> {
  const inLanes = runs.filter(isInLane);
  await giveTurnsBack(
    tx,
    inLanes.filter(onlyWaits).map((run) => run.facts.id),
  );
  for (const { facts, changes } of inLanes) {
    // Its turn has come in the meantime: with it the stretch goes on.
    if (changes.woken.length > 0 && !(await wantTurn(tx, facts.id, changes.woken))) throw new OvertakenStretch();
  }
}

/** Nothing is under way, and nothing is awaited but times that are still to come. */
function onlyWaits({ state, plan, version }: StretchRun): boolean {
  if (state.phase !== 'running' || state.paused) return false;
  const now = Date.now();
  let waits = false;
  for (const { steps } of Object.values(state.frames)) {
    for (const [id, { status, due, loop }] of Object.entries(steps)) {
      if (status === 'ready' || status === 'retrying' || status === 'unknown') return false;
      if (status === 'running' && !loop) return false;
      if (status !== 'waiting') continue;
      const isTime = plannedStep(plan, id).step.kind === 'wait' && !('event' in compiledStep(version, id));
      if (!isTime || due === undefined || due <= now) return false;
      waits = true;
    }
  }
  return waits;
}
