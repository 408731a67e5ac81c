import { routes } from '@castellan/api';
import { useQuery } from '@tanstack/react-query';
import { useChange } from './change.js';
import { call } from './client.js';
import { read } from './query.js';
import { useWorkspace } from './workspace.js';

/** The public keys of evidence packs, the one that signs first. */
export function useEvidenceKeys() {
  const ws = useWorkspace().id;
  return useQuery(read('safety', routes.evidence.keys, { params: { ws } }));
}

/** Makes a new key sign evidence packs. */
export function useRotateEvidenceKey() {
  return useChange({
    send: (ws) => call(routes.evidence.rotate, { params: { ws } }),
    stale: ['safety', 'audit'],
    shown: true,
  });
}

/** Where the browser downloads the evidence of a run. */
export const evidenceAddress = (ws: string, runId: string): string => `/api/v1/workspaces/${ws}/runs/${runId}/evidence`;
