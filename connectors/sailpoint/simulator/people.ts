import { randomUUID } from 'node:crypto';
import type { SimulatedAnswer, SimulatedDelivery, SimulatedRequest } from '@castellan/sdk/simulator';
import { type Follow, tell } from './invocations.js';
import { pageOf, the } from './lists.js';
import type { Ref, SailpointAccount, SailpointActivity, SailpointIdentity, SailpointState } from './state.js';

/** A person as SailPoint refers to them. */
export function refOf({ id, name }: { id: string; name: string }, type = 'IDENTITY'): Ref {
  return { type, id, name };
}

/** Whoever changes something: the owner of the token. */
export function actor({ identities }: SailpointState): Ref {
  return refOf(identities[0]!);
}

export const newId = (): string => randomUUID().replaceAll('-', '');

export const peopleRules = {
  listIdentities: (state: SailpointState, request: SimulatedRequest) =>
    pageOf(state.identities, request, {
      fields: {
        id: ({ id }) => id,
        name: ({ name }) => name,
        alias: ({ alias }) => alias,
        email: ({ email }) => email,
        firstname: ({ attributes }) => attributes.firstname,
        lastname: ({ attributes }) => attributes.lastname,
        cloudStatus: () => 'ACTIVE',
        correlated: () => true,
      },
      show: (identity) => identityOf(state, identity),
    }),

  getIdentity: (state: SailpointState, { params }: SimulatedRequest) => ({
    body: identityOf(state, the(state.identities, params.id)),
  }),

  getPublicIdentities: (state: SailpointState, request: SimulatedRequest) =>
    pageOf(state.identities, request, {
      fields: { id: ({ id }) => id, alias: ({ alias }) => alias, email: ({ email }) => email },
      show: ({ id, name, alias, email }) => ({ id, name, alias, email, status: 'ACTIVE' }),
    }),

  listAccounts: (state: SailpointState, request: SimulatedRequest) =>
    pageOf(state.accounts, request, {
      fields: {
        id: ({ id }) => id,
        name: ({ name }) => name,
        nativeIdentity: ({ nativeIdentity }) => nativeIdentity,
        identityId: ({ identityId }) => identityId,
        sourceId: ({ sourceId }) => sourceId,
        uncorrelated: ({ identityId }) => identityId === null,
      },
      show: (account) => accountOf(state, account),
    }),

  getAccount: (state: SailpointState, { params }: SimulatedRequest) => ({
    body: accountOf(state, the(state.accounts, params.id)),
  }),

  listAccountActivities(state: SailpointState, request: SimulatedRequest) {
    const { 'requested-for': target, 'requested-by': requester } = request.query;
    const rows = state.activities.filter(
      (each) => (!target || each.for.id === target) && (!requester || each.by.id === requester),
    );
    return pageOf(rows, request, {
      fields: { type: ({ type }) => type, created: ({ created }) => created, modified: ({ created }) => created },
      show: activityOf,
    });
  },

  getAccountActivity: (state: SailpointState, { params }: SimulatedRequest) => ({
    body: activityOf(the(state.activities, params.id)),
  }),

  listWorkItems(state: SailpointState, request: SimulatedRequest) {
    const rows = state.workItems.filter(({ owner }) => !request.query.ownerId || owner.id === request.query.ownerId);
    return pageOf(rows, request, { show: workItemOf });
  },

  getWorkItem: (state: SailpointState, { params }: SimulatedRequest) => ({
    body: workItemOf(the(state.workItems, params.id)),
  }),
};

/** Changes of accounts, of which SailPoint tells those who subscribe to provisioning. */
export const accountRules = (follow: Follow) => {
  const changed =
    (operation: 'Enable' | 'Disable' | 'Unlock', change: Partial<SailpointAccount>) =>
    (state: SailpointState, { params, now }: SimulatedRequest): SimulatedAnswer => {
      const account = Object.assign(the(state.accounts, params.id), change);
      const activity = note(state, operation, account, now);
      const sends = tellProvisioned(state, activity, now, follow);
      return { status: 202, body: { id: activity.id }, sends };
    };
  return {
    enableAccount: changed('Enable', { disabled: false }),
    disableAccount: changed('Disable', { disabled: true }),
    unlockAccount: changed('Unlock', { locked: false }),
  };
};

