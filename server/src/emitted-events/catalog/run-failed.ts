import { defineEvent } from './event-kind.js';
import { RunEnd, runFacts, sampleRunEnd } from './run-ends.js';

export const runFailed = defineEvent({
  type: 'run.failed',
  title: 'Run failed',
  description: 'A live run has ended with an error that the flow did not handle.',
  data: RunEnd,
  sample: {
    ...sampleRunEnd,
    status: 'failed',
    outcome: null,
    error: { code: 'E_HTTP', message: 'ServiceNow failed (503).' },
  },
  page: ({ runId }) => `runs/${runId}`,
  facts: { ...runFacts, when: `${runFacts.when} and changed.status = 'failed'` },
});
