import { ada, jane, marco, noah, productionAccess, sailpointId } from '../sailpoint-company.js';
import type { SailpointApproval, SailpointRequest, SailpointState } from './state.js';

const at = '2026-01-12T09:00:00.000Z';

const request = (
  number: number,
  state: SailpointRequest['state'],
  requestedFor: SailpointRequest['requestedFor'],
): SailpointRequest => ({
  ...{ accessRequestId: sailpointId('request', number), state, requestedFor, requester: marco },
  item: { type: 'ACCESS_PROFILE', id: productionAccess.id, comment: 'For the incident of this morning.' },
  ...{ requestType: 'GRANT_ACCESS', created: at, modified: at, clientMetadata: null, preApproval: null, problem: null },
});

const approval = (number: number, ofRequest: number, state: SailpointApproval['state']): SailpointApproval => ({
  ...{ id: sailpointId('approval', number), accessRequestId: sailpointId('request', ofRequest), owner: ada, state },
  reviewedBy: state === 'PENDING' ? null : ada,
  comment: state === 'PENDING' ? null : 'As agreed.',
  ...{ created: at, modified: at },
});

const item = (
  number: number,
  ofCertification: number,
  identity: SailpointRequest['requestedFor'],
  accessId: string,
  decision: 'APPROVE' | null = null,
) => ({
  ...{ id: sailpointId('reviewItem', number), certificationId: sailpointId('certification', ofCertification) },
  ...{ identity, accessId, decision, comments: null },
});

/** Requests that wait and that are over, and campaigns: one to be started, one past its deadline. */
export const seededGovernance: Pick<
  SailpointState,
  'requests' | 'approvals' | 'campaigns' | 'certifications' | 'reviewItems'
> = {
  requests: [
    request(1, 'EXECUTING', jane),
    request(2, 'REQUEST_COMPLETED', jane),
    request(3, 'EXECUTING', noah),
    request(4, 'REJECTED', noah),
  ],
  approvals: [
    approval(1, 1, 'PENDING'),
    approval(2, 2, 'APPROVED'),
    approval(3, 3, 'PENDING'),
    approval(4, 4, 'REJECTED'),
  ],
  campaigns: [
    {
      ...{ id: sailpointId('campaign', 1), name: 'Engineering, first quarter', type: 'MANAGER', status: 'STAGED' },
      ...{ description: 'Does everybody still need what they have?', created: at },
      ...{ deadline: '2099-02-12T09:00:00.000Z', emailNotificationEnabled: false, autoRevokeAllowed: false },
    },
    {
      ...{ id: sailpointId('campaign', 2), name: 'Last quarter', type: 'MANAGER', status: 'ACTIVE' },
      ...{ description: 'Does everybody still need what they have?', created: '2025-10-12T09:00:00.000Z' },
      ...{ deadline: '2025-11-12T09:00:00.000Z', emailNotificationEnabled: true, autoRevokeAllowed: true },
    },
  ],
  certifications: [
    {
      ...{ id: sailpointId('certification', 1), name: 'Last quarter: Marco Reyes', reviewer: marco },
      ...{ campaignId: sailpointId('campaign', 2), signed: null, created: '2025-10-12T09:00:00.000Z' },
    },
    {
      ...{ id: sailpointId('certification', 2), name: 'Last quarter: Ada Okafor', reviewer: ada },
      ...{ campaignId: sailpointId('campaign', 2), signed: null, created: '2025-10-12T09:00:00.000Z' },
    },
  ],
  reviewItems: [
    item(1, 1, jane, productionAccess.id),
    item(2, 1, jane, sailpointId('role', 1)),
    item(3, 2, marco, sailpointId('role', 1), 'APPROVE'),
  ],
};
