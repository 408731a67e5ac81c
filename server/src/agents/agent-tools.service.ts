import type { OfferedTool } from '@castellan/api';
import type { CompiledTrigger } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { VersionsService } from '../flows/versions.service.js';
import { Database } from '../platform/database/index.js';
import { effectOf } from './tool-effect.js';

interface OfferingTrigger {
  flowId: string;
  flowName: string;
  triggerId: string;
  versionId: string;
  enabled: boolean;
  simulated: boolean;
  spec: Extract<CompiledTrigger, { kind: 'manual' }>;
}

const noArguments = { type: 'object', properties: {}, additionalProperties: false };

/** The manual triggers of published flows that are offered to agents. */
@Injectable()
export class AgentToolsService {
  constructor(
    private readonly database: Database,
    private readonly versions: VersionsService,
  ) {}

  /** By name; of two flows with the same name for a tool at most one is switched on. `only`: that tool, and if it is on. */
  async list(workspaceId: string, only?: { name?: string; enabled: true }): Promise<OfferedTool[]> {
    const rows = await this.database.query<OfferingTrigger>(
      `select t.flow_id as "flowId", f.name as "flowName", t.trigger_id as "triggerId", t.version_id as "versionId",
              t.enabled, v.uses_simulators as simulated, t.spec
         from triggers t join versions v on v.id = t.version_id join flows f on f.id = t.flow_id and f.removed_at is null
        where t.workspace_id = $1 and t.kind = 'manual' and t.spec ? 'agents' and not (t.spec ? 'starts')
          and (t.enabled or not $2) and ($3::text is null or t.spec #>> '{agents,tool}' = $3)
        order by t.spec #>> '{agents,tool}', t.id limit 1000`,
      [workspaceId, only !== undefined, only?.name ?? null],
    );
    return Promise.all(rows.map((row) => this.toTool(row)));
  }

  private async toTool({ versionId, spec, ...row }: OfferingTrigger): Promise<OfferedTool> {
    const { flow, program } = await this.versions.get(versionId);
    const { tool = row.triggerId, description = '' } = spec.agents ?? {};
    const hasForm = Object.keys(spec.input).length > 0;
    return {
      ...row,
      ...{ name: tool, title: spec.title, description, effect: effectOf(row.triggerId, flow, program) },
      input: hasForm ? (spec.input as OfferedTool['input']) : noArguments,
    };
  }
}
