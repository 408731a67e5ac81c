import { defineEvent } from './event-kind.js';
import { RunEnd, runFacts, sampleRunEnd } from './run-ends.js';

export const runFinished = defineEvent({
  type: 'run.finished',
  title: 'Run finished',
  description: 'A live run has ended, whichever way: it succeeded, failed or was cancelled.',
  data: RunEnd,
  sample: sampleRunEnd,
  page: ({ runId }) => `runs/${runId}`,
  facts: runFacts,
});
