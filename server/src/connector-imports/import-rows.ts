import type { DocumentProblem, ImportChoice } from '@castellan/api';
import type { Outline } from '@castellan/connectors/openapi-reader';
import type { Sql } from '../platform/database/index.js';
import { found } from '../platform/errors.js';

/** An import under way, without its document. */
export interface ImportRow {
  id: string;
  workspaceId: string;
  intoId: string | null;
  source: string;
  url: string | null;
  size: number | null;
  received: number;
  state: 'receiving' | 'waiting' | 'ready' | 'chosen' | 'done' | 'failed';
  progress: string | null;
  outline: Outline | null;
  choice: ImportChoice | null;
  problems: DocumentProblem[] | null;
  result: string | null;
  askedBy: { userId: string; email: string };
  attempts: number;
}

/** The columns of an import; its outline only where somebody is to choose from it, since it may be large. */
export const importColumns = (
  outline = `case when state = 'ready' then outline end`,
): string => `id, workspace_id as "workspaceId", into_id as "intoId", source, url, size,
  octet_length(document) as received, state, progress, ${outline} as outline, choice, problems, result, asked_by as "askedBy", attempts`;

/** The import, locked where it is to be changed; `not_found` if the workspace has none of this id. */
export async function readImport(sql: Sql, workspaceId: string, id: string, lock = false): Promise<ImportRow> {
  const [row] = await sql.query<ImportRow>(
    `select ${importColumns()} from connector_imports where id = $1 and workspace_id = $2 ${lock ? 'for update' : ''}`,
    [id, workspaceId],
  );
  return found(row, 'import');
}
