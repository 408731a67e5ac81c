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

/** A notification of the channel, read. */
export function readChange(payload: string): { workspaceId: string; topic: ChangeTopic; ids: string[] } | null {
  const [workspaceId, topic, ...ids] = payload.split(' ');
  const known = changeTopics.find((one) => one === topic);
  return workspaceId && known ? { workspaceId, topic: known, ids } : null;
}
