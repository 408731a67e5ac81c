import type { Draft, Flow } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { CatalogService } from '../connectors/catalog.service.js';
import { Database } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import type { Actor } from '../platform/routes/index.js';
import { unpublishedVersion } from '../rehearsal/unpublished-version.js';
import { checkFlow, checkFlowFile } from './checked-flow.js';
import { FlowStore } from './flow-store.service.js';
import { type PublishedVersion, VersionsService } from './versions.service.js';

/** Stands for the id of a flow that has none. */
const noFlow = '00000000-0000-7000-8000-000000000000';

/** A draft as it can be rehearsed. */
export interface RehearsableDraft {
  version: PublishedVersion;
  revision: number;
}

/** What rehearsals are made of: drafts, which get no version for it, and published versions. */
@Injectable()
export class RehearsalVersionsService {
  constructor(
    private readonly database: Database,
    private readonly store: FlowStore,
    private readonly catalog: CatalogService,
    private readonly versions: VersionsService,
  ) {}

  /** The draft as it is saved. @throws ApiError `flow_invalid` with every problem where it could not be published */
  async draft({ workspaceId }: Actor, flowId: string): Promise<RehearsableDraft> {
    const { draft, revision } = await this.store.detail(workspaceId, flowId);
    const catalog = await this.catalog.of(this.database, workspaceId);
    const flow = checkFlow(draft, catalog);
    return { version: unpublishedVersion(flow, catalog, { workspaceId, flowId }), revision };
  }

  /** A flow that was a draft once, compiled as it would be now. */
  async earlierDraft({ workspaceId }: Actor, flowId: string, flow: Flow): Promise<PublishedVersion> {
    const catalog = await this.catalog.of(this.database, workspaceId);
    return unpublishedVersion(checkFlow(flow, catalog), catalog, { workspaceId, flowId });
  }

  /** A flow that is stored nowhere, such as a file's. */
  async file({ workspaceId }: Actor, draft: Draft): Promise<PublishedVersion> {
    const catalog = await this.catalog.of(this.database, workspaceId);
    return unpublishedVersion(checkFlowFile(draft, catalog), catalog, { workspaceId, flowId: noFlow });
  }

  /** A published version by its number. */
  async published({ workspaceId }: Actor, flowId: string, number: number): Promise<PublishedVersion> {
    const [row] = await this.database.query<{ id: string }>(
      'select id from versions where workspace_id = $1 and flow_id = $2 and number = $3',
      [workspaceId, flowId, number],
    );
    if (!row) throw new ApiError('not_found', `The flow has no version ${number}.`);
    return this.versions.get(row.id);
  }
}
