import type { JsonObject } from '@castellan/sdk';
import {
  type SimulatedAnswer,
  type SimulatedDelivery,
  SimulatedRefusal,
  type SimulatedRequest,
} from '@castellan/sdk/simulator';
import { type Follow, tell } from './invocations.js';
import { pageOf, the } from './lists.js';
import { actor, newId, note, refOf, tellProvisioned } from './people.js';
import type { Ref, SailpointApproval, SailpointRequest, SailpointState } from './state.js';

/**
 * What an answer to a trigger leads to: the one before approval lets a request go on or denies it, the other adds an
 * approver. Without a good answer the request fails.
 */
export const followRequest: Follow = (state, { triggerId, input, output, error }, now) => {
  const row = state.requests.find(({ accessRequestId }) => accessRequestId === input.accessRequestId);
  if (row?.state !== 'EXECUTING') return [];
  const isPre = triggerId === 'idn:access-request-pre-approval';
  if (!isPre && triggerId !== 'idn:access-request-dynamic-approver') return [];
  if (error !== null) return end(state, row, 'ERROR', now, `A trigger was not answered: ${error}`);
  if (!isPre) return askApprovers(state, row, output as Partial<Ref>, now);
  const { approved, comment, approver } = output as { approved: boolean; comment: string; approver: string };
  row.preApproval = { comment, reviewer: approver, decision: approved ? 'APPROVED' : 'REJECTED' };
  return approved ? askForApprover(state, row, now) : end(state, row, 'REJECTED', now);
};

export const requestRules = {
  createAccessRequest(state: SailpointState, { body, now }: SimulatedRequest): SimulatedAnswer {
    const { requestedFor, requestType, requestedItems } = body as unknown as {
      requestedFor: string[];
      requestType?: SailpointRequest['requestType'];
      requestedItems: (SailpointRequest['item'] & { clientMetadata?: JsonObject })[];
    };
    const rows = requestedFor.flatMap((identityId) =>
      requestedItems.map(({ clientMetadata, ...item }): SailpointRequest => {
        the(state.access, item.id);
        return {
          accessRequestId: newId(),
          item,
          requestType: requestType ?? 'GRANT_ACCESS',
          state: 'EXECUTING',
          requestedFor: refOf(the(state.identities, identityId)),
          requester: actor(state),
          created: now.toISOString(),
          modified: now.toISOString(),
          clientMetadata: clientMetadata ?? null,
          ...{ preApproval: null, problem: null },
        };
      }),
    );
    const isUnderWay = (row: SailpointRequest) =>
      state.requests.some(
        (other) =>
          other.state === 'EXECUTING' &&
          other.item.id === row.item.id &&
          other.requestedFor.id === row.requestedFor.id &&
          other.requestType === row.requestType,
      );
    const existing = rows.filter(isUnderWay);
    const made = rows.filter((row) => !existing.includes(row));
    state.requests.push(...made);
    return {
      status: 202,
      body: { newRequests: made.map(trackingOf), existingRequests: existing.map(trackingOf) },
      sends: made.flatMap((row) => begin(state, row, now)),
    };
  },

  cancelAccessRequest(state: SailpointState, { body, now }: SimulatedRequest): SimulatedAnswer {
    const { accountActivityId } = body as { accountActivityId: string };
    const row = state.requests.find(({ accessRequestId }) => accessRequestId === accountActivityId);
    if (row?.state !== 'EXECUTING') throw new SimulatedRefusal(400, 'The request cannot be cancelled any more.');
    row.state = 'CANCELLED';
    row.modified = now.toISOString();
    for (const approval of openApprovals(state, row)) approval.state = 'CANCELLED';
    return { status: 202, body: {} };
  },

  listAccessRequestStatus(state: SailpointState, request: SimulatedRequest): SimulatedAnswer {
    const { 'requested-for': target, 'requested-by': requester, 'request-state': wanted } = request.query;
    const rows = state.requests.filter(
      (row) =>
        (!target || row.requestedFor.id === target) &&
        (!requester || row.requester.id === requester) &&
        (!wanted || row.state === wanted),
    );
    return pageOf(rows, request, {
      fields: { accessRequestId: (row) => row.accessRequestId, created: ({ created }) => created },
      show: (row) => statusOf(state, row),
    });
  },

  listPendingApprovals: (state: SailpointState, request: SimulatedRequest) =>
    approvalsOf(state, request, ({ state: now }) => now === 'PENDING'),

  listCompletedApprovals: (state: SailpointState, request: SimulatedRequest) =>
    approvalsOf(state, request, ({ state: now }) => now === 'APPROVED' || now === 'REJECTED'),

  approveAccessRequest(state: SailpointState, request: SimulatedRequest): SimulatedAnswer {
    const row = decide(state, request, 'APPROVED');
    const isOver = openApprovals(state, row).length === 0;
    return { status: 202, body: {}, sends: isOver ? carryOut(state, row, request.now) : [] };
  },

  rejectAccessRequest(state: SailpointState, request: SimulatedRequest): SimulatedAnswer {
    const row = decide(state, request, 'REJECTED');
    for (const approval of openApprovals(state, row)) approval.state = 'CANCELLED';
    return { status: 202, body: {}, sends: end(state, row, 'REJECTED', request.now) };
  },

  forwardAccessRequest(state: SailpointState, { params, body }: SimulatedRequest): SimulatedAnswer {
    const approval = pendingOf(state, params.approvalId);
    approval.owner = refOf(the(state.identities, (body as { newOwnerId: string }).newOwnerId));
    return { status: 202, body: {} };
  },
};

