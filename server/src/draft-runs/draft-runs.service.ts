import { createHash } from 'node:crypto';
import type { Catalog, DraftRunRequest, Pin } from '@castellan/api';
import { type Draft, newStepId, type Pin as PinnedOutput, withPins, writesOf } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AuditService } from '../audit/audit.service.js';
import { CatalogService } from '../connectors/catalog.service.js';
import { type DraftVariant, DraftVersionsService } from '../flows/draft-versions.service.js';
import { FlowStore } from '../flows/flow-store.service.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import type { Actor } from '../platform/routes/index.js';
import { BusinessKeys } from './business-keys.service.js';
import { readPastRun } from './past-run.js';
import { PinsService } from './pins.service.js';
import { RunStarts } from './run-starts.service.js';
import { startingData, startOf } from './starting-data.js';
import { StepRunsService } from './step-runs.service.js';
import { queueTestRun } from './test-run.js';

type Request = z.output<typeof DraftRunRequest>;

/** What a run of a draft is made from, read under the flow's lock. */
interface Trial {
  flowId: string;
  draft: Draft;
  catalog: Catalog;
  pins: Pin[];
  request: Request;
}

/** Runs of drafts as they are saved, tried out by the person who builds them: whole, or one step alone. */
@Injectable()
export class DraftRunsService {
  constructor(
    private readonly database: Database,
    private readonly store: FlowStore,
    private readonly versions: DraftVersionsService,
    private readonly catalog: CatalogService,
    private readonly pins: PinsService,
    private readonly steps: StepRunsService,
    private readonly starts: RunStarts,
    private readonly businessKeys: BusinessKeys,
    private readonly audit: AuditService,
  ) {}

  /** Makes the run; it is queued. A run that would really change something needs `allowWrites`. */
  start(actor: Actor, flowId: string, request: Request): Promise<{ runId: string }> {
    if (!actor.permissions.has('flow:run')) {
      throw new ApiError('forbidden', 'To run a draft takes the permission flow:run beside flow:write.');
    }
    return this.database.transaction(async (tx) => {
      const { draft } = await this.store.lock(tx, actor, flowId, request.revision);
      const catalog = await this.catalog.of(tx, actor.workspaceId);
      const pins = request.pins ? await this.pins.of(tx, flowId) : [];
      const trial: Trial = { flowId, draft, catalog, pins, request };
      refuseWrites(trial);
      return request.step === undefined
        ? this.runWhole(tx, actor, trial)
        : this.runStep(tx, actor, trial, request.step);
    });
  }

  private async runWhole(tx: Sql, actor: Actor, trial: Trial): Promise<{ runId: string }> {
    const version = await this.versions.make(tx, actor, trial.flowId, pinnedVariant(trial.pins));
    const { trigger, data } = await this.starts.of(tx, actor, trial);
    const businessKey = await this.businessKeys.of(actor.workspaceId, version.program, data);
    return queueTestRun(tx, this.audit, actor, { version, trigger, data, businessKey });
  }

  private async runStep(tx: Sql, actor: Actor, trial: Trial, step: string): Promise<{ runId: string }> {
    const { flowId, draft, pins, catalog, request } = trial;
    const past = request.fromRun === undefined ? undefined : await readPastRun(tx, flowId, request.fromRun);
    const one = { flowId, draft, step, iteration: request.iteration ?? '', past, pins };
    return this.steps.start(tx, actor, one, () => {
      if (Object.keys(draft.triggers ?? {}).length === 0) {
        const id = newStepId(draft, 'start');
        return { trigger: { id, kind: 'manual' }, data: { id, kind: 'manual', input: request.input ?? {} } };
      }
      const wanted = request.trigger ?? Object.keys(draft.triggers ?? {})[0];
      const start = startOf(draft, wanted);
      const { id, kind } = { id: start.id, kind: String(start.trigger.kind) };
      return { trigger: { id, kind }, data: startingData(start, request, catalog) };
    });
  }
}

function refuseWrites({ draft, catalog, pins, request: { step, allowWrites } }: Trial): void {
  const choice = step === undefined ? { pinned: new Set(pins.map(({ stepId }) => stepId)) } : { only: step };
  const writes = writesOf(draft, catalog, choice);
  const real = writes.filter(({ simulated }) => !simulated);
  if (real.length === 0 || allowWrites) return;
  const names = real.map(({ title }) => title).join(', ');
  throw new ApiError('conflict', `This run would really change something: ${names}. Confirm it with allowWrites.`, {
    writes,
  });
}

/** The draft with pinned steps. The same pins give the same version. */
function pinnedVariant(pins: Pin[]): DraftVariant {
  if (pins.length === 0) return { name: '' };
  const outputs = Object.fromEntries(
    pins.map(({ stepId, output, port }) => [stepId, { output, port } as PinnedOutput]),
  );
  const name = `pins ${createHash('sha256').update(JSON.stringify(outputs)).digest('hex')}`;
  return { name, compiled: (whole) => withPins(whole, outputs) };
}
