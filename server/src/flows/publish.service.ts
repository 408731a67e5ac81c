import { randomBytes } from 'node:crypto';
import type { Catalog, InFlightChoice, PublishedFlow } from '@castellan/api';
import { type CompiledFlow, compileFlow, type Flow } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { madeWith } from '../connector-registry/operation-changes.js';
import { CatalogService } from '../connectors/catalog.service.js';
import { Database, type Sql } from '../platform/database/index.js';
import { newId } from '../platform/ids.js';
import type { Actor } from '../platform/routes/index.js';
import { limitFlow } from '../runs/turns/turns.js';
import { checkFlow, holdConnections, usesSimulators } from './checked-flow.js';
import { FlowStore, type LockedFlow } from './flow-store.service.js';
import { FlowTestsService } from './flow-tests.service.js';
import { InFlightService, requireMayCancel } from './in-flight.service.js';
import { SwitchService } from './switch.service.js';

/** 160 bits: nobody finds an address by trying. */
const pathBytes = 20;

export interface PublishWish {
  note?: string;
  enable: boolean;
  inFlight: InFlightChoice;
}

/** Makes a version of a draft: checked, compiled, its triggers in place, or nothing at all. */
@Injectable()
export class PublishService {
  constructor(
    private readonly database: Database,
    private readonly store: FlowStore,
    private readonly switches: SwitchService,
    private readonly catalog: CatalogService,
    private readonly tests: FlowTestsService,
    private readonly inFlight: InFlightService,
  ) {}

  async publish(actor: Actor, id: string, revision: number, wish: PublishWish): Promise<PublishedFlow> {
    requireMayCancel(actor, wish.inFlight);
    const tested = await this.tests.beforePublish(actor, id, revision);
    const cancelling = await this.database.transaction(async (tx) => {
      const stored = await this.store.lock(tx, actor, id, revision);
      const catalog = await this.catalog.toPublish(tx, actor.workspaceId, id);
      const flow = checkFlow(stored.draft, catalog);
      await holdConnections(tx, flow);
      const version = await this.insertVersion(tx, actor, stored, flow, { catalog, note: wish.note });
      await tx.query('update flows set published = $2, published_revision = $3 where id = $1', [
        id,
        version.number,
        revision,
      ]);
      await this.placeTriggers(tx, actor, stored.id, version);
      await this.switches.set(tx, id, wish.enable);
      await limitFlow(tx, id, version.program.settings.concurrency ?? null);
      const { retentionDays = null } = version.program.settings;
      await tx.query('update flows set retention_days = $2 where id = $1', [id, retentionDays]);
      const inFlight = await this.inFlight.decide(tx, actor, { flowId: id, version }, wish.inFlight);
      await this.store.changed(tx, actor, 'flow.publish', stored, versionOf(stored), {
        version: version.number,
        enabled: wish.enable,
        ...(inFlight === null ? {} : { inFlight }),
        ...(wish.note === undefined ? {} : { note: wish.note }),
        ...(tested === null ? {} : { tests: tested }),
      });
      return inFlight?.bulk ?? null;
    });
    return { ...(await this.store.detail(actor.workspaceId, id)), cancelling };
  }

  private async insertVersion(
    tx: Sql,
    actor: Actor,
    stored: LockedFlow,
    flow: Flow,
    { catalog, note }: { catalog: Catalog; note: string | undefined },
  ): Promise<{ id: string; number: number; program: CompiledFlow['program'] }> {
    const { control, program: compiled } = compileFlow(flow, catalog);
    const program = { ...compiled, madeWith: madeWith(compiled) };
    const id = newId();
    const [row] = await tx.query<{ number: number }>(
      `insert into versions (id, workspace_id, flow_id, number, flow, control, program, uses_simulators, note, published_by)
       select $1, $2, $3, coalesce(max(number), 0) + 1, $4, $5, $6, $7, $8, $9 from versions where flow_id = $3
       returning number`,
      [
        id,
        actor.workspaceId,
        stored.id,
        JSON.stringify(flow),
        JSON.stringify(control),
        JSON.stringify(program),
        usesSimulators(flow, catalog),
        note ?? null,
        actor.email,
      ],
    );
    return { id, number: row?.number ?? 1, program };
  }

  /** A trigger keeps its row, and so its address, over all versions; one that is gone stays as a row that is off. */
  private async placeTriggers(
    tx: Sql,
    actor: Actor,
    flowId: string,
    { id: versionId, program }: { id: string; program: CompiledFlow['program'] },
  ): Promise<void> {
    for (const trigger of Object.values(program.triggers)) {
      const byConnector = trigger.kind === 'connector';
      await tx.query(
        `insert into triggers (id, workspace_id, flow_id, trigger_id, version_id, kind, path, connection_id, event, spec)
         values ($1, $2, $3, $4, $5, $6,
                 coalesce((select l.path from listeners l where $7::text is not null and l.flow_id = $3 and l.trigger_id = $4), $7),
                 $8, $9, $10)
         on conflict (flow_id, trigger_id) do update set
           version_id = excluded.version_id, kind = excluded.kind, connection_id = excluded.connection_id,
           event = excluded.event, spec = excluded.spec,
           since = case when ${hearsTheSame} then triggers.since else now() end,
           path = case when excluded.kind = 'webhook' then coalesce(triggers.path, excluded.path) end`,
        [
          newId(),
          actor.workspaceId,
          flowId,
          trigger.id,
          versionId,
          trigger.kind,
          trigger.kind === 'webhook' ? randomBytes(pathBytes).toString('base64url') : null,
          byConnector ? (program.slots[trigger.connection]?.id ?? null) : null,
          byConnector ? trigger.event : null,
          JSON.stringify(trigger),
        ],
      );
    }
  }
}

/** A clock begins anew with other settings; an event of a connection is the same with another filter. */
const hearsTheSame = `case
  when triggers.kind = 'connector' and excluded.kind = 'connector'
    then (triggers.connection_id, triggers.event) is not distinct from (excluded.connection_id, excluded.event)
  else triggers.spec - 'title' = excluded.spec - 'title'
end`;

function versionOf({ published, enabled }: LockedFlow) {
  return published === null ? null : { version: published, enabled };
}
