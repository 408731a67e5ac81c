import type { DraftShapes } from '@castellan/api';
import { type Draft, draftShapes } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { CatalogService } from '../connectors/catalog.service.js';
import { checkDraft } from '../flows/drafts.js';
import { FlowStore } from '../flows/flow-store.service.js';
import { Database } from '../platform/database/index.js';
import type { Actor } from '../platform/routes/index.js';
import { type PastRun, readLastRun, readOutputs, readPastRun } from './past-run.js';

/** What the data of a draft looks like, so that expressions can be completed and checked while they are written. */
@Injectable()
export class ShapesService {
  constructor(
    private readonly database: Database,
    private readonly store: FlowStore,
    private readonly catalog: CatalogService,
  ) {}

  async of(actor: Actor, flowId: string, { draft, runId }: { draft?: unknown; runId?: string }): Promise<DraftShapes> {
    const saved = await this.store.detail(actor.workspaceId, flowId);
    const catalog = await this.catalog.get(actor);
    const run = actor.permissions.has('run:read') ? await this.run(flowId, runId) : undefined;
    const seen = run && {
      triggerId: run.triggerId,
      trigger: run.data,
      outputs: await readOutputs(this.database, run.id),
    };
    const looked = draft === undefined ? (saved.draft as Draft) : checkDraft(draft);
    return { runId: run?.id ?? null, ...draftShapes(looked, catalog, seen ?? null) };
  }

  private run(flowId: string, runId: string | undefined): Promise<PastRun | undefined> {
    return runId === undefined ? readLastRun(this.database, flowId) : readPastRun(this.database, flowId, runId);
  }
}
