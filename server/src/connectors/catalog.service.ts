import type { Catalog } from '@castellan/api';
import { catalogFor } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { Database, type Sql } from '../platform/database/index.js';
import type { Actor } from '../platform/routes/index.js';
import { readPolicy } from '../policy/policy-rows.js';
import { ConnectorsService } from './connectors.service.js';

type Interface = 'input' | 'output';

/** All that a flow of a workspace may name. Designer and server check flows against this same object. */
@Injectable()
export class CatalogService {
  constructor(
    private readonly database: Database,
    private readonly connectors: ConnectorsService,
  ) {}

  /** With the rules of the workspace, as drafts are drawn and checked. */
  get(actor: Actor): Promise<Catalog> {
    return this.withRules(this.database, actor.workspaceId);
  }

  /** With the rules that a flow has to keep to when it is published, or run before that. */
  async toPublish(sql: Sql, workspaceId: string, flowId: string): Promise<Catalog> {
    return catalogFor(await this.withRules(sql, workspaceId), flowId);
  }

  private async withRules(sql: Sql, workspaceId: string): Promise<Catalog> {
    const catalog = await this.of(sql, workspaceId);
    const policy = await readPolicy(sql, workspaceId, catalog.connectors);
    return policy === null ? catalog : { ...catalog, policy };
  }

  async of(sql: Sql, workspaceId: string): Promise<Catalog> {
    const connections = await sql.query<Catalog['connections'][number]>(
      `select id, name, connector, simulator, status from connections
        where workspace_id = $1 and removed_at is null
       union all
       select id, name, 'table', false, 'working' from tables where workspace_id = $1 and removed_at is null
        order by name, id`,
      [workspaceId],
    );
    const callable = await sql.query<Omit<Catalog['flows'][number], 'input' | 'output'> & Record<Interface, object>>(
      `select f.id, f.name, f.enabled, t.spec->'input' as input, t.spec->'output' as output
       from triggers t
       join flows f on f.id = t.flow_id and f.removed_at is null
       join versions v on v.id = t.version_id and v.number = f.published
       where t.workspace_id = $1 and t.kind = 'call' order by f.name, f.id`,
      [workspaceId],
    );
    return {
      connectors: await this.connectors.describe(sql, workspaceId),
      connections,
      flows: callable.map((flow) => ({ ...flow, input: { ...flow.input }, output: { ...flow.output } })),
      tables: connections.filter(({ connector }) => connector === 'table').map(({ id, name }) => ({ id, name })),
    };
  }
}
