import { isDeepStrictEqual } from 'node:util';
import { type ImportReport, tableLimits } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import type { Actor } from '../platform/routes/index.js';
import { csvLine, csvOf, type ReadCsv, readCsv } from './csv-file.js';
import { readRows } from './row-query.js';
import { lockedTable, type Table } from './table-row.js';
import { TablesService } from './tables.service.js';

type Counts = Pick<ImportReport, 'created' | 'changed' | 'same' | 'removed'>;

const shownProblems = 100;
/** Rows that go to Postgres in one statement, or come from it. */
const atOnce = 5_000;

/** Thrown to take a preview back. */
class Preview extends Error {
  constructor(readonly counts: Counts) {
    super('Only a preview.');
  }
}

/** Tables as CSV files, in and out. */
@Injectable()
export class CsvService {
  constructor(
    private readonly database: Database,
    private readonly tables: TablesService,
    private readonly audit: AuditService,
  ) {}

  /** Takes a file in, whole or not at all. A preview is the import itself, taken back. */
  async take(
    actor: Actor,
    id: string,
    wish: { csv: string[]; preview: boolean; replace: boolean },
  ): Promise<ImportReport> {
    const seen = await this.tables.load(actor.workspaceId, id);
    const read = await readCsv(seen, wish.csv);
    const problems = read.problems.slice(0, shownProblems);
    if (problems.length > 0) return { ...nothing, problems, problemCount: read.problems.length, done: false };
    const taking = this.database.transaction(async (tx) => {
      const table = found(await lockedTable(tx, actor.workspaceId, id), 'table');
      if (!isDeepStrictEqual(table.columns, seen.columns)) {
        throw new ApiError('conflict', 'The columns of the table changed while the file was read. Take it in again.');
      }
      const counts = await this.write(tx, table, read, { actor, replace: wish.replace });
      if (wish.preview) throw new Preview(counts);
      return counts;
    });
    const counts = await taking.catch((error: unknown) => {
      if (error instanceof Preview) return error.counts;
      throw error;
    });
    return { ...counts, problems: [], problemCount: 0, done: !wish.preview };
  }

  /** The rows of a template or a file, in the caller's transaction. */
  async write(
    tx: Sql,
    table: Table,
    { columns, rows }: Pick<ReadCsv, 'columns' | 'rows'>,
    { actor, replace }: { actor: Actor; replace: boolean },
  ): Promise<Counts> {
    refuseMoreThanFit(rows.length);
    const by = `${actor.email} (file)`;
    const names = columns.map(({ name }) => name);
    const counts = { ...nothing };
    for (let start = 0; start < rows.length; start += atOnce) {
      const some = rows.slice(start, start + atOnce);
      const { created, changed } = await writeSome(tx, table, { rows: some, names, by });
      counts.created += created;
      counts.changed += changed;
      counts.same += some.length - created - changed;
      table.version += created + changed;
    }
    if (replace) {
      counts.removed = await removeOthers(tx, table, { keys: rows.map(({ key }) => key), by });
      table.version += counts.removed;
    }
    table.rowCount += counts.created - counts.removed;
    refuseMoreThanFit(table.rowCount);
    await tx.query('update tables set version = $2, row_count = $3, updated_at = now() where id = $1', [
      ...[table.id, table.version, table.rowCount],
    ]);
    const { workspaceId, id, name } = table;
    await this.audit.record(tx, {
      ...{ actor, workspaceId, action: 'table.import', objectType: 'table', objectId: id, objectName: name },
      after: counts,
    });
    return counts;
  }

  /** All rows by their key, a part at a time. */
  async *file({ workspaceId }: Actor, id: string): AsyncGenerator<string> {
    const table = await this.tables.load(workspaceId, id);
    yield csvLine(table.columns.map(({ name }) => name));
    let cursor: string | undefined;
    do {
      const { rows, next } = await readRows(this.database, table, { filters: [] }, { limit: atOnce, cursor });
      yield rows.map(({ cells }) => csvOf(table.columns, cells)).join('');
      cursor = next ?? undefined;
    } while (cursor !== undefined);
  }
}

function refuseMoreThanFit(rows: number): void {
  if (rows <= tableLimits.rows) return;
  throw new ApiError('too_large', `The table would have ${rows} rows; it takes ${tableLimits.rows}.`);
}

const nothing: Counts = { created: 0, changed: 0, same: 0, removed: 0 };

/** Columns that are not among `names` stay as they are. */
async function writeSome(
  tx: Sql,
  { id, version }: Table,
  { rows, names, by }: { rows: ReadCsv['rows']; names: string[]; by: string },
): Promise<{ created: number; changed: number }> {
  const [counts] = await tx.query<{ created: number; changed: number }>(
    `with wanted as (
       select n, w->>'key' as key, w->'cells' as cells from jsonb_array_elements($2::jsonb) with ordinality as x(w, n)
     ), compared as (
       select w.n, w.key, r.cells as before, r.version as earlier,
              (coalesce(r.cells, '{}'::jsonb) - $3::text[]) || w.cells as after
         from wanted w left join table_rows r on r.table_id = $1 and r.key = w.key
     ), touched as (
       select *, $4::bigint + row_number() over (order by n) as next from compared where before is distinct from after
     ), noted as (
       insert into table_changes (table_id, version, key, before, before_version, after, actor)
       select $1, next, key, before, earlier, after, $5 from touched
     ), kept as (
       insert into table_rows (table_id, key, cells, version) select $1, key, after, next from touched
       on conflict (table_id, key) do update set cells = excluded.cells, version = excluded.version, updated_at = now()
     )
     select count(*) filter (where before is null)::int as created,
            count(*) filter (where before is not null)::int as changed from touched`,
    [id, JSON.stringify(rows), names, version, by],
  );
  return counts ?? { created: 0, changed: 0 };
}

async function removeOthers(
  tx: Sql,
  { id, version }: Table,
  { keys, by }: { keys: string[]; by: string },
): Promise<number> {
  const [counts] = await tx.query<{ removed: number }>(
    `with gone as (
       delete from table_rows r where r.table_id = $1
          and not exists (select from jsonb_array_elements_text($2::jsonb) k(key) where k.key = r.key)
       returning key, cells, version as earlier
     ), noted as (
       insert into table_changes (table_id, version, key, before, before_version, after, actor)
       select $1, $3::bigint + row_number() over (order by key), key, cells, earlier, null, $4 from gone
     )
     select count(*)::int as removed from gone`,
    [id, JSON.stringify(keys), version, by],
  );
  return counts?.removed ?? 0;
}
