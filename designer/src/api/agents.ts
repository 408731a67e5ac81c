import { routes } from '@castellan/api';
import { useQuery } from '@tanstack/react-query';
import { read } from './query.js';
import { useWorkspace } from './workspace.js';

/** What flows offer to agents, and where those call. */
export function useAgentTools() {
  const ws = useWorkspace().id;
  return useQuery(read('flows', routes.agents.tools, { params: { ws } }));
}
