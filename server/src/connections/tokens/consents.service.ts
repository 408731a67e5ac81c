import { createHash, randomBytes } from 'node:crypto';
import type { ConnectionRow } from '@castellan/api';
import { ConnectorError } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { connectorOf } from '../../connector-registry/known-connectors.js';
import { OperationsService } from '../../operations/operations.service.js';
import { Addresses } from '../../platform/addresses.js';
import { Sealer } from '../../platform/crypto/index.js';
import { Database } from '../../platform/database/index.js';
import { ApiError } from '../../platform/errors.js';
import type { Actor } from '../../platform/routes/index.js';
import { ConnectionEditor } from '../connection-editor.service.js';
import { ConnectionsService } from '../connections.service.js';
import type { OpenConnection } from '../open-connection.js';
import { storeConsent } from './token-rows.js';

/** A person has so long to agree at the vendor's page. */
const consentMinutes = 10;

interface CameBack {
  state: string;
  code?: string;
  error?: string;
  errorDescription?: string;
}

/** A person agrees at the vendor's page that a connection may act. The state is good once, for the session that began. */
@Injectable()
export class Consents {
  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
    private readonly addresses: Addresses,
    private readonly connections: ConnectionsService,
    private readonly operations: OperationsService,
    private readonly editor: ConnectionEditor,
    private readonly audit: AuditService,
  ) {}

  /** Where the person's browser goes. The workspace stands in the state, so that the page they come back to knows it. */
  async begin(actor: Actor, id: string, session: string | null): Promise<{ url: string }> {
    if (session === null) throw new ApiError('invalid_input', 'A person agrees in a browser, signed in by a session.');
    const connection = await this.connections.open(this.database, actor.workspaceId, id);
    const state = `${actor.workspaceId}.${randomBytes(24).toString('base64url')}`;
    const verifier = randomBytes(32).toString('base64url');
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const url = this.operations.consentAddress(connection, { redirectUri: this.addresses.consent, state, challenge });
    const stateHash = this.sealer.hash(state);
    const sealed = await this.sealer.seal(verifier, `consent:${stateHash}`);
    await this.database.query('delete from connection_consents where expires_at < now()');
    await this.database.query(
      `insert into connection_consents (state_hash, connection_id, user_id, session_hash, verifier, expires_at)
       values ($1, $2, $3, $4, $5, now() + $6 * interval '1 minute')`,
      [stateHash, id, actor.userId, this.sealer.hash(session), sealed, consentMinutes],
    );
    return { url };
  }

  async end(actor: Actor, cameBack: CameBack, session: string | null): Promise<ConnectionRow> {
    const { connection, verifier } = await this.take(actor, cameBack.state, session ?? '');
    const { title } = connectorOf(connection.connector);
    const details = { connection: connection.id };
    if (cameBack.error !== undefined || cameBack.code === undefined) {
      const said = cameBack.errorDescription ?? cameBack.error ?? 'its page came back without a code';
      throw new ApiError('invalid_input', `${title} did not agree: ${said}`, details);
    }
    const given = { code: cameBack.code, redirectUri: this.addresses.consent, verifier };
    const token = await this.operations.redeem(connection, given).catch((error: unknown) => {
      if (!(error instanceof ConnectorError)) throw error;
      throw new ApiError('invalid_input', error.message, details, { cause: error });
    });
    await this.database.transaction(async (tx) => {
      await storeConsent(tx, this.sealer, connection.id, { token, userId: actor.userId });
      await this.audit.record(tx, {
        ...{ actor, workspaceId: actor.workspaceId, action: 'connection.consent', before: null },
        ...{ objectType: 'connection', objectId: connection.id, objectName: connection.name },
        after: { expiresAt: token.expiresAt, renewed: token.refreshToken !== undefined },
      });
    });
    return this.editor.test(actor, connection.id);
  }

  /** Uses up the state. */
  private async take(
    actor: Actor,
    state: string,
    session: string,
  ): Promise<{ connection: OpenConnection; verifier: string }> {
    const stateHash = this.sealer.hash(state);
    const [row] = await this.database.query<{ connectionId: string; verifier: string }>(
      `delete from connection_consents
        where state_hash = $1 and user_id = $2 and session_hash = $3 and expires_at > now()
       returning connection_id as "connectionId", verifier`,
      [stateHash, actor.userId, this.sealer.hash(session)],
    );
    if (!row) {
      throw new ApiError(
        'invalid_input',
        `This was not begun in this session, was used already, or took longer than ${consentMinutes} minutes. Begin again from the connection’s page.`,
      );
    }
    return {
      connection: await this.connections.open(this.database, actor.workspaceId, row.connectionId),
      verifier: await this.sealer.open(row.verifier, `consent:${stateHash}`),
    };
  }
}
