import { type Shadow, type ShadowFilter, terminalRunStatuses } from '@castellan/api';
import type { Flow } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { FlowStore } from '../flows/flow-store.service.js';
import { RehearsalVersionsService } from '../flows/rehearsal-versions.service.js';
import type { PublishedVersion } from '../flows/versions.service.js';
import { Database } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { idCursor, numberCursor, toPage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { RehearsalError } from '../rehearsal/limits.js';
import { RunsService } from '../runs/runs.service.js';
import { ShadowPlayer, type TriedRun } from './shadow-player.service.js';
import { readShadow, readShadowRuns, readShadows } from './shadow-rows.js';

/** Trials are kept for a week. */
const keepDays = 7;

interface ShadowWish {
  version: 'draft' | number;
  last: number;
  filter: z.output<typeof ShadowFilter>;
}

/** Drafts and versions tried on past runs, with nothing called. */
@Injectable()
export class ShadowsService {
  constructor(
    private readonly database: Database,
    private readonly flows: FlowStore,
    private readonly versions: RehearsalVersionsService,
    private readonly runs: RunsService,
    private readonly player: ShadowPlayer,
  ) {}

  async start(actor: Actor, flowId: string, wish: ShadowWish): Promise<Shadow> {
    const { workspaceId } = actor;
    const { version, revision } = await this.target(actor, flowId, wish.version);
    const runs = await this.endedRuns(actor, flowId, wish);
    const id = newId();
    await this.database.query(
      `with old as (delete from shadows where workspace_id = $2 and created_at < now() - interval '${keepDays} days')
       insert into shadows (id, workspace_id, flow_id, version, revision, flow, total, created_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        id,
        workspaceId,
        flowId,
        wish.version === 'draft' ? null : wish.version,
        revision,
        JSON.stringify(version.flow),
        runs.length,
        actor.email,
      ],
    );
    this.player.enqueue({ shadowId: id, workspaceId, tried: version, runs });
    return this.get(actor, id);
  }

  async list(actor: Actor, flowId: string, { limit, cursor }: { limit: number; cursor?: string }) {
    await this.flows.detail(actor.workspaceId, flowId);
    const rows = await readShadows(this.database, actor.workspaceId, { flowId, limit, after: idCursor(cursor) });
    return toPage(rows, limit, { item: (row) => row, place: ({ id }) => id });
  }

  async get({ workspaceId }: Actor, id: string): Promise<Shadow> {
    return found(await readShadow(this.database, workspaceId, id), 'trial');
  }

  async listRuns(actor: Actor, id: string, query: { limit: number; cursor?: string; verdict?: string }) {
    await this.get(actor, id);
    const { limit, cursor, verdict } = query;
    const rows = await readShadowRuns(this.database, id, { limit, after: numberCursor(cursor), verdict });
    return toPage(rows, limit, { item: ({ report }) => report, place: ({ place }) => place });
  }

  /** One run of a trial, made again with its values: they are not kept twice. */
  async run(actor: Actor, id: string, runId: string) {
    const shadow = await this.get(actor, id);
    const [stored] = await this.database.query<{ flow: Flow }>(
      'select s.flow from shadows s join shadow_runs r on r.shadow_id = s.id where s.id = $1 and r.run_id = $2',
      [id, runId],
    );
    const { flow } = found(stored, 'run of this trial');
    try {
      return await this.player.tryOne(actor.workspaceId, await this.again(actor, shadow, flow), runId);
    } catch (error) {
      if (error instanceof RehearsalError) throw new ApiError('conflict', error.message, { code: error.code });
      throw error;
    }
  }

  async remove(actor: Actor, id: string): Promise<void> {
    await this.get(actor, id);
    await this.database.query('delete from shadows where id = $1', [id]);
  }

  private async target(actor: Actor, flowId: string, wanted: 'draft' | number) {
    if (wanted === 'draft') return this.versions.draft(actor, flowId);
    await this.flows.detail(actor.workspaceId, flowId);
    return { version: await this.versions.published(actor, flowId, wanted), revision: null };
  }

  private again(actor: Actor, { flowId, version }: Shadow, flow: Flow): Promise<PublishedVersion> {
    if (version !== null) return this.versions.published(actor, flowId, version);
    return this.versions.earlierDraft(actor, flowId, flow);
  }

  private async endedRuns(actor: Actor, flowId: string, { last, filter }: ShadowWish): Promise<TriedRun[]> {
    const wanted = filter.status?.split(',') ?? [...terminalRunStatuses];
    const ended = wanted.filter((status) => (terminalRunStatuses as readonly string[]).includes(status));
    if (ended.length === 0) {
      throw new ApiError('invalid_input', '/filter/status: only runs that have ended can be tried.');
    }
    const query = { ...filter, flowId, status: ended.join(','), mode: 'live', limit: last };
    const { items } = await this.runs.list(actor, query);
    return items.filter(({ clearedAt }) => clearedAt === null);
  }
}
