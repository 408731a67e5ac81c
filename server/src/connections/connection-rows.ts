import type { ConnectionRow } from '@castellan/api';
import type { Connector } from '@castellan/sdk';
import type { Addresses } from '../platform/addresses.js';
import type { Connection } from './connection.entity.js';
import { shownHosts } from './connection-fields.js';
import type { TokenFacts } from './tokens/token-rows.js';

/** A connection as the API shows it: never a secret's value. */
export function toConnectionRow(
  connection: Connection,
  context: {
    connector: Connector;
    usedBy: ConnectionRow['usedBy'] | undefined;
    token: TokenFacts | undefined;
    addresses: Addresses;
  },
): ConnectionRow {
  const found = context.connector.auth.find(({ kind }) => kind === connection.auth);
  const consent = !connection.simulator && found?.token?.consent !== undefined;
  const { id, name, connector, simulator, auth, settings, secretNames, status, statusMessage } = connection;
  return {
    ...{ id, name, connector, simulator, auth, settings, status, statusMessage },
    limits: { atOnce: connection.callsAtOnce, perSecond: connection.callsPerSecond },
    secrets: secretNames,
    testedAt: connection.testedAt?.toISOString() ?? null,
    usedBy: context.usedBy ?? [],
    ...shownHosts(context.connector, found, settings),
    secretExpiresOn: connection.secretExpiresOn,
    consent: consent ? { given: context.token !== undefined, by: context.token?.consentedBy ?? null } : null,
    token: tokenOf(context.token, consent),
    hookUrl: context.connector.address ? context.addresses.hook(connection.hookPath) : null,
    createdAt: connection.createdAt.toISOString(),
    updatedAt: connection.updatedAt.toISOString(),
  };
}

function tokenOf(token: TokenFacts | undefined, consent: boolean): ConnectionRow['token'] {
  if (!token?.obtainedAt) return null;
  return {
    obtainedAt: token.obtainedAt.toISOString(),
    expiresAt: token.expiresAt?.toISOString() ?? null,
    renewed: token.refreshable || !consent,
    renewedUntil: token.refreshExpiresAt?.toISOString() ?? null,
  };
}
