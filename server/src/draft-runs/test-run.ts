import type { AuditService } from '../audit/audit.service.js';
import { type DraftVersion, draftNumber } from '../flows/draft-versions.service.js';
import type { Sql } from '../platform/database/index.js';
import { newId } from '../platform/ids.js';
import type { Actor } from '../platform/routes/index.js';
import { makeRun } from '../runs/make-run.js';
import { announceQueued } from '../runs/queue.js';

/** A run of a draft, to be made. */
export interface TestRun {
  version: DraftVersion;
  trigger: { id: string; kind: string };
  /** What expressions see as `trigger`. */
  data: unknown;
  businessKey: string | null;
  /** The step that runs alone. */
  step?: string;
}

/** Makes the row of a run of a draft and queues it. `prepare` gives it rows of steps that it begins with. */
export async function queueTestRun(
  tx: Sql,
  audit: AuditService,
  actor: Actor,
  { version, trigger, data, businessKey, step }: TestRun,
  prepare?: (runId: string) => Promise<void>,
): Promise<{ runId: string }> {
  const { workspaceId } = actor;
  const { flowId, simulated } = version;
  const runId = newId();
  await makeRun(tx, {
    ...{ id: runId, workspaceId, flowId, versionId: version.id, version: draftNumber, mode: 'test', simulated },
    ...{ triggerId: trigger.id, triggerKind: trigger.kind, deliveryId: null, triggerData: data, businessKey },
    order: null,
    prepared: prepare !== undefined,
    startedBy: actor.email,
  });
  await prepare?.(runId);
  await audit.record(tx, {
    ...{ actor, workspaceId, action: 'run.tested', objectType: 'run', objectId: runId },
    after: { flowId, revision: version.revision, trigger: trigger.id, ...(step === undefined ? {} : { step }) },
  });
  await announceQueued(tx, workspaceId, [runId]);
  return { runId };
}
