import type { Catalog } from '@castellan/api';
import { compileFlow, type Flow } from '@castellan/flow';
import type { PublishedVersion } from '../flows/versions.service.js';

/** Where an unpublished flow belongs. */
interface Belonging {
  workspaceId: string;
  flowId: string;
}

/** A flow as a version that was never published and has no row: only a rehearsal can be made of it. */
export function unpublishedVersion(flow: Flow, catalog: Catalog, { workspaceId, flowId }: Belonging): PublishedVersion {
  const { control, program } = compileFlow(flow, catalog);
  return { id: `unpublished of ${flowId}`, workspaceId, flowId, number: 0, flow, control, program, simulated: false };
}
