import { Context } from '@temporalio/activity';
import type { AuditService } from '../audit/audit.service.js';
import type { ConnectionsService } from '../connections/connections.service.js';
import type { ExpressionHost } from '../expressions/expression-host.js';
import type { VersionsService } from '../flows/versions.service.js';
import type { OperationsService } from '../operations/operations.service.js';
import type { Sealer } from '../platform/crypto/index.js';
import type { Database } from '../platform/database/index.js';
import type { SafetyGate } from '../safety/safety-gate.service.js';
import type { Activities } from '../workflows/contract.js';
import { callStep } from './calls/call.js';
import { CallGroups } from './calls/call-group.js';
import { CallRows } from './calls/call-rows.js';
import { CallWatch } from './calls/call-watch.js';
import { FactsCache } from './facts.js';
import { Plans } from './plans.js';
import { settle } from './stretches/settle.js';
import { type MovedRun, StretchWriter } from './stretches/stretch-writer.js';
import { groupedReads } from './value-reads.js';
import { SecretsOfVersions } from './version-secrets.js';

export type { MovedRun } from './stretches/stretch-writer.js';

/** What the activities need of the server. */
export interface ActivityDependencies {
  database: Database;
  sealer: Sealer;
  audit: AuditService;
  versions: VersionsService;
  expressions: ExpressionHost;
  connections: ConnectionsService;
  operations: OperationsService;
  safety: SafetyGate;
  runUrl: (workspaceId: string, runId: string) => string;
  /** Hosts these runs by themselves: they have left the carrier that they shared. */
  moveOut: (runs: MovedRun[]) => void;
  /** A stretch of these runs has been committed. */
  stretched: (runIds: string[]) => void;
  /** Signals the carriers of runs that have controls to take. */
  announce: (runIds: string[]) => void;
}

/** A worker that has died is told by its silence. */
const heartbeatMs = 1_000;

/** What workflows may ask of the world, made once for a worker. */
export function activitiesFor(on: ActivityDependencies): Activities {
  const plans = new Plans();
  const facts = new FactsCache(on.database);
  const secrets = new SecretsOfVersions(on.database, on.versions, on.connections);
  const secretsOf = (versionId: string) => secrets.of(versionId);
  const writer = new StretchWriter(on.database, on.sealer, on.audit, secretsOf, on.announce);
  const watch = new CallWatch(on.database);
  const rows = new CallRows(on.database, on.sealer);
  const calling = { ...on, plans, facts, watch, rows, reads: groupedReads(on.database, on.sealer) };
  const groups = new CallGroups((request) => callStep(calling, request));
  return {
    settle: async (requests) => {
      const results = await settle({ ...on, plans, facts, writer, secretsOf }, requests);
      on.stretched(requests.map(({ runId }) => runId));
      return results;
    },
    call: async (requests) => {
      const context = Context.current();
      const heartbeat = setInterval(() => context.heartbeat(), heartbeatMs);
      try {
        // In one query, where each call would ask for its own.
        await facts.of(requests.map(({ runId }) => runId));
        return await groups.call(requests);
      } finally {
        clearInterval(heartbeat);
      }
    },
  };
}
