import { createHash } from 'node:crypto';
import type { Catalog, DraftRunRequest, Pin } from '@castellan/api';
import { type Draft, type Pin as PinnedOutput, withPins, writesOf } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AuditService } from '../audit/audit.service.js';
import { CatalogService } from '../connectors/catalog.service.js';
import { type DraftVariant, DraftVersionsService, draftNumber } from '../flows/draft-versions.service.js';
import { FlowStore } from '../flows/flow-store.service.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import type { Actor } from '../platform/routes/index.js';
import { makeRun } from '../runs/make-run.js';
import { announceQueued } from '../runs/queue.js';
import { PastDeliveriesService } from '../triggers/past-deliveries.service.js';
import { BusinessKeys } from './business-keys.service.js';
import { PinsService } from './pins.service.js';
import { type DraftStart, startingData, startOf } from './starting-data.js';

type Request = z.output<typeof DraftRunRequest>;

/** Runs of drafts: the whole draft as it is saved, tried out by the person who builds it. */
@Injectable()
export class DraftRunsService {
  constructor(
    private readonly database: Database,
    private readonly store: FlowStore,
    private readonly versions: DraftVersionsService,
    private readonly catalog: CatalogService,
    private readonly pins: PinsService,
    private readonly deliveries: PastDeliveriesService,
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
      refuseWrites(draft, catalog, pins, request);
      const version = await this.versions.make(tx, actor, flowId, pinnedVariant(pins));
      const { start, data } = await this.begin(tx, actor, flowId, draft, catalog, request);
      const runId = newId();
      await makeRun(tx, {
        id: runId,
        workspaceId: actor.workspaceId,
        flowId,
        versionId: version.id,
        version: draftNumber,
        mode: 'test',
        triggerId: start.id,
        triggerKind: String(start.trigger.kind),
        deliveryId: null,
        triggerData: data,
        businessKey: await this.businessKeys.of(actor.workspaceId, version.program, data),
        simulated: version.simulated,
      });
      await this.audit.record(tx, {
        ...{ actor, workspaceId: actor.workspaceId, action: 'run.tested', objectType: 'run', objectId: runId },
        after: { flowId, revision: version.revision, trigger: start.id },
      });
      await announceQueued(tx, actor.workspaceId, [runId]);
      return { runId };
    });
  }

  /** By which trigger the run starts and what it hands over. */
  private async begin(
    tx: Sql,
    actor: Actor,
    flowId: string,
    draft: Draft,
    catalog: Catalog,
    request: Request,
  ): Promise<{ start: DraftStart; data: Record<string, unknown> }> {
    if (request.fromRun !== undefined) {
      const past = await readPast(tx, flowId, request.fromRun);
      const known = past.triggerId in (draft.triggers ?? {}) ? past.triggerId : undefined;
      const start = startOf(draft, request.trigger ?? known);
      return { start, data: { ...past.data, id: start.id, kind: start.trigger.kind } };
    }
    const start = startOf(draft, request.trigger);
    const data =
      request.deliveryId === undefined
        ? startingData(start, request, catalog)
        : await this.deliveries.dataFor(actor, request.deliveryId, start);
    return { start, data };
  }
}

function refuseWrites(draft: Draft, catalog: Catalog, pins: Pin[], { allowWrites }: Request): void {
  const writes = writesOf(draft, catalog, { pinned: new Set(pins.map(({ stepId }) => stepId)) });
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

async function readPast(
  tx: Sql,
  flowId: string,
  runId: string,
): Promise<{ triggerId: string; data: Record<string, unknown> }> {
  const [row] = await tx.query<{ triggerId: string; data: Record<string, unknown> }>(
    'select trigger_id as "triggerId", trigger_data as data from runs where id = $1 and flow_id = $2',
    [runId, flowId],
  );
  return found(row, 'run of this flow');
}
