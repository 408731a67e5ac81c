import type { Sql } from '../platform/database/index.js';

/** Rows that one statement marks, so that none takes long. */
const atOnce = 5_000;

/** All that an integration has read, as removed: with the integration itself, and so told to nobody. */
export async function markAllRemoved(tx: Sql, integrationId: string): Promise<void> {
  for (const table of ['directory_memberships', 'directory_groups', 'directory_accounts']) {
    await inParts(async () => {
      const rows = await tx.query(
        `update ${table} set removed_at = now() where id in (
           select id from ${table} where integration_id = $1 and removed_at is null limit ${atOnce}) returning 1`,
        [integrationId],
      );
      return rows.length;
    });
  }
}

/** Repeats a statement until it has nothing more to do. @returns how many rows it wrote in all */
export async function inParts(part: () => Promise<number>): Promise<number> {
  let all = 0;
  for (;;) {
    const written = await part();
    all += written;
    if (written < atOnce) return all;
  }
}

export const partSize = atOnce;