/** The trigger before approval runs first, where somebody subscribes to it. */
function begin(state: SailpointState, row: SailpointRequest, now: Date): SimulatedDelivery[] {
  const { invocations, sends } = tell(
    state,
    'idn:access-request-pre-approval',
    eventOf(state, row),
    now,
    followRequest,
  );
  return invocations.length > 0 ? sends : askForApprover(state, row, now);
}

function askForApprover(state: SailpointState, row: SailpointRequest, now: Date): SimulatedDelivery[] {
  const { invocations, sends } = tell(
    state,
    'idn:access-request-dynamic-approver',
    eventOf(state, row),
    now,
    followRequest,
  );
  return invocations.length > 0 ? sends : askApprovers(state, row, {}, now);
}

/** The owner of what was asked for decides, and whoever the trigger names. */
function askApprovers(
  state: SailpointState,
  row: SailpointRequest,
  further: Partial<Ref>,
  now: Date,
): SimulatedDelivery[] {
  const named = state.identities.find(({ id }) => id === further.id);
  const owners = [the(state.access, row.item.id).owner, ...(named ? [refOf(named)] : [])];
  for (const owner of owners) {
    state.approvals.push({
      ...{ id: newId(), accessRequestId: row.accessRequestId, owner, state: 'PENDING' },
      ...{ reviewedBy: null, comment: null, created: now.toISOString(), modified: now.toISOString() },
    });
  }
  return [];
}

function decide(state: SailpointState, { params, body, now }: SimulatedRequest, decision: 'APPROVED' | 'REJECTED') {
  const approval = pendingOf(state, params.approvalId);
  approval.state = decision;
  approval.reviewedBy = actor(state);
  approval.comment = (body as { comment?: string } | null)?.comment ?? null;
  approval.modified = now.toISOString();
  return state.requests.find(({ accessRequestId }) => accessRequestId === approval.accessRequestId)!;
}

/** All have approved: access is given or taken away. */
function carryOut(state: SailpointState, row: SailpointRequest, now: Date): SimulatedDelivery[] {
  const identityId = row.requestedFor.id;
  const without = state.held.filter((each) => each.identityId !== identityId || each.accessId !== row.item.id);
  state.held = row.requestType === 'REVOKE_ACCESS' ? without : [...without, { identityId, accessId: row.item.id }];
  const told = end(state, row, 'REQUEST_COMPLETED', now);
  const { sourceId } = the(state.access, row.item.id);
  const account = state.accounts.find((each) => each.identityId === identityId && each.sourceId === sourceId);
  if (!account) return told;
  const activity = note(state, 'Modify', account, now);
  return [...told, ...tellProvisioned(state, activity, now, followRequest)];
}

/** A request has ended; a decision is told. */
function end(
  state: SailpointState,
  row: SailpointRequest,
  ended: 'REQUEST_COMPLETED' | 'REJECTED' | 'ERROR',
  now: Date,
  problem: string | null = null,
): SimulatedDelivery[] {
  Object.assign(row, { state: ended, problem, modified: now.toISOString() });
  const decided = state.approvals.filter(
    (each) => each.accessRequestId === row.accessRequestId && each.reviewedBy !== null,
  );
  if (decided.length === 0) return [];
  const { requestedItems, ...event } = eventOf(state, row);
  const approvalInfo = decided.map(({ comment, state: decision, reviewedBy }) => ({
    approvalComment: comment,
    approvalDecision: decision === 'APPROVED' ? 'APPROVED' : 'DENIED',
    approverName: reviewedBy!.name,
    approver: { ...reviewedBy! },
  }));
  const [item] = requestedItems as JsonObject[];
  const requestedItemsStatus = [{ ...item!, clientMetadata: row.clientMetadata, approvalInfo }];
  return tell(state, 'idn:access-request-post-approval', { ...event, requestedItemsStatus }, now, followRequest).sends;
}

