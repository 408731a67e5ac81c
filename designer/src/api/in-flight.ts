import { routes } from '@castellan/api';
import { useQuery } from '@tanstack/react-query';
import { read } from './query.js';
import { useWorkspace } from './workspace.js';

/** The runs of a flow that have not ended; read again whenever a run changes. */
export function useInFlight(flowId: string, { enabled }: { enabled: boolean }) {
  const ws = useWorkspace().id;
  return useQuery({ ...read('runs', routes.inFlight.get, { params: { ws, id: flowId } }), enabled });
}
