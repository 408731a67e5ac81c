import type { RetryPlace, RetryVersion } from '@castellan/api';
import type { Program } from '@castellan/flow';
import type { ControlGraph } from '@castellan/flow/runtime';
import { Injectable } from '@nestjs/common';
import { DraftVersionsService } from '../flows/draft-versions.service.js';
import { VersionsService } from '../flows/versions.service.js';
import type { Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { wholeValue } from '../platform/large-values/index.js';
import type { Actor } from '../platform/routes/index.js';
import { makePlan, type Plan } from '../workflows/interpreter/index.js';
import { chooseKept, type KeptSteps, loopsAround } from './kept-choice.js';
import { clearedSteps, readFrames } from './kept-steps.js';

/** The run that is to be done again, as its row has it. */
export interface EarlierRun {
  id: string;
  workspaceId: string;
  flowId: string;
  flowRemoved: boolean;
  published: number | null;
  versionId: string;
  mode: 'live' | 'test' | 'plan' | 'shadow';
  status: string;
  ended: boolean;
  rootId: string;
  triggerId: string;
  triggerKind: string;
  deliveryId: string | null;
  triggerData: unknown;
  businessKey: string | null;
  orderKey: string | null;
  /** The plan that it kept to; its retries do, too. */
  planId: string | null;
  /** It undoes another run. */
  isUndo: boolean;
  /** When and by whom its data was removed. */
  cleared: { at: string; by: string } | null;
}

/** The version that a retry would run. */
export interface TargetVersion {
  id: string;
  /** 0 for a draft */
  number: number;
  control: ControlGraph;
  program: Program;
  simulated: boolean;
}

export interface RetryWish {
  place: RetryPlace;
  version: RetryVersion;
}

/** What a retry would do, and why it cannot where it cannot. */
export interface RetryCase {
  run: EarlierRun;
  version: TargetVersion;
  was: Plan;
  is: Plan;
  kept: KeptSteps;
  cannot: string | null;
}

/** Works out what of a run would stay and what would be done, from a place on a version. */
@Injectable()
export class RetrySource {
  constructor(
    private readonly versions: VersionsService,
    private readonly drafts: DraftVersionsService,
  ) {}

  async read(tx: Sql, actor: Actor, runId: string, wish: RetryWish): Promise<RetryCase> {
    const run = await readEarlier(tx, actor.workspaceId, runId);
    const before = await this.versions.get(run.versionId);
    const version = await this.target(tx, actor, run, wish.version);
    const was = makePlan(before.control);
    const is = makePlan(version.control);
    const cannot = refusalOf(run, version, is, wish.place);
    if (cannot !== null) return { run, version, was, is, kept: { rows: [], loops: [], open: [] }, cannot };
    const frames = wish.place.at === 'start' ? [] : await readFrames(tx, run.id, was, is);
    const kept = chooseKept(is, run.triggerId, frames, wish.place);
    return { run, version, was, is, kept, cannot: await clearedValues(tx, run.id, version.program, kept) };
  }

  private async target(tx: Sql, actor: Actor, run: EarlierRun, wanted: RetryVersion): Promise<TargetVersion> {
    if (wanted === 'same') return this.versions.get(run.versionId);
    if (wanted === 'draft') {
      if (run.mode === 'live' && !actor.permissions.has('flow:publish')) {
        throw new ApiError('forbidden', 'To run a draft on real systems takes the permission flow:publish.');
      }
      return this.drafts.make(tx, actor, run.flowId);
    }
    const [row] = await tx.query<{ id: string }>('select id from versions where flow_id = $1 and number = $2', [
      run.flowId,
      run.published,
    ]);
    if (!row) throw new ApiError('conflict', 'The flow has no published version.');
    return this.versions.get(row.id);
  }
}

async function readEarlier(tx: Sql, workspaceId: string, runId: string): Promise<EarlierRun> {
  const [run] = await tx.query<EarlierRun>(
    `select r.id, r.workspace_id as "workspaceId", r.flow_id as "flowId", f.removed_at is not null as "flowRemoved",
            f.published, r.version_id as "versionId", r.mode, r.status, r.ended_at is not null as ended,
            r.root_id as "rootId", r.trigger_id as "triggerId", r.trigger_kind as "triggerKind",
            r.delivery_id as "deliveryId", ${wholeValue('r', 'trigger_data', 'trigger')} as "triggerData",
            r.business_key as "businessKey", r.order_key as "orderKey", r.plan_id as "planId",
            exists (select from plans p where p.id = r.plan_id and p.undoes_root_id is not null) as "isUndo",
            case when r.cleared_at is not null then json_build_object('by', r.cleared_by, 'at',
              to_char(r.cleared_at at time zone 'utc', 'YYYY-MM-DD')) end as cleared
       from runs r join flows f on f.id = r.flow_id where r.id = $1 and r.workspace_id = $2`,
    [runId, workspaceId],
  );
  return found(run, 'run');
}

/** Why this run cannot be done again like that; null when it can. */
function refusalOf(run: EarlierRun, version: TargetVersion, plan: Plan, place: RetryPlace): string | null {
  const name = version.number === 0 ? 'the draft' : `version ${version.number}`;
  if (!run.ended) return 'The run has not ended yet: cancel it first, or wait for its end.';
  if (run.mode !== 'live' && run.mode !== 'test') return 'Only runs that really ran can be done again.';
  if (run.cleared) {
    return `Its data was removed on ${run.cleared.at} by ${run.cleared.by}, so what it did cannot be done again: start the flow anew.`;
  }
  if (run.isUndo && version.id !== run.versionId) {
    return 'An undo takes back just what it was planned for: try it again as it was, or undo the run again.';
  }
  if (run.flowRemoved) return 'The flow has been removed.';
  if (!version.control.triggers.includes(run.triggerId)) {
    return `The trigger that started this run is no longer in ${name}: start the flow by another one.`;
  }
  if (place.at === 'failed' && run.status === 'succeeded') {
    return 'The run succeeded: choose a step or the start.';
  }
  if (place.at !== 'step') return null;
  const planned = plan.steps.get(place.step);
  if (!planned) return `The step ${place.step} is not in ${name}: choose another step, or the start.`;
  const depth = loopsAround(plan, place.step).length;
  const given = place.iteration === '' ? 0 : place.iteration.split('.').length;
  if (depth !== given) return `The step ${place.step} stands in ${depth} loops: name the iteration of each, as in 3.0.`;
  if (place.items === 'failed' && planned.step.kind !== 'loop') {
    return `The step ${place.step} is no loop, so it has no failed items.`;
  }
  return null;
}

/** A step to do reads a value that was masked and whose exact form has been cleared: it would send the mask. */
async function clearedValues(tx: Sql, runId: string, program: Program, kept: KeptSteps): Promise<string | null> {
  const cleared = await clearedSteps(tx, runId, program, kept);
  if (cleared.length === 0) return null;
  const titles = cleared.map((id) => program.steps[id]?.title ?? id).join(', ');
  return `What ${titles} put out was secret and has been cleared: do the run again from there, or from the start.`;
}
