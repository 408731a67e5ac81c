import type { Catalog, DraftRunRequest } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import type { Sql } from '../platform/database/index.js';
import type { Actor } from '../platform/routes/index.js';
import { PastDeliveriesService } from '../triggers/past-deliveries.service.js';
import { readPastRun } from './past-run.js';
import { startingData, startOf } from './starting-data.js';

/** What a person says of how a run is to start: data given here, a past delivery, or the data of a past run. */
export type StartRequest = Pick<DraftRunRequest, 'trigger' | 'input' | 'body' | 'headers' | 'deliveryId' | 'fromRun'>;

/** How a run starts: by which trigger, and what expressions see as `trigger`. */
export interface RunStart {
  trigger: { id: string; kind: string };
  data: Record<string, unknown>;
}

/** How runs start that a person begins to see what would come of them. */
@Injectable()
export class RunStarts {
  constructor(private readonly deliveries: PastDeliveriesService) {}

  async of(
    tx: Sql,
    actor: Actor,
    on: { flowId: string; draft: Draft; catalog: Pick<Catalog, 'connectors'>; request: StartRequest },
  ): Promise<RunStart> {
    const { flowId, draft, catalog, request } = on;
    const past = request.fromRun === undefined ? undefined : await readPastRun(tx, flowId, request.fromRun);
    const known = past && past.triggerId in (draft.triggers ?? {}) ? past.triggerId : undefined;
    const start = startOf(draft, request.trigger ?? known);
    const trigger = { id: start.id, kind: String(start.trigger.kind) };
    if (past) return { trigger, data: { ...past.data, ...trigger } };
    const data =
      request.deliveryId === undefined
        ? startingData(start, request, catalog)
        : await this.deliveries.dataFor(actor, request.deliveryId, start);
    return { trigger, data };
  }
}
