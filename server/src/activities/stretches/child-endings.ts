import type { StepError } from '@castellan/api';
import { mismatchesOf } from '@castellan/flow';
import type { VersionsService } from '../../flows/versions.service.js';
import type { Sql } from '../../platform/database/index.js';
import { wholeValue } from '../../platform/large-values/index.js';
import { maskSecrets } from '../../platform/masking.js';
import { stepError } from '../kinds/index.js';

/** What a called run means for the step that waited for it. */
export type ChildEnding = { status: 'succeeded'; output: unknown } | { status: 'failed'; error: StepError };

interface EndedRun {
  id: string;
  flowName: string;
  versionId: string;
  status: 'succeeded' | 'failed' | 'cancelled';
  error: StepError | null;
  body: unknown;
}

/**
 * How these runs ended, by id. A flow's output is what its respond step answered, else null; it is held against the
 * schema that its call trigger declares, and secrets of its connections stay behind.
 */
export async function readChildEndings(
  on: { database: Sql; versions: VersionsService; secretsOf: (versionId: string) => Promise<string[]> },
  runIds: string[],
): Promise<Map<string, ChildEnding>> {
  if (runIds.length === 0) return new Map();
  const runs = await on.database.query<EndedRun>(
    `select r.id, f.name as "flowName", r.version_id as "versionId", r.status, r.error, (${wholeValue('r', 'response')}) -> 'body' as body
       from runs r join flows f on f.id = r.flow_id where r.id = any($1) and r.ended_at is not null`,
    [runIds],
  );
  const endings = new Map<string, ChildEnding>();
  for (const run of runs) endings.set(run.id, await endingOf(on, run));
  return endings;
}

async function endingOf(on: Parameters<typeof readChildEndings>[0], run: EndedRun): Promise<ChildEnding> {
  const details = { runId: run.id, flow: run.flowName };
  if (run.status === 'cancelled') {
    return { status: 'failed', error: stepError('E_CANCELLED', `The run of “${run.flowName}” was cancelled`, details) };
  }
  if (run.status === 'failed') {
    const { code, message, status } = run.error ?? { code: 'E_STOP', message: `“${run.flowName}” failed` };
    return {
      status: 'failed',
      error: { code, message, retryable: false, details, ...(status === undefined ? {} : { status }) },
    };
  }
  const { program } = await on.versions.get(run.versionId);
  const trigger = Object.values(program.triggers).find((one) => one.kind === 'call');
  const output = maskSecrets(run.body, await on.secretsOf(run.versionId));
  const [wrong] = mismatchesOf(trigger?.output ?? {}, output);
  if (!wrong) return { status: 'succeeded', output };
  const message = `“${run.flowName}” answered otherwise than it declares: its output ${wrong.message} (${wrong.pointer || '/'})`;
  return { status: 'failed', error: stepError('E_FLOW_OUTPUT', message, { ...details, pointer: wrong.pointer }) };
}
