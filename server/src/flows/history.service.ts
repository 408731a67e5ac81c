import type { Draft } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { And, LessThan, MoreThan, type Repository } from 'typeorm';
import { Database } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { numberCursor, toPage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { FlowStore } from './flow-store.service.js';
import { VersionEntity } from './version.entity.js';

/** Versions that were made of drafts have the number 0. */
const published = MoreThan(0);

type VersionFacts = Pick<VersionEntity, 'number' | 'publishedAt' | 'publishedBy' | 'note'>;

/** The published versions of a flow. */
@Injectable()
export class HistoryService {
  constructor(
    @InjectRepository(VersionEntity) private readonly versions: Repository<VersionEntity>,
    private readonly database: Database,
    private readonly store: FlowStore,
  ) {}

  /** Newest first. */
  async list(actor: Actor, flowId: string, { limit, cursor }: { limit: number; cursor?: string }) {
    await this.store.detail(actor.workspaceId, flowId);
    const before = numberCursor(cursor);
    const rows = await this.versions.find({
      select: { number: true, publishedAt: true, publishedBy: true, note: true },
      where: { flowId, number: before === null ? published : And(published, LessThan(before)) },
      order: { number: 'desc' },
      take: limit + 1,
    });
    return toPage(rows, limit, { item: toVersion, place: ({ number }) => number });
  }

  async get(actor: Actor, flowId: string, number: string) {
    const version = await this.load(actor, flowId, Number(number));
    return { ...toVersion(version), flow: version.flow };
  }

  /** Makes a version the draft again; what runs stays as it is until the next publish. */
  async restore(actor: Actor, flowId: string, revision: number, { version: number }: { version: number }) {
    const version = await this.load(actor, flowId, number);
    await this.database.transaction(async (tx) => {
      const flow = await this.store.lock(tx, actor, flowId, revision);
      await this.store.saveDraft(tx, actor, flow, version.flow as Draft, 'flow.restore');
    });
    return this.store.detail(actor.workspaceId, flowId);
  }

  private async load(actor: Actor, flowId: string, number: number): Promise<VersionEntity> {
    await this.store.detail(actor.workspaceId, flowId);
    if (!Number.isSafeInteger(number) || number < 1 || number > 2_147_483_647) throw new ApiError('not_found');
    return found(await this.versions.findOneBy({ flowId, number }), 'version');
  }
}

function toVersion({ number, publishedAt, publishedBy, note }: VersionFacts) {
  return { number, publishedAt: publishedAt.toISOString(), publishedBy, note };
}
