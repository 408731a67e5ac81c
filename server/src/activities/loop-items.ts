import type { Sealer } from '../platform/crypto/index.js';
import { prepared, type Sql } from '../platform/database/index.js';
import { type SplitParts, saveBlobs, splitLarge, wholeValue } from '../platform/large-values/index.js';
import { maskSecrets } from '../platform/masking.js';
import type { StretchRun } from './stretches/stretch.js';

/** One item of a loop. */
export interface ItemPlace {
  runId: string;
  loop: string;
  iteration: string;
  index: number;
}

/** One page of a loop's items. */
export interface PagePlace {
  runId: string;
  loop: string;
  iteration: string;
  page: number;
}

/** Tells items apart. */
export const itemKey = ({ runId, loop, iteration, index }: ItemPlace): string =>
  `${runId}/${loop}/${iteration}/${index}`;

const itemsPerPage = 1_000;

const pageKey = ({ runId, loop, iteration, page }: PagePlace): string => `${runId}/${loop}/${iteration}/items/${page}`;

/** A page as it is stored: masked, with the exact form sealed only where that differs. */
export interface StoredPage extends PagePlace {
  split: SplitParts<'items'>;
  exact: string | null;
}

/** The items that loops of these runs begin to go over, in pages, with the secrets of their versions masked. */
export async function itemPagesOf(
  runs: StretchRun[],
  { sealer, secretsOf }: { sealer: Sealer; secretsOf: (versionId: string) => Promise<string[]> },
): Promise<StoredPage[]> {
  const pages: StoredPage[] = [];
  for (const run of runs) {
    if (run.changes.items.length === 0) continue;
    const secrets = await secretsOf(run.version.id);
    const { id: runId, workspaceId } = run.facts;
    for (const { step: loop, iteration, items } of run.changes.items) {
      for (let page = 0; page * itemsPerPage < items.length; page++) {
        const place = { runId, loop, iteration, page };
        const plain = items.slice(page * itemsPerPage, (page + 1) * itemsPerPage);
        const masked = maskSecrets(plain, secrets);
        const exact = masked === plain ? null : await sealer.seal(JSON.stringify(plain), pageKey(place));
        pages.push({ ...place, split: splitLarge(workspaceId, { items: masked }), exact });
      }
    }
  }
  return pages;
}

/** Freezes what loops go over. */
export async function writeItems(tx: Sql, pages: StoredPage[]): Promise<void> {
  if (pages.length === 0) return;
  await saveBlobs(
    tx,
    pages.flatMap(({ split }) => split.blobs),
  );
  await tx.query(
    prepared(`insert into loop_items (run_id, step_id, iteration, page, items, large, exact)
     select run_id, step_id, iteration, page, items::jsonb, large::jsonb, exact
       from unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[])
         as p (run_id, step_id, iteration, page, items, large, exact)
     on conflict do nothing`),
    [
      pages.map((p) => p.runId),
      pages.map((p) => p.loop),
      pages.map((p) => p.iteration),
      pages.map((p) => p.page),
      pages.map((p) => p.split.parts.items),
      pages.map((p) => p.split.large),
      pages.map((p) => p.exact),
    ],
  );
}

/** Items as they were, not as they are shown. */
export async function readItems(
  sql: Sql,
  sealer: Sealer,
  places: ItemPlace[],
): Promise<(ItemPlace & { item: unknown })[]> {
  const rows = await sql.query<ItemPlace & { item: unknown; sealed: boolean }>(
    prepared(`select w.run_id as "runId", w.step_id as loop, w.iteration, w.index, i.exact is not null as sealed,
            case when i.exact is null then (${wholeValue('i', 'items')}) -> (w.index % ${itemsPerPage}) end as item
       from unnest($1::uuid[], $2::text[], $3::text[], $4::int[]) as w (run_id, step_id, iteration, index)
       join loop_items i on i.run_id = w.run_id and i.step_id = w.step_id and i.iteration = w.iteration
                        and i.page = w.index / ${itemsPerPage}`),
    [places.map((p) => p.runId), places.map((p) => p.loop), places.map((p) => p.iteration), places.map((p) => p.index)],
  );
  const opened = await openPages(
    sql,
    sealer,
    rows.filter(({ sealed }) => sealed),
  );
  return rows.map(({ sealed, ...row }) =>
    sealed ? { ...row, item: opened.get(pageKey(pageOf(row)))?.[row.index % itemsPerPage] } : row,
  );
}

const pageOf = ({ index, ...place }: ItemPlace): PagePlace => ({ ...place, page: Math.floor(index / itemsPerPage) });

/** The sealed pages in which these items stand, each opened once. */
async function openPages(sql: Sql, sealer: Sealer, places: ItemPlace[]): Promise<Map<string, unknown[]>> {
  const wanted = new Map(places.map((place) => [pageKey(pageOf(place)), pageOf(place)]));
  const opened = new Map<string, unknown[]>();
  for (const [key, page] of wanted) {
    const exact = await exactPage(sql, page);
    if (exact !== null) opened.set(key, JSON.parse(await sealer.open(exact, key)) as unknown[]);
  }
  return opened;
}

async function exactPage(sql: Sql, { runId, loop, iteration, page }: PagePlace): Promise<string | null> {
  const [row] = await sql.query<{ exact: string | null }>(
    prepared('select exact from loop_items where run_id = $1 and step_id = $2 and iteration = $3 and page = $4'),
    [runId, loop, iteration, page],
  );
  return row?.exact ?? null;
}

/**
 * Pages that a run has taken over from another are sealed for their new place. One at a time: each may be as large as
 * a step's output.
 */
export async function moveItems(
  tx: Sql,
  sealer: Sealer,
  { from, to }: { from: string; to: string },
  pages: Omit<PagePlace, 'runId'>[],
): Promise<void> {
  for (const page of pages) {
    const [was, is] = [
      { ...page, runId: from },
      { ...page, runId: to },
    ];
    const exact = await exactPage(tx, was);
    if (exact === null) continue;
    const plain = await sealer.open(exact, pageKey(was));
    await tx.query(
      'update loop_items set exact = $5 where run_id = $1 and step_id = $2 and iteration = $3 and page = $4',
      [to, page.loop, page.iteration, page.page, await sealer.seal(plain, pageKey(is))],
    );
  }
}
