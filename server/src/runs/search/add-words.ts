import type { Sql } from '../../platform/database/index.js';
import { searchWords } from './words.js';

/** What came of a run. */
export interface Findings {
  workspaceId: string;
  runId: string;
  texts: (string | undefined)[];
}

/** Makes runs found by what came of them. In the transaction that says so in their rows. */
export async function addSearchWords(tx: Sql, findings: Findings[]): Promise<void> {
  const added = findings
    .map(({ texts, ...run }) => ({ ...run, words: searchWords(texts.filter((text) => text !== undefined)) }))
    .filter(({ words }) => words.length > 0);
  if (added.length === 0) return;
  await tx.query(
    `update run_search s set words = s.words || array_to_tsvector(n.words)
       from json_to_recordset($1::json) as n ("workspaceId" uuid, "runId" uuid, words text[])
      where s.workspace_id = n."workspaceId" and s.run_id = n."runId"`,
    [JSON.stringify(added)],
  );
}
