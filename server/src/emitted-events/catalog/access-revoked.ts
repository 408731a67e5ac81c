import { AccessChange, accessFacts, sampleChange } from './access-changes.js';
import { defineEvent } from './event-kind.js';

export const accessRevoked = defineEvent({
  type: 'access.revoked',
  title: 'Access revoked',
  description:
    'A step has taken access away from somebody, and the system has confirmed it. One event for each person and thing.',
  data: AccessChange,
  sample: { ...sampleChange, operation: 'revokeResource', stepId: 'revoke' },
  page: ({ runId }) => `runs/${runId}`,
  facts: accessFacts('revoke'),
});
