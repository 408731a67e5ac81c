import { type CompiledFlow, compileFlow, type Draft, type Program } from '@castellan/flow';
import type { ControlGraph } from '@castellan/flow/runtime';
import { Injectable } from '@nestjs/common';
import { CatalogService } from '../connectors/catalog.service.js';
import type { Sql } from '../platform/database/index.js';
import { newId } from '../platform/ids.js';
import type { Actor } from '../platform/routes/index.js';
import { checkFlow, holdConnections, usesSimulators } from './checked-flow.js';
import { FlowStore } from './flow-store.service.js';

/** The number of every version that was made of a draft: runs of it show "draft". */
export const draftNumber = 0;

/** A draft as its runs are pinned to it. */
export interface DraftVersion {
  id: string;
  flowId: string;
  number: typeof draftNumber;
  /** Revision of the draft that it was made of. */
  revision: number;
  control: ControlGraph;
  program: Program;
  simulated: boolean;
}

/** What is run of a draft where it is not the draft as it is. */
export interface DraftVariant {
  /** Of two variants of one revision with the same name the first is taken for both. */
  name: string;
  /** What is checked and compiled in the draft's place. */
  draft?: (draft: Draft) => Draft;
  compiled?: (compiled: CompiledFlow) => CompiledFlow;
}

/** Makes immutable versions of drafts, so that a draft can be run while it is being built. */
@Injectable()
export class DraftVersionsService {
  constructor(
    private readonly store: FlowStore,
    private readonly catalog: CatalogService,
  ) {}

  /**
   * The version of the draft as it is saved; the same for every run of one revision. It is for a run that is made in
   * the same transaction: a draft's version without a run may be removed at any time.
   * @throws ApiError `flow_invalid` with every problem where the draft could not be published either.
   */
  async make(tx: Sql, actor: Actor, flowId: string, variant: DraftVariant = { name: '' }): Promise<DraftVersion> {
    const stored = await this.store.lock(tx, actor, flowId);
    const catalog = await this.catalog.toPublish(tx, actor.workspaceId, flowId);
    const flow = checkFlow(variant.draft?.(stored.draft) ?? stored.draft, catalog);
    await holdConnections(tx, flow);
    const { revision } = stored;
    const known = await find(tx, flowId, revision, variant.name);
    if (known) return known;
    const whole = compileFlow(flow, catalog);
    const { control, program } = variant.compiled?.(whole) ?? whole;
    const id = newId();
    const simulated = usesSimulators(flow, catalog);
    await tx.query(
      `insert into versions (id, workspace_id, flow_id, number, revision, variant, flow, control, program, uses_simulators, published_by)
       values ($1, $2, $3, ${draftNumber}, $4, $5, $6, $7, $8, $9, $10)`,
      [
        id,
        actor.workspaceId,
        flowId,
        revision,
        variant.name,
        // What people see of the run is the draft as they drew it.
        JSON.stringify(stored.draft),
        JSON.stringify(control),
        JSON.stringify(program),
        simulated,
        actor.email,
      ],
    );
    return { id, flowId, number: draftNumber, revision, control, program, simulated };
  }
}

async function find(tx: Sql, flowId: string, revision: number, variant: string): Promise<DraftVersion | undefined> {
  const [row] = await tx.query<DraftVersion>(
    `select id, flow_id as "flowId", number, revision, control, program, uses_simulators as simulated
       from versions where flow_id = $1 and revision = $2 and variant = $3 and number = ${draftNumber} for key share`,
    [flowId, revision, variant],
  );
  return row;
}
