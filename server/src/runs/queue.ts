import { announce } from '../events/changes.js';
import { notify, type Sql } from '../platform/database/index.js';

/** Channel on which queued runs are announced to those who host them. A lost announcement costs the second until they look. */
export const queueChannel = 'castellan_queue';

/** Tells hosts and lists of new runs; goes out with the commit that makes them. */
export async function announceQueued(tx: Sql, workspaceId: string, runIds: string[]): Promise<void> {
  if (runIds.length === 0) return;
  await notify(tx, queueChannel, workspaceId);
  await announce(tx, workspaceId, 'runs', runIds);
}
