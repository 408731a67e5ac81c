import { randomUUID } from 'node:crypto';
import type { ControlGraph } from '@castellan/flow/runtime';
import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { VersionsService } from '../../flows/versions.service.js';
import type { Sql } from '../../platform/database/index.js';
import { temporalDeadlineMs } from '../../platform/temporal/temporal.service.js';
import { withDeadline } from '../../platform/temporal/with-deadline.js';
import { type CarrierInput, carrierWorkflow, taskQueue } from '../../workflows/contract.js';
import type { ClaimedRun } from './claim.js';
import { setDeadlines } from './deadlines.js';

/** Id of a carrier for several runs; one for a single run is named after it. */
export const newBatchId = (): string => `batch-${randomUUID()}`;

/**
 * Starts the Temporal workflow that hosts these runs, all of one workspace and with one carrier id. That it has been
 * started already is success.
 */
export async function startCarrier(
  { client, database, versions }: { client: Client; database: Sql; versions: VersionsService },
  runs: ClaimedRun[],
  options: { from: 'queue' | 'rows'; eager: boolean },
): Promise<void> {
  const [first] = runs;
  if (!first) return;
  const graphs: Record<string, ControlGraph> = {};
  for (const { versionId } of runs) graphs[versionId] ??= (await versions.get(versionId)).control;
  await setDeadlines(database, runs, graphs);
  const input: CarrierInput = {
    runs: runs.map(({ id: runId, epoch, workspaceId, versionId, triggerId: trigger, prepared }) => ({
      runId,
      epoch,
      workspaceId,
      versionId,
      trigger,
      // A run that goes on with the work of an earlier one has rows from the beginning.
      from: options.from === 'rows' || prepared ? ('rows' as const) : ('new' as const),
    })),
    graphs,
  };
  const starting = client.workflow.start(carrierWorkflow, {
    taskQueue,
    workflowId: first.carrier,
    args: [input],
    workflowTaskTimeout: '5 seconds',
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    ...(options.eager ? { requestEagerStart: true } : {}),
  });
  await withDeadline(starting, temporalDeadlineMs, `Starting carrier ${first.carrier}`).catch((error) => {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  });
}
