import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config.js';
import { Database, type Sql } from '../platform/database/index.js';
import { RepeatedWork } from '../platform/repeated-work.js';
import { draftNumber } from './draft-versions.service.js';

const removeEachMs = 3_600_000;
/** Versions that are looked at in one statement. */
const atOnce = 500;

/** Removes versions that were made of drafts and that no run names (any more), for example those of previews. */
@Injectable()
export class UnusedDrafts implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(UnusedDrafts.name);
  private readonly removing = new RepeatedWork({
    eachMs: removeEachMs,
    work: () => this.removeAndTell(),
    logger: this.logger,
    failure: 'Unused versions of drafts were not removed, which is tried again',
  });

  constructor(
    private readonly config: Config,
    private readonly database: Database,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.servesApi) this.removing.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.removing.stop();
  }

  private async removeAndTell(): Promise<void> {
    const removed = await this.remove();
    if (removed > 0) this.logger.log(`Removed ${removed} versions of drafts that no run names`);
  }

  /**
   * One that a transaction under way takes for its run is locked by it and left out, and one whose run was made in this
   * very moment is held by the reference of the run's row. @returns how many were removed
   */
  async remove(): Promise<number> {
    let removed = 0;
    for (let after: string | null = first; after !== null; ) {
      const page: Page = await removeAmong(this.database, after);
      removed += page.removed;
      after = page.last;
    }
    return removed;
  }
}

const first = '00000000-0000-0000-0000-000000000000';

interface Page {
  /** The last id that was looked at; null when there was none. */
  last: string | null;
  removed: number;
}

/** Runs are found by the index on their version. */
async function removeAmong(sql: Sql, after: string): Promise<Page> {
  const [page] = await sql.query<Page>(
    `with looked as (
       select id from versions where number = ${draftNumber} and id > $1 order by id limit ${atOnce}
     ), unused as (
       select v.id from versions v join looked using (id)
        where not exists (select from runs r where r.version_id = v.id) for update of v skip locked
     ), removed as (
       delete from versions v using unused u where v.id = u.id returning v.id
     )
     select (select id from looked order by id desc limit 1) as last, (select count(*)::int from removed) as removed`,
    [after],
  );
  return page ?? { last: null, removed: 0 };
}
