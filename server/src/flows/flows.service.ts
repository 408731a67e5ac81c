import { bindCalledFlows, calledFlowsOf, type Draft, type FlowFile, type Problem, validate } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { CatalogService } from '../connectors/catalog.service.js';
import { Addresses } from '../platform/addresses.js';
import { Database } from '../platform/database/index.js';
import { idCursor, toPage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { findCalledFlows, namesOfFlows } from './called-flows.js';
import { checkDraft, emptyDraft, exportDraft, nameOf, withoutConnectionIds } from './drafts.js';
import { readFlows, toFlowRow } from './flow-rows.js';
import { FlowStore } from './flow-store.service.js';
import { FlowTestsService } from './flow-tests.service.js';
import { SwitchService } from './switch.service.js';

interface ImportedFile {
  flow: unknown;
  tests?: unknown[];
  /** Names of the flows that it starts, by their ids in it. */
  flows?: Record<string, string>;
}

/** Drafts: drawn, saved, checked, taken out and brought in. */
@Injectable()
export class FlowsService {
  constructor(
    private readonly database: Database,
    private readonly store: FlowStore,
    private readonly switches: SwitchService,
    private readonly catalog: CatalogService,
    private readonly addresses: Addresses,
    private readonly tests: FlowTestsService,
  ) {}

  async list(actor: Actor, { limit, cursor, q }: { limit: number; cursor?: string; q?: string }) {
    const rows = await readFlows(this.database, actor.workspaceId, { limit, after: idCursor(cursor), q });
    return toPage(rows, limit, { item: (flow) => toFlowRow(flow, this.addresses), place: ({ id }) => id });
  }

  get(actor: Actor, id: string) {
    return this.store.detail(actor.workspaceId, id);
  }

  create(actor: Actor, { name, draft }: { name: string; draft?: unknown }) {
    const first = draft === undefined ? emptyDraft(name) : { ...checkDraft(draft), name };
    return this.insert(actor, name, first);
  }

  /** The slots of a file are empty: their ids would be those of another installation. The flows that it starts are those here. */
  async import(actor: Actor, { flow, tests = [], flows = {} }: ImportedFile) {
    const file = withoutConnectionIds(checkDraft(flow));
    const draft = bindCalledFlows(file, await findCalledFlows(this.database, actor.workspaceId, file, flows));
    return this.insert(actor, nameOf(draft, 'Imported flow'), draft, tests);
  }

  async save(actor: Actor, id: string, revision: number, { draft }: { draft: unknown }) {
    const checked = checkDraft(draft);
    await this.database.transaction(async (tx) => {
      const flow = await this.store.lock(tx, actor, id, revision);
      await this.store.saveDraft(tx, actor, flow, checked, 'flow.save');
    });
    return this.store.detail(actor.workspaceId, id);
  }

  /** Its triggers stop; its versions and runs stay in the history. */
  async remove(actor: Actor, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const flow = await this.store.lock(tx, actor, id);
      await this.switches.set(tx, flow.id, false);
      await tx.query('update flows set removed_at = now(), updated_at = now(), updated_by = $2 where id = $1', [
        id,
        actor.email,
      ]);
      await this.store.changed(tx, actor, 'flow.remove', flow, { name: flow.name, published: flow.published }, null);
    });
  }

  async validate(actor: Actor, id: string, { draft }: { draft?: unknown }): Promise<{ problems: Problem[] }> {
    const saved = await this.store.detail(actor.workspaceId, id);
    const catalog = await this.catalog.toPublish(this.database, actor.workspaceId, id);
    return { problems: validate(draft ?? saved.draft, catalog) };
  }

  /** The flow as a file, with its test cases beside it. */
  async export(actor: Actor, id: string): Promise<FlowFile> {
    const { draft } = await this.store.detail(actor.workspaceId, id);
    const flow = exportDraft(checkDraft(draft));
    const flows = await namesOfFlows(this.database, actor.workspaceId, calledFlowsOf(flow));
    return { flow, tests: await this.tests.cases(id), flows };
  }

  private async insert(actor: Actor, name: string, draft: Draft, tests: unknown[] = []) {
    const id = await this.database.transaction(async (tx) => {
      const made = await this.store.insert(tx, actor, { name, draft });
      await this.tests.import(tx, actor, made, tests);
      return made;
    });
    return this.store.detail(actor.workspaceId, id);
  }
}
