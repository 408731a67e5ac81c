import type { ConnectorDescription } from '@castellan/api';
import type { ConnectorEntry } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { ConnectorRegistry } from '../connector-registry/connector-registry.service.js';
import { builtInConnectors } from '../connector-registry/known-connectors.js';
import { Addresses } from '../platform/addresses.js';
import { Database, type Sql } from '../platform/database/index.js';
import { found } from '../platform/errors.js';
import { wholePage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { SimulatorsClient } from '../simulators/simulators.client.js';

/** The connectors that there are: those of this release, and those that a workspace imported. */
@Injectable()
export class ConnectorsService {
  constructor(
    private readonly database: Database,
    private readonly registry: ConnectorRegistry,
    private readonly simulators: SimulatorsClient,
    private readonly addresses: Addresses,
  ) {}

  async list({ workspaceId }: Actor) {
    return wholePage(await this.describe(this.database, workspaceId));
  }

  async get({ workspaceId }: Actor, id: string) {
    const descriptions = await this.describe(this.database, workspaceId);
    return found(
      descriptions.find((connector) => connector.id === id),
      'connector',
    );
  }

  /** All connectors of a workspace by title, as people look for them. */
  async describe(sql: Sql, workspaceId: string): Promise<ConnectorDescription[]> {
    const imported = await this.registry.importedBy(sql, workspaceId);
    const described = imported.map(({ known, reference, number, source, importedBy, importedAt }) => ({
      ...this.withAddress(known.entry),
      simulator: false,
      pin: reference,
      imported: { version: number, source, by: importedBy, at: importedAt.toISOString() },
    }));
    const all = [...(await this.describeBuiltIn()), ...described];
    return all.sort((one, other) => one.title.localeCompare(other.title));
  }

  /** The connectors of this release, each with whether it can be tried out without the vendor. */
  async describeBuiltIn(): Promise<ConnectorDescription[]> {
    // A simulator process that is away must not take the catalogue with it.
    const simulated = await this.simulators.list().catch(() => []);
    const ids = new Set(simulated.map(({ connector }) => connector));
    return builtInConnectors.map(({ entry }) => ({ ...this.withAddress(entry), simulator: ids.has(entry.id) }));
  }

  private withAddress(entry: ConnectorEntry): ConnectorEntry {
    const redirectUrl = this.addresses.consent;
    return { ...entry, auth: entry.auth.map((auth) => (auth.consent ? { ...auth, redirectUrl } : auth)) };
  }
}
