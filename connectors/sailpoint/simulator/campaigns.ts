import type { JsonObject } from '@castellan/sdk';
import {
  type SimulatedAnswer,
  type SimulatedDelivery,
  SimulatedRefusal,
  type SimulatedRequest,
} from '@castellan/sdk/simulator';
import { type Follow, tell } from './invocations.js';
import { pageOf, the } from './lists.js';
import { actor, newId } from './people.js';
import type { SailpointCampaign, SailpointCertification, SailpointReviewItem, SailpointState } from './state.js';

/** Campaigns and their certifications, of which SailPoint tells those who subscribe. */
export const campaignRules = (follow: Follow) => ({
  getActiveCampaigns: (state: SailpointState, request: SimulatedRequest) =>
    pageOf(state.campaigns, request, {
      fields: {
        id: ({ id }) => id,
        name: ({ name }) => name,
        status: ({ status }) => status,
        created: ({ created }) => created,
      },
      show: (campaign) => campaignOf(state, campaign),
    }),

  getCampaign: (state: SailpointState, { params }: SimulatedRequest) => ({
    body: campaignOf(state, the(state.campaigns, params.id)),
  }),

  createCampaign(state: SailpointState, { body, now }: SimulatedRequest): SimulatedAnswer {
    const given = body as unknown as Partial<SailpointCampaign> &
      Pick<SailpointCampaign, 'name' | 'description' | 'type'>;
    const campaign: SailpointCampaign = {
      ...{ id: newId(), name: given.name, description: given.description, type: given.type, status: 'STAGED' },
      deadline: given.deadline ?? null,
      created: now.toISOString(),
      emailNotificationEnabled: given.emailNotificationEnabled ?? false,
      autoRevokeAllowed: given.autoRevokeAllowed ?? false,
    };
    state.campaigns.push(campaign);
    const sends = tellCampaign(state, 'idn:campaign-generated', campaign, now, follow);
    return { status: 202, body: { ...campaignOf(state, campaign), status: 'PENDING' }, sends };
  },

  startCampaign(state: SailpointState, { params, now }: SimulatedRequest): SimulatedAnswer {
    const campaign = the(state.campaigns, params.id);
    if (campaign.status !== 'STAGED') throw new SimulatedRefusal(400, 'The campaign must be staged.');
    campaign.status = 'ACTIVE';
    return { status: 202, body: {}, sends: tellCampaign(state, 'idn:campaign-activated', campaign, now, follow) };
  },

  completeCampaign(state: SailpointState, { params, body, now }: SimulatedRequest): SimulatedAnswer {
    const campaign = the(state.campaigns, params.id);
    const isPast = campaign.deadline !== null && new Date(campaign.deadline) < now;
    if (campaign.status !== 'ACTIVE' || !isPast) throw new SimulatedRefusal(400, 'The campaign is not past due.');
    const { autoCompleteAction = 'APPROVE' } = body as { autoCompleteAction?: 'APPROVE' | 'REVOKE' };
    for (const certification of state.certifications.filter(({ campaignId }) => campaignId === campaign.id)) {
      for (const item of itemsOf(state, certification)) item.decision ??= autoCompleteAction;
      sign(state, certification, now);
    }
    campaign.status = 'COMPLETED';
    return { status: 202, body: {}, sends: tellCampaign(state, 'idn:campaign-ended', campaign, now, follow) };
  },

  listIdentityCertifications(state: SailpointState, request: SimulatedRequest): SimulatedAnswer {
    const reviewer = request.query['reviewer-identity'];
    const rows = state.certifications.filter((each) => !reviewer || each.reviewer.id === reviewer);
    return pageOf(rows, request, {
      fields: {
        id: ({ id }) => id,
        'campaign.id': ({ campaignId }) => campaignId,
        phase: (each) => phaseOf(state, each),
        completed: ({ signed }) => signed !== null,
        name: ({ name }) => name,
      },
      show: (each) => certificationOf(state, each),
    });
  },

  getIdentityCertification: (state: SailpointState, { params }: SimulatedRequest) => ({
    body: certificationOf(state, the(state.certifications, params.id)),
  }),

  listIdentityAccessReviewItems: (state: SailpointState, request: SimulatedRequest) =>
    pageOf(itemsOf(state, the(state.certifications, request.params.id)), request, {
      fields: {
        id: ({ id }) => id,
        completed: ({ decision }) => decision !== null,
        'identitySummary.id': ({ identity }) => identity.id,
        'access.id': ({ accessId }) => accessId,
        'access.type': ({ accessId }) => the(state.access, accessId).type,
      },
      show: (item) => itemOf(state, item),
    }),

  makeIdentityDecision(state: SailpointState, { params, body }: SimulatedRequest): SimulatedAnswer {
    const certification = the(state.certifications, params.id);
    if (certification.signed !== null) throw new SimulatedRefusal(400, 'The certification is signed off.');
    const items = itemsOf(state, certification);
    for (const { id, decision, comments } of body as unknown as SailpointReviewItem[]) {
      Object.assign(the(items, id), { decision, comments: comments ?? null });
    }
    return { body: certificationOf(state, certification) };
  },

  signOffIdentityCertification(state: SailpointState, { params, now }: SimulatedRequest): SimulatedAnswer {
    const certification = the(state.certifications, params.id);
    if (certification.signed !== null) throw new SimulatedRefusal(400, 'The certification is signed off.');
    if (itemsOf(state, certification).some(({ decision }) => decision === null)) {
      throw new SimulatedRefusal(400, 'Not all items are decided.');
    }
    sign(state, certification, now);
    const shown = certificationOf(state, certification);
    const { campaign, identitiesCompleted, identitiesTotal, ...rest } = shown;
    const told = {
      ...rest,
      campaignRef: campaign,
      campaignOwner: certification.reviewer,
      ...{ entitiesCompleted: identitiesCompleted, entitiesTotal: identitiesTotal },
    };
    const event = { certification: JSON.parse(JSON.stringify(told)) as JsonObject };
    return { body: shown, sends: tell(state, 'idn:certification-signed-off', event, now, follow).sends };
  },
});

