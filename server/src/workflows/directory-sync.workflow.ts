import { continueAsNew, proxyActivities, sleep } from '@temporalio/workflow';
import type { DirectoryActivities } from './contract.js';

/**
 * The heartbeat tells within 6 s that a worker has died; another one reads the page again. It is repeated until our own
 * side can record what the system said.
 */
const { syncPage } = proxyActivities<DirectoryActivities>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '6 seconds',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '10 seconds' },
});

/** Pages after which the history begins anew. */
const pagesOfHistory = 400;

/** One sync of a directory, a page at a time. How far it came stands in the database, where any worker finds it. */
export async function directorySync(sync: string): Promise<void> {
  for (let pages = 0; pages < pagesOfHistory; pages++) {
    const { done, pauseMs } = await syncPage(sync);
    if (done) return;
    if (pauseMs > 0) await sleep(pauseMs);
  }
  await continueAsNew<typeof directorySync>(sync);
}
