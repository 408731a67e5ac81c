import type { ConnectorDescription } from '@castellan/api';
import { connectors } from '@castellan/connectors';
import { type ConnectorEntry, describeConnector } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { Addresses } from '../platform/addresses.js';
import { found } from '../platform/errors.js';
import { wholePage } from '../platform/paging.js';
import { SimulatorsClient } from '../simulators/simulators.client.js';

/** The connectors that this server has, described once: a connector is code and changes with a release only. */
@Injectable()
export class ConnectorsService {
  /** By title, as people look for them. */
  private readonly entries: readonly ConnectorEntry[] = connectors
    .map(describeConnector)
    .sort((one, other) => one.title.localeCompare(other.title));

  constructor(
    private readonly simulators: SimulatorsClient,
    private readonly addresses: Addresses,
  ) {}

  async list() {
    return wholePage(await this.describe());
  }

  async get(id: string) {
    const descriptions = await this.describe();
    return found(
      descriptions.find((connector) => connector.id === id),
      'connector',
    );
  }

  /** All connectors, each with whether it can be tried out without the vendor. */
  async describe(): Promise<ConnectorDescription[]> {
    // A simulator process that is away must not take the catalogue with it.
    const simulated = await this.simulators.list().catch(() => []);
    const ids = new Set(simulated.map(({ connector }) => connector));
    const redirectUrl = this.addresses.consent;
    return this.entries.map((entry) => ({
      ...entry,
      auth: entry.auth.map((auth) => (auth.consent ? { ...auth, redirectUrl } : auth)),
      simulator: ids.has(entry.id),
    }));
  }
}