function tellCampaign(
  state: SailpointState,
  triggerId: string,
  { id, name, description, created, deadline, type, status }: SailpointCampaign,
  now: Date,
  follow: Follow,
): SimulatedDelivery[] {
  const owner = actor(state);
  const email = the(state.identities, owner.id).email;
  const campaign = {
    ...{ id, name, description, created, deadline, type, status, modified: now.toISOString() },
    campaignOwner: { id: owner.id, displayName: owner.name, email },
  };
  return tell(state, triggerId, { campaign }, now, follow).sends;
}

/** Decisions count, and what was revoked is taken away. */
function sign(state: SailpointState, certification: SailpointCertification, now: Date): void {
  if (certification.signed !== null) return;
  certification.signed = now.toISOString();
  const revoked = itemsOf(state, certification).filter(({ decision }) => decision === 'REVOKE');
  state.held = state.held.filter(
    (each) => !revoked.some(({ identity, accessId }) => identity.id === each.identityId && accessId === each.accessId),
  );
}

function itemsOf({ reviewItems }: SailpointState, { id }: SailpointCertification): SailpointReviewItem[] {
  return reviewItems.filter(({ certificationId }) => certificationId === id);
}

function phaseOf({ campaigns }: SailpointState, { campaignId, signed }: SailpointCertification): string {
  if (signed !== null) return 'SIGNED';
  return the(campaigns, campaignId).status === 'STAGED' ? 'STAGED' : 'ACTIVE';
}

function campaignOf({ certifications }: SailpointState, campaign: SailpointCampaign) {
  const parts = certifications.filter(({ campaignId }) => campaignId === campaign.id);
  return {
    ...campaign,
    totalCertifications: parts.length,
    completedCertifications: parts.filter(({ signed }) => signed !== null).length,
    correlatedStatus: 'CORRELATED',
    alerts: null,
  };
}

function certificationOf(state: SailpointState, certification: SailpointCertification) {
  const items = itemsOf(state, certification);
  const campaign = the(state.campaigns, certification.campaignId);
  const decided = items.filter(({ decision }) => decision !== null);
  const people = new Set(items.map(({ identity }) => identity.id));
  const open = new Set(items.filter(({ decision }) => decision === null).map(({ identity }) => identity.id));
  const { id, name, created, signed, reviewer } = certification;
  return {
    ...{ id, name, created, modified: signed ?? created, signed, phase: phaseOf(state, certification) },
    campaign: {
      ...{ id: campaign.id, name: campaign.name, type: 'CAMPAIGN', campaignType: campaign.type },
      ...{ description: campaign.description, correlatedStatus: 'CORRELATED' },
      mandatoryCommentRequirement: 'NO_DECISIONS',
    },
    reviewer: { ...reviewer, email: the(state.identities, reviewer.id).email },
    due: campaign.deadline,
    completed: signed !== null,
    ...{ decisionsMade: decided.length, decisionsTotal: items.length },
    ...{ identitiesCompleted: people.size - open.size, identitiesTotal: people.size },
    ...{ reassignment: null, hasErrors: false, errorMessage: null },
  };
}

function itemOf(
  { access }: SailpointState,
  { id, identity, accessId, decision, comments }: SailpointReviewItem,
): object {
  const { name, type } = the(access, accessId);
  return {
    ...{ id, completed: decision !== null, newAccess: false },
    ...(decision ? { decision } : {}),
    ...(comments ? { comments } : {}),
    identitySummary: { id: identity.id, name: identity.name, identityId: identity.id, completed: decision !== null },
    accessSummary: { access: { type, id: accessId, name } },
  };
}
