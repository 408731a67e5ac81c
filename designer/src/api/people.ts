import { type Role, routes } from '@castellan/api';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call, type Given } from './client.js';
import { readPages } from './query.js';
import { meQuery } from './session.js';
import { useWorkspace } from './workspace.js';

export function useMembers() {
  const ws = useWorkspace().id;
  return useInfiniteQuery(readPages('members', routes.people.members, { params: { ws } }));
}

/** Open invitations; only those who may invite see them. */
export function useInvites() {
  const { id: ws, can } = useWorkspace();
  return useInfiniteQuery({
    ...readPages('members', routes.people.invites, { params: { ws } }),
    enabled: can('member:write'),
  });
}

export function useSetRole() {
  return useChange({
    send: (ws, { id, role }: { id: string; role: Role }) =>
      call(routes.people.setRole, { params: { ws, id }, body: { role } }),
    stale: ['members'],
  });
}

export function useRemoveMember() {
  return useChange({
    send: (ws, id: string) => call(routes.people.removeMember, { params: { ws, id } }),
    stale: ['members'],
    shown: true,
  });
}

export function useInvite() {
  return useChange({
    send: (ws, body: Given<typeof routes.people.invite>['body']) =>
      call(routes.people.invite, { params: { ws }, body }),
    stale: ['members'],
    shown: true,
  });
}

export function useWithdrawInvite() {
  return useChange({
    send: (ws, id: string) => call(routes.people.withdrawInvite, { params: { ws, id } }),
    stale: ['members'],
    shown: true,
  });
}

export function useTokens() {
  const ws = useWorkspace().id;
  return useInfiniteQuery(readPages('tokens', routes.people.tokens, { params: { ws } }));
}

export function useMakeToken() {
  return useChange({
    send: (ws, body: Given<typeof routes.people.makeToken>['body']) =>
      call(routes.people.makeToken, { params: { ws }, body }),
    stale: ['tokens'],
    shown: true,
  });
}

export function useRevokeToken() {
  return useChange({
    send: (ws, id: string) => call(routes.people.revokeToken, { params: { ws, id } }),
    stale: ['tokens'],
    shown: true,
  });
}

export interface AuditFilter {
  actor?: string;
  action?: string;
  object?: string;
  from?: string;
  to?: string;
}

export function useAudit(filter: AuditFilter) {
  const ws = useWorkspace().id;
  return useInfiniteQuery(readPages('audit', routes.people.audit, { params: { ws }, query: filter }));
}

/** Checks the chain of the audit from its first row to its last. */
export function useVerifyAudit() {
  return useChange({ send: (ws) => call(routes.people.verifyAudit, { params: { ws } }), stale: [], shown: true });
}

/** Makes a workspace; its maker is its first administrator. */
export function useMakeWorkspace() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => call(routes.people.makeWorkspace, { body: { name } }),
    meta: { shown: true },
    onSuccess: () => client.invalidateQueries({ queryKey: meQuery.queryKey }),
  });
}
