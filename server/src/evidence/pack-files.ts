import type { Sql } from '../platform/database/index.js';
import type { PackFile } from './pack/index.js';
import {
  readApprovalLines,
  readAuditLines,
  readControlLines,
  readPlanLines,
  readPlanRowLines,
} from './read-decisions.js';
import { readRunLines, readTrigger, readVersion } from './read-start.js';
import { readEffectLines, readStepLines } from './read-steps.js';
import type { RunTree } from './run-tree.js';
import type { Summary } from './summary.js';

/** What the files are read from, and what every value goes through before it is written. */
export interface PackSource {
  sql: Sql;
  workspaceId: string;
  tree: RunTree;
  masked: <T>(value: T) => T;
  summary: Summary;
}

/** The files of a pack but for its summary. Each row of a list is a line of JSON, read a page at a time. */
export function packFilesOf({ sql, workspaceId, tree, masked, summary }: PackSource): PackFile[] {
  const { runIds, versionIds } = tree;
  const [runId = '', ...calledIds] = runIds;
  const one = (path: string, holds: string, read: () => Promise<unknown>): PackFile => ({
    path,
    holds,
    content: async function* () {
      yield `${JSON.stringify(masked(await read()), null, 2)}\n`;
    },
  });
  const lines = <Row>(
    path: string,
    holds: string,
    read: () => AsyncIterable<Row>,
    note?: (row: Row) => void,
  ): PackFile => ({
    path,
    holds,
    content: async function* () {
      for await (const row of read()) {
        note?.(row);
        yield `${JSON.stringify(masked(row))}\n`;
      }
    },
  });
  return [
    one('run.json', 'the run: its flow, who or what started it, how it ended', async () => {
      for await (const run of readRunLines(sql, [runId])) {
        summary.noteRun(run);
        return run;
      }
      throw new Error('The run was removed while its evidence was read.');
    }),
    one('trigger.json', 'what started it, and the delivery that brought that', () => readTrigger(sql, runId)),
    ...versionIds.map((id, index) =>
      one(`versions/${id}.json`, index === 0 ? 'the flow as it ran' : 'a flow that was called, as it ran', () =>
        readVersion(sql, id),
      ),
    ),
    lines(
      'called-runs.jsonl',
      'runs that it called, at any depth',
      () => readRunLines(sql, calledIds),
      (run) => summary.noteRun(run),
    ),
    lines(
      'steps.jsonl',
      'steps of all these runs: input, output, attempts, times',
      () => readStepLines(sql, runIds),
      (row) => summary.noteStep(row),
    ),
    lines(
      'effects.jsonl',
      'writes on other systems: about whom, with what, what there was before and what was answered',
      () => readEffectLines(sql, runIds),
      (row) => summary.noteEffect(row),
    ),
    lines(
      'approvals.jsonl',
      'approvals: who was asked, what they were shown, who decided what and when',
      () => readApprovalLines(sql, tree),
      (row) => summary.noteApproval(row),
    ),
    lines('plans.jsonl', 'access plans that were made, approved or kept to', () =>
      readPlanLines(sql, workspaceId, tree),
    ),
    lines('plan-rows.jsonl', 'the changes of these plans', () => readPlanRowLines(sql, tree)),
    lines('controls.jsonl', 'what people and events asked of these runs while they went on', () =>
      readControlLines(sql, tree),
    ),
    lines('audit.jsonl', 'entries of the audit about all this, with their places in its chain', () =>
      readAuditLines(sql, workspaceId, tree),
    ),
  ];
}
