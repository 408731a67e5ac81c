import { randomBytes } from 'node:crypto';
import type { Sql } from '../platform/database/index.js';

/** Rows that had these large values are gone or have lost them: they are looked at by the next `removeUnusedBlobs`. */
export async function releaseBlobs(tx: Sql, hashes: string[]): Promise<void> {
  if (hashes.length === 0) return;
  await tx.query('update blobs set unused_since = now() where hash = any($1) and unused_since is null', [
    [...new Set(hashes)].sort(),
  ]);
}

/** Blobs of each sort that are looked at in one transaction. */
const atOnce = 200;
const naming = ['runs', 'steps', 'effects', 'deliveries', 'approvals', 'loop_items'];

/**
 * Removes some content that no row names any more: what was released, and, from a place of its own each time, what was
 * saved over an hour ago, since a step that is tried again with another input releases nothing.
 *
 * A writer holds what it names until its row is committed (`saveBlobs`). So each blob is held here first, those held by
 * a writer being passed over, and only then rows are looked for: a row that names it is either committed, and found, or
 * its writer waits, finds the blob gone, and saves it again. Answers whether there may be more of what was released.
 */
export async function removeUnusedBlobs(tx: Sql): Promise<boolean> {
  const released = await tx.query<{ hash: string }>(
    `select hash from blobs where unused_since is not null order by unused_since limit ${atOnce}
        for update skip locked`,
  );
  const others = await tx.query<{ hash: string }>(
    `select hash from blobs where hash > $1 and created_at < now() - interval '1 hour' order by hash limit ${atOnce}
        for update skip locked`,
    [randomBytes(32).toString('hex')],
  );
  const held = [...new Set([...released, ...others].map(({ hash }) => hash))];
  if (held.length === 0) return false;
  const named = naming.map(
    (table) => `exists (select from ${table} where large is not null
                         and jsonb_path_query_array(large, '$.*.hash') @> to_jsonb(n.hash))`,
  );
  const used = await tx.query<{ hash: string }>(
    `select n.hash from unnest($1::text[]) as n (hash) where ${named.join(' or ')}`,
    [held],
  );
  const kept = new Set(used.map(({ hash }) => hash));
  await tx.query('delete from blobs where hash = any($1)', [held.filter((hash) => !kept.has(hash))]);
  await tx.query('update blobs set unused_since = null where hash = any($1) and unused_since is not null', [[...kept]]);
  return released.length === atOnce;
}
