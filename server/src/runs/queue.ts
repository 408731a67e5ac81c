import { notify, type Sql } from '../platform/database/index.js';

/** Channel on which queued runs are announced to those who host them. A lost announcement costs the second until they look. */
export const queueChannel = 'castellan_queue';

/** Ids of one notification: well below the 7,900 bytes that it may have. */
const idsAtOnce = 150;

/** Tells hosts and lists of new runs; goes out with the commit that makes them. */
export async function announceQueued(tx: Sql, workspaceId: string, runIds: string[]): Promise<void> {
  if (runIds.length === 0) return;
  await notify(tx, queueChannel, workspaceId);
  for (let start = 0; start < runIds.length; start += idsAtOnce) {
    const ids = runIds.slice(start, start + idsAtOnce).join(' ');
    await notify(tx, 'castellan_changes', `${workspaceId} runs ${ids}`);
  }
}
