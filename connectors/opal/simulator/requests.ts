import { randomUUID } from 'node:crypto';
import { type SimulatedAnswer, SimulatedRefusal, type SimulatedRequest } from '@castellan/sdk/simulator';
import { simulatedActor } from '../opal.seed.js';
import { put } from './access.js';
import { logAccess } from './audit-log.js';
import { type Rule, slice, the } from './lists.js';
import type { OpalRequest, OpalRequestedItem, OpalState } from './state.js';

const actorId = simulatedActor.actor_user_id;

export const requestRules: Record<string, Rule> = {
  getRequests(state, request) {
    const { query } = request;
    const time = (text: string | undefined, otherwise: number) => (text ? Date.parse(text) : otherwise);
    const from = time(query.start_date_filter, 0);
    const to = time(query.end_date_filter, Infinity);
    const found = state.requests.filter(
      (one) =>
        Date.parse(one.created_at) >= from &&
        Date.parse(one.created_at) <= to &&
        (query.show_pending_only !== 'true' || one.status === 'PENDING') &&
        (!query.requester_id || one.requester_id === query.requester_id) &&
        (!query.target_user_id || one.target_user_id === query.target_user_id) &&
        one.requested_items_list.some(
          (item) =>
            (!query.resource_id || item.resource_id === query.resource_id) &&
            (!query.group_id || item.group_id === query.group_id),
        ),
    );
    const { rows, next } = slice(found, request);
    return { body: { requests: rows, ...(next === null ? {} : { cursor: next }) } };
  },
  getRequest: (state, { params }) => ({ body: the(state.requests, 'id', params) }),
  createRequest,
  approveRequest: approve,
  denyRequest(state, { params, body, now }) {
    const request = pending(state, params);
    const { comment, level } = body as { comment: string; level?: string };
    mayDecide(request, level);
    say(state, request, comment, now);
    return decide(request, 'DENIED', now);
  },
  getRequestComments(state, { params }) {
    const { id } = the(state.requests, 'id', params);
    return { body: { comments: state.comments.filter(({ request_id }) => request_id === id) } };
  },
  createRequestComment(state, { params, body, now }) {
    const request = the(state.requests, 'id', params);
    say(state, request, (body as { comment: string }).comment, now);
    return { body: { request } };
  },
};

interface Asking {
  reason: string;
  duration_minutes: number;
  target_user_id?: string;
  target_group_id?: string;
  resources: { id: string; access_level_remote_id?: string }[];
  groups: { id: string; access_level_remote_id?: string }[];
}

/** Whoever owns the token asks, and the head of security reviews. */
function createRequest(state: OpalState, { body, now }: SimulatedRequest): SimulatedAnswer {
  const { resources, groups, reason, duration_minutes, target_user_id, target_group_id } = body as unknown as Asking;
  const items: OpalRequestedItem[] = [
    ...resources.map(({ id, access_level_remote_id = '' }) => {
      const { name, levels } = the(state.resources, 'resource_id', { resource_id: id });
      const level = levels.find((one) => one.access_level_remote_id === access_level_remote_id);
      if (!level) throw new SimulatedRefusal(400, `access level “${access_level_remote_id}” not found on ${name}`);
      return { resource_id: id, name, ...level };
    }),
    ...groups.map(({ id, access_level_remote_id = '' }) => {
      const { name } = the(state.groups, 'group_id', { group_id: id });
      return { group_id: id, name, access_level_name: access_level_remote_id, access_level_remote_id };
    }),
  ];
  if (items.length === 0) throw new SimulatedRefusal(400, 'at least one resource or group is required');
  const at = now.toISOString();
  const request: OpalRequest = {
    id: randomUUID(),
    created_at: at,
    updated_at: at,
    requester_id: actorId,
    ...(target_group_id ? { target_group_id } : { target_user_id: target_user_id ?? actorId }),
    status: 'PENDING',
    reason,
    duration_minutes,
    requested_items_list: items,
    reviewer_stages: items.map(({ name, resource_id, group_id, access_level_name, access_level_remote_id }) => ({
      item_name: name,
      item_id: (resource_id ?? group_id) as string,
      access_level_name,
      access_level_remote_id,
      stages: [
        {
          stage: 1,
          operator: 'OR',
          reviewers: [{ id: actorId, full_name: simulatedActor.actor_name, status: 'PENDING' }],
        },
      ],
    })),
  };
  state.requests.push(request);
  return { body: { id: request.id } };
}

function approve(state: OpalState, { params, body, now }: SimulatedRequest): SimulatedAnswer {
  const request = pending(state, params);
  const { level, comment } = body as { level: string; comment?: string };
  mayDecide(request, level);
  if (comment) say(state, request, comment, now);
  const reviewers = request.reviewer_stages.flatMap(({ stages }) => stages.flatMap((stage) => stage.reviewers));
  for (const reviewer of reviewers) if (level === 'ADMIN' || reviewer.id === actorId) reviewer.status = 'APPROVED';
  if (reviewers.some(({ status }) => status !== 'APPROVED')) return { body: { request } };
  for (const item of request.requested_items_list) give(state, request, item, now);
  return decide(request, 'APPROVED', now);
}

/** −1 minutes of a request are 0 of a grant: both are without end. */
function give(
  state: OpalState,
  { target_user_id, duration_minutes }: OpalRequest,
  item: OpalRequestedItem,
  now: Date,
): void {
  if (!target_user_id) return;
  const { resource_id, group_id, access_level_name, access_level_remote_id } = item;
  const place = { user_id: target_user_id, thing_id: (resource_id ?? group_id) as string };
  const level = { access_level_name, access_level_remote_id };
  const grants = resource_id ? state.grants : state.memberships;
  const grant = put(state, grants, place, level, Math.max(0, duration_minutes), now);
  logAccess(state, resource_id ? 'ADDED_TO_RESOURCE' : 'ADDED_TO_GROUP', grant, now);
}

function pending(state: OpalState, params: Record<string, string>): OpalRequest {
  const request = the(state.requests, 'id', params);
  if (request.status !== 'PENDING') throw new SimulatedRefusal(400, `request is already ${request.status}`);
  return request;
}

function mayDecide({ reviewer_stages }: OpalRequest, level = 'REGULAR'): void {
  const reviewers = reviewer_stages.flatMap(({ stages }) => stages.flatMap((stage) => stage.reviewers));
  if (level === 'ADMIN' || reviewers.some(({ id }) => id === actorId)) return;
  throw new SimulatedRefusal(403, 'not a reviewer of this request');
}

function decide(request: OpalRequest, status: OpalRequest['status'], now: Date): SimulatedAnswer {
  Object.assign(request, { status, updated_at: now.toISOString() });
  return { body: { request } };
}

function say(state: OpalState, { id }: OpalRequest, comment: string, now: Date): void {
  const { actor_name: user_full_name, actor_email: user_email } = simulatedActor;
  state.comments.push({
    created_at: now.toISOString(),
    request_id: id,
    user_id: actorId,
    user_full_name,
    user_email,
    comment,
  });
}
