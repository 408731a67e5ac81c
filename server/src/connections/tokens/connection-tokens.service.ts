import { randomUUID } from 'node:crypto';
import { FatalError, isAlive, isFresh, RetryableError, type Token, type TokenKeeper } from '@castellan/sdk';
import { Injectable, Logger } from '@nestjs/common';
import { Sealer } from '../../platform/crypto/index.js';
import { Database } from '../../platform/database/index.js';
import type { OpenConnection } from '../open-connection.js';
import {
  type Claim,
  claimRenewal,
  endRenewal,
  type KeptToken,
  renewClaim,
  type Standing,
  storeToken,
} from './token-rows.js';

type Obtain = (held: Token | null) => Promise<Token>;

/** Another process renews: look so often, for so long. */
const lookEachMs = 200;
const longestWaitMs = 30_000;
const renewEachMs = 1_500;
/** A token that the database does not take is tried again for so long, then with the next call. */
const storeForMs = 20_000;

/**
 * Keeps the tokens of connections for all processes: sealed in the database, renewed by one process at a time, and stored
 * before they are used, since the vendor may have ended the one before.
 */
@Injectable()
export class ConnectionTokens {
  private readonly logger = new Logger(ConnectionTokens.name);
  /** The latest that this process knows of, which may be newer than what a call read when it began. */
  private readonly latest = new Map<string, KeptToken>();
  private readonly pending = new Map<string, Promise<Token>>();
  /** Given by the vendor and not stored yet: to lose one would be to lose the connection. */
  private readonly unsaved = new Map<string, { token: Token; after: number }>();

  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
  ) {}

  /** The keeper of one connection. `insists`: a refusal of just now does not count, since a person asks. */
  of(connection: OpenConnection, { insists = false } = {}): TokenKeeper {
    return {
      current: async (obtain, refused) => {
        const known = this.known(connection);
        if (known.token && known.token.accessToken !== refused && isFresh(known.token, Date.now())) return known.token;
        return this.renew(connection, known, { obtain, refused, insists });
      },
    };
  }

  private known({ id, token }: OpenConnection): KeptToken {
    const latest = this.latest.get(id);
    return latest && latest.version > token.version ? latest : token;
  }

  private async renew(
    connection: OpenConnection,
    known: KeptToken,
    { obtain, refused, insists }: { obtain: Obtain; refused: string | undefined; insists: boolean },
  ): Promise<Token> {
    const { id } = connection;
    const pending = this.pending.get(id) ?? this.next(connection, known.version, obtain, insists);
    this.pending.set(id, pending);
    try {
      return await pending;
    } catch (error) {
      const { token } = known;
      const stillGood = token && token.accessToken !== refused && isAlive(token, Date.now());
      if (error instanceof RetryableError && stillGood) return token;
      throw error;
    } finally {
      if (this.pending.get(id) === pending) this.pending.delete(id);
    }
  }

  /** A token newer than a version, whoever gets it. */
  private async next(connection: OpenConnection, newerThan: number, obtain: Obtain, insists: boolean): Promise<Token> {
    const { id, name } = connection;
    const began = Date.now();
    await this.storeUnsaved(id);
    for (;;) {
      const wish = { connectionId: id, renewer: randomUUID(), newerThan, insists };
      const standing: Standing = await this.database.transaction((tx) => claimRenewal(tx, this.sealer, wish));
      if ('renews' in standing) return this.obtain(connection, standing.renews, obtain);
      if ('refused' in standing) throw standing.refused;
      if ('renewed' in standing) {
        this.latest.set(id, standing.renewed);
        return standing.renewed.token as Token;
      }
      if (Date.now() - began > longestWaitMs) {
        throw new RetryableError(`The token of “${name}” is being renewed by another process, which takes long.`);
      }
      await new Promise((resolve) => setTimeout(resolve, lookEachMs));
    }
  }

  private async obtain(connection: OpenConnection, claim: Claim, obtain: Obtain): Promise<Token> {
    const { id } = connection;
    const { renewer, version } = claim;
    const alive = setInterval(() => {
      renewClaim(this.database, id, renewer).catch((error: Error) => this.warn(connection, error));
    }, renewEachMs);
    try {
      const token = await obtain(claim.token).catch((error: unknown) => this.refused(connection, claim, error));
      this.unsaved.set(id, { token, after: version });
      await this.storeUnsaved(id);
      if (claim.refused) await this.setStatus(id, 'working', null);
      return token;
    } finally {
      clearInterval(alive);
    }
  }

  /** Notes why there is no next token, and tells it to whoever wanted it. */
  private async refused(connection: OpenConnection, claim: Claim, error: unknown): Promise<never> {
    const { id, name } = connection;
    const refusal = error instanceof FatalError ? told(name, claim, error) : null;
    await endRenewal(this.database, id, { renewer: claim.renewer, refusal, sent: error instanceof RetryableError });
    if (!refusal) throw error;
    await this.setStatus(id, 'failing', refusal.message);
    throw refusal;
  }

  private async storeUnsaved(id: string): Promise<void> {
    const unsaved = this.unsaved.get(id);
    if (!unsaved) return;
    const began = Date.now();
    for (;;) {
      try {
        const version = await storeToken(this.database, this.sealer, id, unsaved);
        if (version !== null) this.latest.set(id, { token: unsaved.token, version });
        this.unsaved.delete(id);
        return;
      } catch (error) {
        if (Date.now() - began > storeForMs) throw error;
        await new Promise((resolve) => setTimeout(resolve, lookEachMs));
      }
    }
  }

  private async setStatus(id: string, status: string, message: string | null): Promise<void> {
    await this.database.query(
      'update connections set status = $2, status_message = $3 where id = $1 and removed_at is null',
      [id, status, message],
    );
  }

  private warn({ name }: OpenConnection, error: Error): void {
    this.logger.warn(`The renewal of the token of “${name}” is not shown to others: ${error.message}`);
  }
}

/** The vendor's refusal, with the connection's name and, where we may be to blame, what happened before. */
function told(name: string, { interrupted, token }: Claim, error: FatalError): FatalError {
  const lost =
    interrupted && token?.refreshToken
      ? ' A renewal before this one was broken off, so what it was given may be lost: connect again.'
      : '';
  const { code, status, details, vendorMessage, cause } = error;
  return new FatalError(`“${name}” cannot sign in: ${error.message}${lost}`, {
    ...{ code, status, details, vendorMessage, cause },
  });
}
