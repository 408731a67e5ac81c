import { type ConnectionProof, ConnectorError } from '@castellan/sdk';
import { Injectable, Logger } from '@nestjs/common';
import { connectorOf } from '../connector-registry/known-connectors.js';
import { OperationsService } from '../operations/operations.service.js';
import { Database } from '../platform/database/index.js';
import { ConnectionsService } from './connections.service.js';
import type { OpenConnection } from './open-connection.js';

/** Asks the vendor whether the stored credentials work, and notes what it said. */
@Injectable()
export class ConnectionTests {
  private readonly logger = new Logger(ConnectionTests.name);

  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionsService,
    private readonly operations: OperationsService,
  ) {}

  async run(workspaceId: string, connectionId: string): Promise<void> {
    const connection = await this.connections.open(this.database, workspaceId, connectionId);
    if (awaitsConsent(connection)) return;
    const { status, message } = await this.operations.test(connection).then(
      (proof) => foundOut(proof, connection),
      (error: unknown) => ({ status: 'failing', message: this.explain(error) }),
    );
    await this.database.query(
      `update connections set status = $2, status_message = $3,
              tested_at = case when $2 = 'untested' then null else now() end
        where id = $1`,
      [connectionId, status, message],
    );
  }

  private explain(error: unknown): string {
    if (error instanceof ConnectorError) return error.message;
    this.logger.error(error);
    return 'The test could not be made; the server log says why.';
  }
}

/** Where nothing can be called, the connection is not tested, and says why, unless it was given a token: that proves it. */
function foundOut(proof: ConnectionProof, { token }: OpenConnection): { status: string; message: string } {
  if ('untested' in proof) {
    return token.token === null
      ? { status: 'untested', message: proof.untested }
      : { status: 'working', message: 'It was given a token.' };
  }
  return { status: 'working', message: 'account' in proof ? `Signed in as ${proof.account}.` : proof.said };
}

/** Before a person has agreed at the vendor there is nothing to test. */
function awaitsConsent({ connector, auth: kind, simulator, token }: OpenConnection): boolean {
  const auth = connectorOf(connector).auth.find((one) => one.kind === kind);
  return !simulator && auth?.token?.consent !== undefined && token.token === null;
}
