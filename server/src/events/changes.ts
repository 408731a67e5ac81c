import { notificationLimit, notify, type Sql } from '../platform/database/index.js';

/** Lists of a workspace that pages show. */
export const changeTopics = ['runs', 'approvals', 'flows'] as const;
export type ChangeTopic = (typeof changeTopics)[number];

/** Payload: `<workspace id> <topic> <ids…>`, with spaces between. */
export const changesChannel = 'castellan_changes';

const idsAtOnce = Math.floor((notificationLimit - 60) / 37);

/** Tells the pages of a workspace which rows changed; in a transaction, with its commit. */
export async function announce(
  sql: Sql,
  workspaceId: string,
  topic: ChangeTopic,
  ids: readonly string[],
): Promise<void> {
  for (let start = 0; start < ids.length; start += idsAtOnce) {
    await notify(sql, changesChannel, [workspaceId, topic, ...ids.slice(start, start + idsAtOnce)].join(' '));
  }
}

/** Tells which runs changed, of whatever workspaces. */
export async function announceRuns(sql: Sql, runs: readonly { id: string; workspaceId: string }[]): Promise<void> {
  const byWorkspace = new Map<string, Set<string>>();
  for (const { id, workspaceId } of runs) {
    const ids = byWorkspace.get(workspaceId) ?? new Set();
    byWorkspace.set(workspaceId, ids.add(id));
  }
  for (const [workspaceId, ids] of byWorkspace) await announce(sql, workspaceId, 'runs', [...ids]);
}

/** Tells that some rows of these workspaces changed, where nobody asks which. */
export async function announceTopic(sql: Sql, workspaceIds: Iterable<string>, topic: ChangeTopic): Promise<void> {
  for (const workspaceId of new Set(workspaceIds)) await notify(sql, changesChannel, `${workspaceId} ${topic}`);
}

/** A notification of the channel, read. */
export function readChange(payload: string): { workspaceId: string; topic: ChangeTopic; ids: string[] } | null {
  const [workspaceId, topic, ...ids] = payload.split(' ');
  const known = changeTopics.find((one) => one === topic);
  return workspaceId && known ? { workspaceId, topic: known, ids } : null;
}
