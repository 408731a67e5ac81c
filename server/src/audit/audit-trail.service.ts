import { Injectable } from '@nestjs/common';
import { Sealer } from '../platform/crypto/index.js';
import { Database } from '../platform/database/index.js';
import { instantFilter, numberCursor, toPage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { type AuditEntry, firstBreak, firstLink } from './chain.js';

interface Filter {
  limit: number;
  cursor?: string;
  actor?: string;
  action?: string;
  object?: string;
  from?: string;
  to?: string;
}

type StoredEntry = Omit<AuditEntry, 'at'> & { at: Date; hash: string };

/** Rows checked at a time: the chain may be long, and the process has other work. */
const verifyAtOnce = 1_000;

const columns = `workspace_id as "workspaceId", seq, at, actor, actor_id as "actorId", action, object_type as "objectType",
  object_id as "objectId", object_name as "objectName", before, after, previous, hash`;

/** Reads the audit. */
@Injectable()
export class AuditTrail {
  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
  ) {}

  /** Newest first. `action` matches from its start, so that `flow.` finds all that was done to flows. */
  async list(actor: Actor, filter: Filter) {
    const rows = await this.database.query<StoredEntry>(
      `select ${columns} from audit
       where workspace_id = $1
         and ($2::bigint is null or seq < $2)
         and ($3::text is null or position(lower($3) in lower(actor)) > 0)
         and ($4::text is null or starts_with(action, $4))
         and ($5::text is null or object_id = $5 or object_type = $5 or position(lower($5) in lower(object_name)) > 0)
         and ($6::timestamptz is null or at >= $6)
         and ($7::timestamptz is null or at < $7)
       order by seq desc limit $8`,
      [
        actor.workspaceId,
        numberCursor(filter.cursor),
        filter.actor ?? null,
        filter.action ?? null,
        filter.object ?? null,
        instantFilter(filter.from, 'from'),
        instantFilter(filter.to, 'to'),
        filter.limit + 1,
      ],
    );
    return toPage(rows, filter.limit, { item: toRow, place: ({ seq }) => seq });
  }

  /** Walks the whole chain. Rows cut off its end show too, since the head is kept apart. */
  async verify(actor: Actor): Promise<{ rows: number; intact: boolean; brokenAt: number | null }> {
    const [head] = await this.database.query<{ seq: number; hash: string }>(
      'select seq, hash from audit_heads where workspace_id = $1',
      [actor.workspaceId],
    );
    const end = head ?? { seq: 0, hash: firstLink };
    let last = { seq: 0, hash: firstLink };
    while (last.seq < end.seq) {
      const rows = await this.database.query<StoredEntry>(
        `select ${columns} from audit where workspace_id = $1 and seq > $2 and seq <= $3 order by seq limit $4`,
        [actor.workspaceId, last.seq, end.seq, verifyAtOnce],
      );
      const entries = rows.map((row) => ({ ...row, at: row.at.toISOString() }));
      const broken = firstBreak(entries, last, (text, hash) => this.sealer.isMac(text, hash));
      if (broken !== null) return { rows: end.seq, intact: false, brokenAt: broken };
      const newest = entries.at(-1);
      if (!newest) return { rows: end.seq, intact: false, brokenAt: last.seq + 1 };
      last = newest;
    }
    const intact = last.hash === end.hash;
    return { rows: end.seq, intact, brokenAt: intact ? null : last.seq };
  }
}

function toRow({ seq, at, actor, action, objectType, objectId, objectName, before, after, hash }: StoredEntry) {
  return { seq, at: at.toISOString(), actor, action, objectType, objectId, objectName, before, after, hash };
}
