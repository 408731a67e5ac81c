import type { TriggerState } from '@castellan/api';
import { useTriggerStates } from '../../api/index.js';
import { useEditor } from '../../editor/editor-context.js';
import { useFlowRow } from '../../editor/use-flow-row.js';

/** How a trigger of the open flow stands in the published version; undefined while it is not there. */
export function useTriggerState(id: string): TriggerState | undefined {
  const flowId = useEditor((state) => state.flowId);
  const row = useFlowRow();
  const states = useTriggerStates(flowId, row !== undefined && row.published !== null);
  return states.data?.items.find((state) => state.id === id);
}
