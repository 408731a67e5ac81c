import { Context } from '@temporalio/activity';
import type { ConnectionsService } from '../connections/connections.service.js';
import type { ExpressionHost } from '../expressions/expression-host.js';
import type { VersionsService } from '../flows/versions.service.js';
import type { OperationsService } from '../operations/operations.service.js';
import type { Sealer } from '../platform/crypto/index.js';
import type { Database } from '../platform/database/index.js';
import type { Activities } from '../workflows/contract.js';
import { callStep } from './call.js';
import { CallWatch } from './call-watch.js';
import { FactsCache } from './facts.js';
import { Plans } from './plans.js';
import { settle } from './settle.js';
import { StretchWriter } from './stretch-writer.js';
import { SecretsOfVersions } from './version-secrets.js';

/** What the activities need of the server. */
export interface ActivityDependencies {
  database: Database;
  sealer: Sealer;
  versions: VersionsService;
  expressions: ExpressionHost;
  connections: ConnectionsService;
  operations: OperationsService;
  runUrl: (workspaceId: string, runId: string) => string;
}

/** What workflows may ask of the world, made once for a worker. */
export function activitiesFor(on: ActivityDependencies): Activities {
  const plans = new Plans();
  const facts = new FactsCache(on.database);
  const secrets = new SecretsOfVersions(on.database, on.versions, on.connections);
  const writer = new StretchWriter(on.database, on.sealer, (versionId) => secrets.of(versionId));
  const watch = new CallWatch(on.database);
  return {
    settle: (requests) => settle({ ...on, plans, facts, writer }, requests),
    call: (requests) => {
      const context = Context.current();
      const heartbeat = (): void => context.heartbeat();
      return Promise.all(requests.map((request) => callStep({ ...on, plans, facts, watch }, request, heartbeat)));
    },
  };
}
