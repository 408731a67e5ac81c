import type { Flow, Program } from '@castellan/flow';
import type { ControlGraph } from '@castellan/flow/runtime';
import { Injectable } from '@nestjs/common';
import { ConnectorRegistry } from '../connector-registry/connector-registry.service.js';
import { type ConnectorReference, pinsOf } from '../connector-registry/references.js';
import { withPresentNames } from '../connector-registry/renamed-operations.js';
import { Database } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';

/** A published version: what its runs are pinned to. */
export interface PublishedVersion {
  id: string;
  workspaceId: string;
  flowId: string;
  number: number;
  flow: Flow;
  control: ControlGraph;
  /** What activities evaluate: the `program` of the flow package's compileFlow. */
  program: Program;
  simulated: boolean;
}

/** A version, and the imported connectors that it calls. */
interface KeptVersion {
  version: PublishedVersion;
  pins: ConnectorReference[];
}

/** Versions never change, so a process keeps the ones that it met last. */
const keptVersions = 500;

@Injectable()
export class VersionsService {
  private readonly kept = new Map<string, Promise<KeptVersion>>();

  constructor(
    private readonly database: Database,
    private readonly registry: ConnectorRegistry,
  ) {}

  /** The version with this id, and the connectors that it calls at hand; rejects with `not_found`. */
  async get(versionId: string): Promise<PublishedVersion> {
    const { version, pins } = await this.keep(versionId);
    if (pins.length > 0) await this.registry.hold(pins);
    return version;
  }

  private keep(versionId: string): Promise<KeptVersion> {
    const known = this.kept.get(versionId) ?? this.load(versionId);
    // Put last again, so that the first key is the one that was not asked for longest.
    this.kept.delete(versionId);
    this.kept.set(versionId, known);
    if (this.kept.size > keptVersions) this.kept.delete(this.kept.keys().next().value as string);
    return known;
  }

  private load(versionId: string): Promise<KeptVersion> {
    const loading = this.read(versionId);
    loading.catch(() => this.kept.delete(versionId));
    return loading;
  }

  private async read(versionId: string): Promise<KeptVersion> {
    const [version] = await this.database.query<PublishedVersion>(
      `select id, workspace_id as "workspaceId", flow_id as "flowId", number, flow, control, program,
              uses_simulators as simulated
       from versions where id = $1`,
      [versionId],
    );
    if (!version) throw new ApiError('not_found', 'There is no such version.');
    const program = withPresentNames(version.program);
    return { version: { ...version, program }, pins: pinsOf(program) };
  }
}
