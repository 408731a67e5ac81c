import { AccessChange, accessFacts, sampleChange } from './access-changes.js';
import { defineEvent } from './event-kind.js';

export const accessGranted = defineEvent({
  type: 'access.granted',
  title: 'Access granted',
  description:
    'A step has given somebody access, and the system has confirmed it. One event for each person and thing.',
  data: AccessChange,
  sample: sampleChange,
  page: ({ runId }) => `runs/${runId}`,
  facts: accessFacts('grant'),
});