/** Notes what was done with an account. */
export function note(
  state: SailpointState,
  operation: string,
  account: SailpointAccount,
  now: Date,
): SailpointActivity {
  const owner = state.identities.find(({ id }) => id === account.identityId);
  const activity = {
    id: newId(),
    type: 'Account State Update',
    created: now.toISOString(),
    by: actor(state),
    for: owner ? refOf(owner) : actor(state),
    operation,
    sourceId: account.sourceId,
    nativeIdentity: account.nativeIdentity,
  };
  state.activities.push(activity);
  return activity;
}

/** Tells that something was carried out in a source. */
export function tellProvisioned(
  state: SailpointState,
  activity: SailpointActivity,
  now: Date,
  follow: Follow,
): SimulatedDelivery[] {
  const source = state.sources.find(({ id }) => id === activity.sourceId)!;
  const input = {
    trackingNumber: activity.id,
    sources: source.name,
    action: activity.type,
    errors: null,
    warnings: null,
    recipient: { ...activity.for },
    requester: { ...activity.by },
    accountRequests: [
      {
        source: { ...refOf(source, 'SOURCE') },
        accountId: activity.nativeIdentity,
        accountOperation: activity.operation,
        provisioningResult: 'SUCCESS',
        provisioningTarget: source.name,
        ticketId: null,
        attributeRequests: [],
      },
    ],
  };
  return tell(state, 'idn:post-provisioning', input, now, follow).sends;
}

function identityOf({ identities }: SailpointState, identity: SailpointIdentity): object {
  const manager = identities.find(({ id }) => id === identity.managerId);
  return {
    ...{ id: identity.id, name: identity.name, alias: identity.alias, emailAddress: identity.email },
    ...{ processingState: null, identityStatus: 'ACTIVE', attributes: identity.attributes },
    managerRef: manager ? refOf(manager) : null,
    isManager: identities.some(({ managerId }) => managerId === identity.id),
    lifecycleState: { stateName: identity.lifecycleState, manuallyUpdated: false },
  };
}

function accountOf(state: SailpointState, { identityId, ...account }: SailpointAccount): object {
  const source = state.sources.find(({ id }) => id === account.sourceId)!;
  const owner = state.identities.find(({ id }) => id === identityId);
  return {
    ...account,
    ...(owner ? { identityId: owner.id, identity: refOf(owner) } : {}),
    sourceName: source.name,
    authoritative: source.authoritative,
    attributes: { accountName: account.name },
    ...{ systemAccount: false, manuallyCorrelated: false, uncorrelated: !owner },
    hasEntitlements: state.held.some((each) => each.identityId === identityId),
  };
}

function activityOf({ id, type, created, by, for: target, operation, sourceId, nativeIdentity }: SailpointActivity) {
  const person = ({ id, name }: Ref) => ({ id, name, identityId: id, completed: true });
  return {
    ...{ id, name: `${type}: ${operation}`, type, created, modified: created, completed: created },
    ...{ executionStatus: 'COMPLETED', completionStatus: 'SUCCESS', errors: [], warnings: [] },
    requesterIdentitySummary: person(by),
    targetIdentitySummary: person(target),
    items: [
      {
        id: `${id}-1`,
        name: target.name,
        operation: operation.toUpperCase(),
        nativeIdentity,
        sourceId,
        provisioningStatus: 'FINISHED',
      },
    ],
  };
}

function workItemOf({ owner, ...item }: SailpointState['workItems'][number]): object {
  return { ...item, ownerId: owner.id, ownerName: owner.name, numItems: 1, errors: [] };
}
