import type { UndoRun, UndoWrite } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { findConnector } from '../connector-registry/known-connectors.js';
import { presentName } from '../connector-registry/renamed-operations.js';
import { Database, isoInstant } from '../platform/database/index.js';
import { found } from '../platform/errors.js';
import { numberCursor, toPage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { rootsBelow } from './done-writes.js';
import { cannotUndo, readUndone } from './undone-run.js';

type Counts = { open: number; undone: number; stays: number };
type StoredWrite = Omit<UndoWrite, 'system'>;

interface CountedWrites {
  operation: string;
  undone: boolean;
  state: string;
  tells: boolean;
  count: number;
}

const onlyTells = `(jsonb_array_length(changes) > 0 and not jsonb_path_exists(changes, '$[*] ? (@.action != "notify")'))`;

/** What people see of how runs are undone. */
@Injectable()
export class UndoReading {
  constructor(private readonly database: Database) {}

  async ofRun({ workspaceId }: Actor, runId: string) {
    const run = await readUndone(this.database, workspaceId, runId);
    const roots = await rootsBelow(this.database, run.rootId);
    const [cannot, counts, undoneBy, [plan]] = await Promise.all([
      cannotUndo(this.database, run, roots),
      this.counts(roots),
      this.undoneBy(run.rootId),
      this.database.query<{ runId: string }>(
        `select p.undoes_root_id as "runId" from runs r join plans p on p.id = r.plan_id
          where r.id = $1 and p.undoes_root_id is not null`,
        [runId],
      ),
    ]);
    return { cannot: cannot?.message ?? null, counts, undoes: plan ?? null, undoneBy };
  }

  /** By what operations can do: whether a single write can be taken back its undo finds out. */
  private async counts(roots: string[]): Promise<Counts> {
    const rows = await this.database.query<CountedWrites>(
      `select operation, undone_at is not null as undone, state, ${onlyTells} as tells, count(*)::int as count from effects
        where root_id = any($1) and state <> 'refused' and not (state = 'done' and starts_with(step_id, 'undo:'))
        group by 1, 2, 3, 4`,
      [roots],
    );
    const counts: Counts = { open: 0, undone: 0, stays: 0 };
    for (const { operation, undone, state, tells, count } of rows) {
      if (undone) counts.undone += count;
      else if (state === 'done' && !tells && hasUndo(operation)) counts.open += count;
      else counts.stays += count;
    }
    return counts;
  }

  private undoneBy(rootId: string): Promise<UndoRun[]> {
    return this.database.query<UndoRun>(
      `select r.id as "runId", r.status, ${isoInstant('p.applied_at')} as at, p.applied_by as by
         from plans p join runs r on r.id = p.applied_run_id where p.undoes_root_id = $1 order by p.applied_at desc limit 50`,
      [rootId],
    );
  }

  async writes({ workspaceId }: Actor, planId: string, { limit, cursor }: { limit: number; cursor?: string }) {
    const [plan] = await this.database.query('select from plans where id = $1 and workspace_id = $2', [
      ...[planId, workspaceId],
    ]);
    found(plan, 'plan');
    const rows = await this.database.query<StoredWrite>(
      `select w.n, w.effect_key as key, w.done_run_id as "runId", w.flow_name as "flowName", w.title, w.operation, w.changes,
              w.state, w.why, w.chosen, w.before, w.now, ${isoInstant('e.undone_at')} as "undoneAt"
         from undo_writes w left join effects e on e.root_id = w.root_id and e.key = w.effect_key
        where w.plan_id = $1 and w.n > $2 order by w.n limit $3`,
      [planId, numberCursor(cursor) ?? 0, limit + 1],
    );
    return toPage(rows, limit, { item: named, place: ({ n }) => n });
  }
}

function hasUndo(name: string): boolean {
  const [connector = '', operation = ''] = presentName(name).split('.');
  return findConnector(connector)?.connector.operations[operation]?.undo !== undefined;
}

function named(write: StoredWrite): UndoWrite {
  const [id = '', operation = ''] = presentName(write.operation).split('.');
  const connector = findConnector(id)?.connector;
  return {
    ...write,
    system: connector?.title ?? id,
    operation: connector?.operations[operation]?.title ?? operation,
  };
}