function eventOf(state: SailpointState, row: SailpointRequest): JsonObject {
  const { name, description, type } = the(state.access, row.item.id);
  return {
    accessRequestId: row.accessRequestId,
    requestedFor: [{ ...row.requestedFor }],
    requestedItems: [
      {
        ...{ id: row.item.id, name, description, type, comment: row.item.comment ?? null },
        operation: row.requestType === 'REVOKE_ACCESS' ? 'Remove' : 'Add',
      },
    ],
    requestedBy: { ...row.requester },
  };
}

function openApprovals(state: SailpointState, { accessRequestId }: SailpointRequest): SailpointApproval[] {
  return state.approvals.filter((each) => each.accessRequestId === accessRequestId && each.state === 'PENDING');
}

function pendingOf(state: SailpointState, id: string | undefined): SailpointApproval {
  const approval = the(state.approvals, id);
  if (approval.state !== 'PENDING') throw new SimulatedRefusal(400, 'The approval is decided.');
  return approval;
}

function approvalsOf(
  state: SailpointState,
  request: SimulatedRequest,
  isWanted: (approval: SailpointApproval) => boolean,
): SimulatedAnswer {
  const owner = request.query['owner-id'];
  const requestOf = ({ accessRequestId }: SailpointApproval) =>
    state.requests.find((row) => row.accessRequestId === accessRequestId)!;
  return pageOf(
    state.approvals.filter((each) => isWanted(each) && (!owner || each.owner.id === owner)),
    request,
    {
      fields: {
        id: ({ id }) => id,
        accessRequestId: ({ accessRequestId }) => accessRequestId,
        'requestedFor.id': (approval) => requestOf(approval).requestedFor.id,
        created: ({ created }) => created,
        modified: ({ modified }) => modified,
      },
      show: (approval) => approvalOf(state, approval, requestOf(approval)),
    },
  );
}

function approvalOf(
  { access }: SailpointState,
  { id, accessRequestId, owner, state, reviewedBy, comment, created, modified }: SailpointApproval,
  row: SailpointRequest,
): object {
  const { name, description, type } = the(access, row.item.id);
  const decided = reviewedBy && { reviewedBy, reviewerComment: { comment, created: modified, author: reviewedBy } };
  return {
    ...{ id, accessRequestId, name, owner, created, modified, requestCreated: row.created },
    ...{ requestType: row.requestType, requester: row.requester, requestedFor: row.requestedFor },
    requestedObject: { id: row.item.id, name, description, type },
    requesterComment: { comment: row.item.comment ?? null, created: row.created, author: row.requester },
    ...(decided ? { ...decided, state } : {}),
  };
}

function statusOf(state: SailpointState, row: SailpointRequest): object {
  const { name, type, description } = the(state.access, row.item.id);
  const approvals = state.approvals.filter(({ accessRequestId }) => accessRequestId === row.accessRequestId);
  return {
    ...{ id: row.item.id, name, type, description, accessRequestId: row.accessRequestId, state: row.state },
    ...{ requestType: row.requestType, requestedFor: row.requestedFor, requester: row.requester },
    ...{ created: row.created, modified: row.modified, clientMetadata: row.clientMetadata },
    accountActivityItemId: row.accessRequestId,
    cancelable: row.state === 'EXECUTING',
    approvalIds: approvals.map(({ id }) => id),
    approvalDetails: approvals.map((each) => ({
      ...{ forwarded: false, originalOwner: each.owner, currentOwner: each.owner, status: each.state },
      ...{ scheme: 'ACCESS_PROFILE_OWNER', comment: each.comment },
    })),
    errorMessages: row.problem ? [[{ locale: 'en-US', localeOrigin: 'DEFAULT', text: row.problem }]] : null,
    ...(row.preApproval ? { preApprovalTriggerDetails: row.preApproval } : {}),
    ...(row.item.removeDate ? { removeDate: row.item.removeDate } : {}),
  };
}

function trackingOf({ accessRequestId, requestedFor, item }: SailpointRequest): object {
  return {
    requestedFor: requestedFor.id,
    requestedItemsDetails: [{ type: item.type, id: item.id }],
    attributesHash: 1,
    accessRequestIds: [accessRequestId],
  };
}
