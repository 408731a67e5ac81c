import { routes } from '@castellan/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call, type Given } from './client.js';
import { read, readPages } from './query.js';
import { useWorkspace } from './workspace.js';

export function useApprovals(filter: { status: 'open' | 'decided'; mine?: boolean }) {
  const ws = useWorkspace().id;
  return useInfiniteQuery(readPages('approvals', routes.approvals.list, { params: { ws }, query: filter }));
}

export function useApproval(id: string) {
  const ws = useWorkspace().id;
  return useQuery(read('approvals', routes.approvals.get, { params: { ws, id } }));
}

/** Where a link out of an e-mail leads this person; rejects where it leads them nowhere. */
export function useApprovalLink(link: string) {
  return useQuery({
    queryKey: ['approvalLink', link],
    queryFn: () => call(routes.approvals.followLink, { query: { link } }),
  });
}

export function useDecide(id: string) {
  return useChange({
    send: (ws, body: Given<typeof routes.approvals.decide>['body']) =>
      call(routes.approvals.decide, { params: { ws, id }, body }),
    stale: ['approvals', 'runs'],
    shown: true,
  });
}
