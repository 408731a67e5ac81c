import type { FlowDetail } from '@castellan/api';
import { useFlow } from '../api/index.js';
import { useEditor } from './editor-context.js';

/** What the server says of the open flow: published version, addresses, whether it is switched on. */
export function useFlowRow(): FlowDetail | undefined {
  return useFlow(useEditor((state) => state.flowId)).data;
}
