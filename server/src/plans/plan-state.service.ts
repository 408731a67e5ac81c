import type { MovedRow } from '@castellan/api';
import type { CompiledAction } from '@castellan/flow';
import { ConnectorError } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { ConnectionsService } from '../connections/connections.service.js';
import { connectorOf } from '../connector-registry/known-connectors.js';
import { calledConnector } from '../connector-registry/references.js';
import { VersionsService } from '../flows/versions.service.js';
import { OperationsService } from '../operations/operations.service.js';
import { Sealer } from '../platform/crypto/index.js';
import { Database } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import { maskSecrets } from '../platform/masking.js';
import { openInput, type WritePlace } from './plan-writes.js';
import type { Progress } from './shared-readings.js';
import { stateHash } from './state-before.js';
import type { StoredPlan } from './stored-plan.js';

/** A planned write before which something was read. */
interface ReadWrite extends WritePlace {
  versionId: string;
  title: string;
  connectionId: string | null;
  input: string;
  changes: unknown;
  before: unknown;
  beforeHash: string;
}

/** What has moved since a plan was made: the first rows, and how many there are. */
export interface Moved {
  moved: MovedRow[];
  count: number;
}

/** Reads of what there is now that are under way at one time, and how long one may take. */
const readsAtOnce = 8;
const readMs = 20_000;
/** Writes that are held in memory at one time. */
const pageSize = 200;
/** Moved rows that a refusal names. */
const mostMoved = 100;

/** Reads what there is now before the writes of a plan, and holds it against what there was. */
@Injectable()
export class PlanState {
  constructor(
    private readonly database: Database,
    private readonly versions: VersionsService,
    private readonly connections: ConnectionsService,
    private readonly operations: OperationsService,
    private readonly sealer: Sealer,
  ) {}

  /** The rows before which there is something else now; `progress` is told of each that was read. */
  async moved(plan: StoredPlan, progress: Progress): Promise<Moved> {
    const [all] = await this.database.query<{ count: number }>(
      'select count(*)::int as count from plan_writes where plan_id = $1 and before_hash is not null',
      [plan.id],
    );
    progress.of = all?.count ?? 0;
    const found: Moved = { moved: [], count: 0 };
    let page = await this.page(plan, null);
    for (let last = page.at(-1); last; last = page.at(-1)) {
      const writes = page.values();
      const reader = async () => {
        for (const write of writes) {
          const row = await this.movedRow(plan, write);
          progress.read += 1;
          if (!row) continue;
          found.count += 1;
          if (found.moved.length < mostMoved) found.moved.push(row);
        }
      };
      await Promise.all(Array.from({ length: readsAtOnce }, reader));
      page = page.length < pageSize ? [] : await this.page(plan, last);
    }
    return found;
  }

  private page({ id }: StoredPlan, after: WritePlace | null): Promise<ReadWrite[]> {
    return this.database.query<ReadWrite>(
      `select run_id as "runId", step_id as step, iteration, version_id as "versionId", title,
              connection_id as "connectionId", input, changes, before, before_hash as "beforeHash"
         from plan_writes where plan_id = $1 and before_hash is not null
          and ($2::text is null or (step_id, iteration, run_id) > ($2, $3, $4::uuid))
        order by step_id, iteration, run_id limit ${pageSize}`,
      [id, after?.step ?? null, after?.iteration ?? null, after?.runId ?? null],
    );
  }
  /** Null: what there was is what there is. */
  private async movedRow({ workspaceId }: StoredPlan, write: ReadWrite): Promise<MovedRow | null> {
    const version = await this.versions.get(write.versionId);
    const action = version.program.steps[write.step] as CompiledAction;
    const connector = calledConnector(action);
    const connection =
      write.connectionId === null
        ? null
        : await this.connections.open(this.database, workspaceId, write.connectionId).catch(refuse);
    const input = await openInput(this.sealer, write);
    const { operation } = action;
    const now = await this.operations
      .before({ connector, operation, input, connection, timeoutMs: readMs })
      .catch((error) => refuseRead(write.title, error));
    if (stateHash(now, connectorOf(connector).operations[operation]?.passing) === write.beforeHash) return null;
    const { step: stepId, title: stepTitle, iteration, changes, before } = write;
    return { stepId, stepTitle, iteration, changes, before, now: maskSecrets(now, connection?.secretValues ?? []) };
  }
}

function refuse(error: unknown): never {
  throw error instanceof ApiError ? new ApiError('conflict', error.message) : error;
}

function refuseRead(title: string, error: unknown): never {
  if (!(error instanceof ConnectorError)) throw error;
  const message = `What there is before “${title}” could not be read, so nothing was begun: ${error.message}`;
  throw new ApiError(error.retryable ? 'unavailable' : 'conflict', message);
}
