import type { Push } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { Database, isoInstant } from '../platform/database/index.js';
import { found } from '../platform/errors.js';
import { idCursor, toPage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';

/** The pushes of an integration, as people see them. */
@Injectable()
export class PushesService {
  constructor(private readonly database: Database) {}

  async list({ workspaceId }: Actor, integrationId: string, { limit, cursor }: { limit: number; cursor?: string }) {
    const [there] = await this.database.query(
      'select id from integrations where id = $1 and workspace_id = $2 and removed_at is null',
      [integrationId, workspaceId],
    );
    found(there, 'integration');
    const rows = await this.database.query<Push>(
      `select p.id, p.integration_id as "integrationId", p.run_id as "runId", r.status as "runStatus",
              jsonb_build_object('creates', p.creates, 'adds', p.adds, 'removes', p.removes) as wanted, p.done,
              ${isoInstant('p.created_at')} as "createdAt", ${isoInstant('p.ended_at')} as "endedAt"
         from team_pushes p left join runs r on r.id = p.run_id
        where p.integration_id = $1 and ($2::uuid is null or p.id < $2) order by p.id desc limit $3`,
      [integrationId, idCursor(cursor), limit + 1],
    );
    return toPage(rows, limit, { item: (row) => row, place: ({ id }) => id });
  }
}
