import { type Blob, splitLarge } from '../platform/large-values/index.js';
import type { NewRun } from './make-run.js';
import { flowTerm, placeTerm, searchWords, triggerTexts } from './search/words.js';

/** Rows of new runs as they are written, and the content that is saved with them. */
export function storedRuns(runs: NewRun[]): { rows: object[]; blobs: Blob[] } {
  const blobs: Blob[] = [];
  const rows = runs.map(({ parent, keeps: _given, ...run }) => {
    const { parts, large, blobs: own } = splitLarge(run.workspaceId, { trigger: run.triggerData });
    blobs.push(...own);
    return { ...run, ...parent, triggerData: parts.trigger, large, words: termsOf(run) };
  });
  return { rows, blobs };
}

/** What the run is searched by from its beginning. The name of its flow is not among it: that is looked up when asked. */
export function termsOf({
  workspaceId,
  mode,
  flowId,
  businessKey,
  order,
  triggerData,
}: Pick<NewRun, 'workspaceId' | 'mode' | 'flowId' | 'businessKey' | 'order' | 'triggerData'>): string[] {
  const words = searchWords([businessKey ?? '', order?.key ?? '', ...triggerTexts(triggerData)]);
  return [placeTerm(workspaceId, mode), flowTerm(flowId), ...words];
}
