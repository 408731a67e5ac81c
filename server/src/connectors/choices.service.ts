import { ConnectorError } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { ConnectionsService } from '../connections/connections.service.js';
import { connectorOf } from '../connector-registry/known-connectors.js';
import { OperationsService } from '../operations/operations.service.js';
import { Database } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import type { Actor } from '../platform/routes/index.js';

/** More than anybody scrolls through; the search narrows the rest. */
const shownChoices = 200;

interface ChoicesQuery {
  connection: string;
  operation: string;
  pointer: string;
  input: Record<string, unknown>;
  search?: string;
}

/** Choices of a step's field, read from the system that the connection leads to. */
@Injectable()
export class ChoicesService {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionsService,
    private readonly operations: OperationsService,
  ) {}

  async list(actor: Actor, connectorId: string, { connection, search, ...field }: ChoicesQuery) {
    const { connector } = await this.connections.open(this.database, actor.workspaceId, connection);
    if (connectorOf(connector).id !== connectorId)
      throw new ApiError('invalid_input', `This connection is not one for ${connectorId}.`);
    const choices = await this.operations.choices(actor.workspaceId, connection, field).catch((error: unknown) => {
      throw asAnswer(error);
    });
    const wanted = search?.trim().toLowerCase() ?? '';
    return { items: choices.filter(({ label }) => label.toLowerCase().includes(wanted)).slice(0, shownChoices) };
  }
}

/** The system's own words reach the person; it is not our server that fails. */
function asAnswer(error: unknown): unknown {
  if (!(error instanceof ConnectorError)) return error;
  return new ApiError('invalid_input', error.message, { code: error.code, status: error.status }, { cause: error });
}
