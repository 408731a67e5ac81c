import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { VersionsService } from '../../flows/versions.service.js';
import { temporalDeadlineMs } from '../../platform/temporal/temporal.service.js';
import { withDeadline } from '../../platform/temporal/with-deadline.js';
import { type CarrierInput, carrierWorkflow, taskQueue } from '../../workflows/contract.js';
import type { ClaimedRun } from './claim.js';

/** Starts the Temporal workflow that hosts a run. That it has been started already is success. */
export async function startCarrier(
  client: Client,
  versions: VersionsService,
  run: ClaimedRun,
  options: { from: 'new' | 'rows'; eager: boolean },
): Promise<void> {
  const { control } = await versions.get(run.versionId);
  const { id: runId, epoch, workspaceId, versionId, triggerId: trigger } = run;
  const input: CarrierInput = {
    runs: [{ runId, epoch, workspaceId, versionId, trigger, from: options.from }],
    graphs: { [versionId]: control },
  };
  const starting = client.workflow.start(carrierWorkflow, {
    taskQueue,
    workflowId: run.carrier,
    args: [input],
    workflowTaskTimeout: '5 seconds',
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    ...(options.eager ? { requestEagerStart: true } : {}),
  });
  await withDeadline(starting, temporalDeadlineMs, `Starting carrier ${run.carrier}`).catch((error) => {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  });
}
