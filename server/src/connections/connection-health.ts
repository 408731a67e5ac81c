import { ConnectorError } from '@castellan/sdk';
import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { OpenConnection } from './open-connection.js';

/** Notes what the calls of runs learn of a connection, so that it need not be tested to be seen failing. */
@Injectable()
export class ConnectionHealth {
  private readonly logger = new Logger(ConnectionHealth.name);

  constructor(private readonly database: Database) {}

  /** Watches a call: a refusal of the credentials is shown on the connection, and so is the next success. */
  async watch<T>(connection: OpenConnection | null, call: Promise<T>): Promise<T> {
    // Without secrets there is nothing that could be refused.
    if (!connection || connection.secretValues.length === 0) return call;
    try {
      const answer = await call;
      if (connection.status !== 'working') await this.note(connection, 'working', null);
      return answer;
    } catch (error) {
      const refused = error instanceof ConnectorError && error.code === 'E_AUTH' && error.status === 401;
      if (refused) await this.note(connection, 'failing', error.message);
      throw error;
    }
  }

  /** What became of the call counts, whether this can be noted or not. */
  private async note({ id, name }: OpenConnection, status: string, message: string | null): Promise<void> {
    await this.database
      .query(
        `update connections set status = $2, status_message = $3
          where id = $1 and removed_at is null and (status, status_message) is distinct from ($2, $3)`,
        [id, status, message],
      )
      .catch((error: Error) => this.logger.warn(`That “${name}” is ${status} could not be noted: ${error.message}`));
  }
}
