import { createHash } from 'node:crypto';
import type { Catalog } from '@castellan/api';
import type { Flow, Problem } from '@castellan/flow';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config.js';
import { builtInConnectors } from '../connector-registry/known-connectors.js';
import { CatalogService } from '../connectors/catalog.service.js';
import { announce } from '../events/changes.js';
import { Database } from '../platform/database/index.js';
import { release } from '../platform/release.js';
import { RepeatedWork } from '../platform/repeated-work.js';
import { misfitsOf } from './checked-flow.js';

const lookEachMs = 30_000;
/** Versions that are read in one statement. */
const atOnce = 50;
/** Problems of one version that are kept: enough to see what is wrong. */
const mostProblems = 50;

interface LookedAt {
  versionId: string;
  workspaceId: string;
  flowId: string;
  flow: Flow;
  /** Hash of the connectors that the workspace has imported. */
  imports: string;
}

/**
 * Holds published versions against the connectors that there are: after publish, once for each release, and when what a
 * workspace imported has changed. What does not fit stands on the flow until it is published anew.
 */
@Injectable()
export class VersionFits implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(VersionFits.name);
  private readonly looking = new RepeatedWork({
    eachMs: lookEachMs,
    work: () => this.look(),
    logger: this.logger,
    failure: 'Published flows were not held against the present connectors, which is tried again',
  });
  /** This process has not yet looked at everything that another release has looked at. */
  private isNew = true;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly catalog: CatalogService,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.servesApi) return;
    this.looking.start();
    this.looking.wake();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.looking.stop();
  }

  /** Looks at versions that were not held against the present connectors. @returns whether there are more */
  async look(): Promise<boolean> {
    const versions = await this.outdated();
    const catalogs = new Map<string, Catalog>();
    for (const version of versions) {
      const { workspaceId } = version;
      const catalog = catalogs.get(workspaceId) ?? (await this.catalog.of(this.database, workspaceId));
      catalogs.set(workspaceId, catalog);
      await this.keep(version, misfitsOf(version.flow, catalog));
    }
    if (versions.length === atOnce) return true;
    // While two releases run side by side, they do not look at everything in turns.
    this.isNew = false;
    return false;
  }

  private outdated(): Promise<LookedAt[]> {
    return this.database.query<LookedAt>(
      `select v.id as "versionId", v.workspace_id as "workspaceId", v.flow_id as "flowId", v.flow, i.imports
         from flows f join versions v on v.flow_id = f.id and v.number = f.published
         join lateral (
           select md5(coalesce(string_agg(newest.id::text, ' ' order by newest.id), '')) as imports
             from (select distinct on (c.id) n.id from imported_connectors c join imported_versions n on n.connector_id = c.id
                    where c.workspace_id = f.workspace_id and c.removed_at is null order by c.id, n.number desc) newest
         ) i on true
         left join version_fits x on x.version_id = v.id
        where f.removed_at is null
          and (x.version_id is null or x.imports <> i.imports or ($1 and x.catalog <> $2))
        order by v.workspace_id, v.id limit ${atOnce}`,
      [this.isNew, presentCatalog],
    );
  }

  private async keep({ versionId, workspaceId, flowId, imports }: LookedAt, problems: Problem[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query(
        `insert into version_fits (version_id, catalog, imports, problems) values ($1, $2, $3, $4)
         on conflict (version_id) do update set
           catalog = excluded.catalog, imports = excluded.imports, problems = excluded.problems, looked_at = now()`,
        [versionId, presentCatalog, imports, JSON.stringify(problems.slice(0, mostProblems))],
      );
      await announce(tx, workspaceId, 'flows', [flowId]);
    });
  }
}

/** Of this release: its number, by which the checks may differ, and the connectors that it has. */
const presentCatalog = createHash('sha256')
  .update(JSON.stringify([release, builtInConnectors.map(({ entry }) => entry)]))
  .digest('hex');
