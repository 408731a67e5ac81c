import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config.js';
import { Database, type Sql } from '../platform/database/index.js';
import { RepeatedWork } from '../platform/repeated-work.js';
import { warnDays } from './catalog/connection-expiring.js';
import { connectionExpiring } from './catalog/index.js';
import { telling } from './telling.js';

/** Tells of connections that end soon, each end once, where somebody listens. */
@Injectable()
export class ExpiringConnections implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly round: RepeatedWork;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
  ) {
    this.round = new RepeatedWork({
      eachMs: config.historySweepSeconds * 1_000,
      work: () => tellExpiring(this.database),
      logger: new Logger(ExpiringConnections.name),
      failure: 'Connections that end soon could not be looked for, which is tried again',
    });
  }

  onApplicationBootstrap(): void {
    if (this.config.runsWorker) this.round.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.round.stop();
  }
}

/**
 * A secret ends with the day that a person entered for it; a consent when nothing renews its token any more. What has
 * been told of a connection is its earliest end: a later one, entered since, is told anew.
 */
async function tellExpiring(sql: Sql): Promise<void> {
  await sql.query(`with ends as (
      select c.id as connection_id, c.workspace_id, 'secret' as what,
             (c.secret_expires_on + 1)::timestamp at time zone 'UTC' as ends_at
        from connections c where c.removed_at is null and not c.simulator and c.secret_expires_on is not null
      union all
      select c.id, c.workspace_id, 'consent',
             least(t.refresh_expires_at, case when not t.refreshable then t.expires_at end)
        from connections c join connection_tokens t on t.connection_id = c.id
       where c.removed_at is null and not c.simulator and t.consented_by is not null and t.sealed is not null
    ), soon as (
      select distinct on (connection_id) * from ends
       where ends_at > now() and ends_at < now() + interval '${warnDays} days' order by connection_id, ends_at
    ), noted as (
      insert into told_connection_ends as o (connection_id, ends_at)
      select connection_id, ends_at from soon
       where exists (select from event_subscribers s where s.workspace_id = soon.workspace_id
                        and s.type = '${connectionExpiring.type}' and s.state in ('on', 'stopped'))
      on conflict (connection_id) do update set ends_at = excluded.ends_at where o.ends_at <> excluded.ends_at
      returning connection_id
    ), changed as (
      select soon.* from soon join noted using (connection_id)
    )${telling(connectionExpiring)} select from changed where false`);
}
