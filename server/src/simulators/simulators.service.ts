import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Database } from '../platform/database/index.js';
import { found } from '../platform/errors.js';
import { wholePage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { compareWithSeed } from './simulator-view.js';
import { SimulatorsClient } from './simulators.client.js';

/** A workspace that nobody has, whose simulators therefore stay as they began. */
const untouched = 'seed';
/** The newest requests that the page shows. */
const shownRequests = 200;

/** The simulators as a workspace sees them: each workspace has its own state. */
@Injectable()
export class SimulatorsService {
  constructor(
    private readonly client: SimulatorsClient,
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  async list(actor: Actor) {
    const simulators = await this.client.list();
    const rows = simulators.map(async ({ connector, title }) => {
      const { requests } = await this.client.view(connector, actor.workspaceId);
      return { id: connector, title, requests };
    });
    return wholePage(await Promise.all(rows));
  }

  async get(actor: Actor, id: string) {
    await this.require(id);
    const [now, seed, requests] = await Promise.all([
      this.client.view(id, actor.workspaceId),
      this.client.view(id, untouched),
      this.client.requests(id, actor.workspaceId),
    ]);
    const log = requests.slice(-shownRequests).reverse();
    return {
      id,
      title: now.title,
      requests: now.requests,
      view: compareWithSeed(now, seed),
      log: log.map(({ at, method, path, status, idempotencyKey, body }) => ({
        ...{ at, method, path, body },
        // 0 for a request whose connection broke before an answer.
        status: status ?? 0,
        key: idempotencyKey,
      })),
    };
  }

  async reset(actor: Actor, id: string) {
    await this.require(id);
    await this.database.transaction(async (tx) => {
      await this.audit.record(tx, {
        actor,
        workspaceId: actor.workspaceId,
        action: 'simulator.reset',
        objectType: 'simulator',
        objectId: id,
      });
      await this.client.reset(id, actor.workspaceId);
    });
    return this.get(actor, id);
  }

  private async require(id: string): Promise<void> {
    const simulators = await this.client.list();
    found(
      simulators.find(({ connector }) => connector === id),
      'simulator',
    );
  }
}
