import type { ConnectionsService } from '../connections/connections.service.js';
import type { VersionsService } from '../flows/versions.service.js';
import type { Sql } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';

/** How long a process goes on masking with the secrets that it read. */
const keepMs = 60_000;

/** The secrets of the connections of a version: what a system could echo into its steps' values. */
export class SecretsOfVersions {
  private readonly kept = new Map<string, { secrets: Promise<string[]>; until: number }>();

  constructor(
    private readonly sql: Sql,
    private readonly versions: VersionsService,
    private readonly connections: ConnectionsService,
  ) {}

  of(versionId: string): Promise<string[]> {
    const known = this.kept.get(versionId);
    if (known && known.until > Date.now()) return known.secrets;
    const secrets = this.read(versionId);
    this.kept.set(versionId, { secrets, until: Date.now() + keepMs });
    secrets.catch(() => this.kept.delete(versionId));
    return secrets;
  }

  private async read(versionId: string): Promise<string[]> {
    const { program, workspaceId } = await this.versions.get(versionId);
    const secrets = new Set<string>();
    for (const { id } of Object.values(program.slots)) {
      if (id === null) continue;
      for (const secret of await this.secretsOf(workspaceId, id)) secrets.add(secret);
    }
    return [...secrets];
  }

  /** A connection that was removed in the meantime has no secret that could still come. */
  private async secretsOf(workspaceId: string, connectionId: string): Promise<string[]> {
    try {
      return (await this.connections.open(this.sql, workspaceId, connectionId)).secretValues;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'not_found') return [];
      throw error;
    }
  }
}
