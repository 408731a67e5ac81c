import { FatalError, isFresh, type Token } from '@castellan/sdk';
import type { Sealer } from '../../platform/crypto/index.js';
import type { Sql } from '../../platform/database/index.js';

/** A connection's token as it is stored, opened. */
export interface KeptToken {
  token: Token | null;
  /** Raised with each change. */
  version: number;
}

/** What a renewer was given: the token to go on from, and whether somebody before it never said how it ended. */
export interface Claim extends KeptToken {
  renewer: string;
  interrupted: boolean;
  /** The last renewal was refused. */
  refused: boolean;
}

/** How things stand when a process wants to renew. */
export type Standing = { renews: Claim } | { renewed: KeptToken } | { busy: true } | { refused: FatalError };

/** Whoever renews shows so often that it is alive, and is passed over when it did not for so long. */
export const leaseSeconds = 6;
/** A refusal is told again for so long before the vendor is asked again. */
const refusalSeconds = 30;

const sealedFor = (connectionId: string): string => `connection-token:${connectionId}`;

export async function openToken(sealer: Sealer, connectionId: string, sealed: string | null): Promise<Token | null> {
  return sealed === null ? null : (JSON.parse(await sealer.open(sealed, sealedFor(connectionId))) as Token);
}

interface Row {
  sealed: string | null;
  version: number;
  busy: boolean;
  left: boolean;
  interrupted: boolean;
  refused: boolean;
  refusal: (Pick<FatalError, 'code' | 'details'> & { message: string }) | null;
}

/**
 * Asks for the right to renew the token of a connection; in a transaction of its own. It is committed before the vendor
 * is asked, so that a renewal that broke off is known.
 */
export async function claimRenewal(
  tx: Sql,
  sealer: Sealer,
  wish: { connectionId: string; renewer: string; newerThan: number; insists: boolean },
): Promise<Standing> {
  const { connectionId, renewer, newerThan, insists } = wish;
  await tx.query('insert into connection_tokens (connection_id) values ($1) on conflict do nothing', [connectionId]);
  const [row] = await tx.query<Row>(
    `select sealed, version, interrupted, coalesce(renewing_until > clock_timestamp(), false) as busy,
            renewer is not null as left, refusal is not null as refused,
            case when refused_at > clock_timestamp() - $2 * interval '1 second' then refusal end as refusal
       from connection_tokens where connection_id = $1 for update`,
    [connectionId, refusalSeconds],
  );
  if (!row) throw new Error('The connection was removed while its token was renewed.');
  const kept = { token: await openToken(sealer, connectionId, row.sealed), version: row.version };
  if (row.version > newerThan && kept.token && isFresh(kept.token, Date.now())) return { renewed: kept };
  if (row.busy) return { busy: true };
  if (row.refusal && !insists) return { refused: new FatalError(row.refusal.message, row.refusal) };
  const interrupted = row.interrupted || row.left;
  await tx.query(
    `update connection_tokens set renewer = $2, interrupted = $4,
            renewing_until = clock_timestamp() + $3 * interval '1 second' where connection_id = $1`,
    [connectionId, renewer, leaseSeconds, interrupted],
  );
  return { renews: { ...kept, renewer, interrupted, refused: row.refused } };
}

/** Shows that the renewer is alive. */
export async function renewClaim(sql: Sql, connectionId: string, renewer: string): Promise<void> {
  await sql.query(
    `update connection_tokens set renewing_until = clock_timestamp() + $3 * interval '1 second'
      where connection_id = $1 and renewer = $2`,
    [connectionId, renewer, leaseSeconds],
  );
}

/** Stores the next token, unless a newer one is there. @returns its version; null if it was not stored */
export async function storeToken(
  sql: Sql,
  sealer: Sealer,
  connectionId: string,
  { token, after }: { token: Token; after: number },
): Promise<number | null> {
  const [row] = await sql.query<{ version: number }>(
    `update connection_tokens set ${stored} where connection_id = $1 and version = $7 returning version`,
    [...(await columnsOf(sealer, connectionId, token)), after],
  );
  return row?.version ?? null;
}

/** Stores the first token that a person's consent gave, in place of whatever there was; in the consent's transaction. */
export async function storeConsent(
  tx: Sql,
  sealer: Sealer,
  connectionId: string,
  { token, userId }: { token: Token; userId: string },
): Promise<void> {
  await tx.query('insert into connection_tokens (connection_id) values ($1) on conflict do nothing', [connectionId]);
  await tx.query(`update connection_tokens set ${stored}, consented_by = $7 where connection_id = $1`, [
    ...(await columnsOf(sealer, connectionId, token)),
    userId,
  ]);
}

const stored = `sealed = $2, refreshable = $3, version = version + 1, obtained_at = to_timestamp($4::float8 / 1000),
            expires_at = to_timestamp($5::float8 / 1000), refresh_expires_at = to_timestamp($6::float8 / 1000),
            renewer = null, renewing_until = null, interrupted = false, refusal = null,
            refused_at = null`;

async function columnsOf(sealer: Sealer, connectionId: string, token: Token): Promise<unknown[]> {
  const sealed = await sealer.seal(JSON.stringify(token), sealedFor(connectionId));
  const refreshable = token.refreshToken !== undefined;
  return [connectionId, sealed, refreshable, token.obtainedAt, token.expiresAt, token.refreshExpiresAt ?? null];
}

/** The renewer gives up: the vendor refused, or could not be asked. `sent`: it may have been heard all the same. */
export async function endRenewal(
  sql: Sql,
  connectionId: string,
  outcome: { renewer: string; refusal: FatalError | null; sent: boolean },
): Promise<void> {
  const { renewer, refusal, sent } = outcome;
  const told = refusal && { code: refusal.code, message: refusal.message, details: refusal.details };
  await sql.query(
    `update connection_tokens set renewer = null, renewing_until = null, interrupted = interrupted or $3,
            refusal = $4, refused_at = case when $4::jsonb is null then null else clock_timestamp() end
      where connection_id = $1 and renewer = $2`,
    [connectionId, renewer, sent, told && JSON.stringify(told)],
  );
}

/** What people may know of a connection's token. */
export interface TokenFacts {
  obtainedAt: Date | null;
  expiresAt: Date | null;
  refreshable: boolean;
  refreshExpiresAt: Date | null;
  /** Who agreed at the vendor. */
  consentedBy: string | null;
}

/** By connection; one without a token is left out. */
export async function readTokenFacts(sql: Sql, connectionIds: string[]): Promise<Map<string, TokenFacts>> {
  const rows = await sql.query<TokenFacts & { id: string }>(
    `select t.connection_id as id, t.obtained_at as "obtainedAt", t.expires_at as "expiresAt", t.refreshable,
            t.refresh_expires_at as "refreshExpiresAt", u.name as "consentedBy"
       from connection_tokens t left join users u on u.id = t.consented_by
      where t.connection_id = any($1) and t.sealed is not null`,
    [connectionIds],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** The connection's credentials are others now, or gone: so is its token. */
export async function dropToken(tx: Sql, connectionId: string): Promise<void> {
  await tx.query(
    `update connection_tokens set sealed = null, version = version + 1, obtained_at = null, expires_at = null,
            refresh_expires_at = null, refreshable = false, consented_by = null, renewer = null, renewing_until = null,
            interrupted = false, refusal = null, refused_at = null
      where connection_id = $1`,
    [connectionId],
  );
  await tx.query('delete from connection_consents where connection_id = $1', [connectionId]);
}
