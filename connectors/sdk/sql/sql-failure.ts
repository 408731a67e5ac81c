import pg from 'pg';
import { type ConnectorError, FatalError, RetryableError, UnknownOutcomeError } from '../errors.js';
import { certificateCodes } from '../http/failure.js';
import { masked } from '../http/masked.js';
import type { JsonObject } from '../types.js';

/** How far a transaction had come: nothing is kept until COMMIT has been sent. */
export type Stage = 'begun' | 'committing';

/** Classes and codes of SQLSTATE after which the same may succeed: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const again = /^(?:08(?!P01)|40001|40P01|53|55P03|57P0[123])/;
const signIn = /^28/;
const timedOut = '57014';

/** What a failed session means for the step. */
export function sqlError(
  failure: Error & { code?: string },
  { title, secrets, cancelled }: { title: string; secrets: string[]; cancelled: boolean },
  stage: Stage,
): ConnectorError {
  const rule = causesOf(failure).find((cause) => cause instanceof FatalError);
  if (rule) return rule;
  const words = masked(failure.message, secrets) ?? 'no words';
  if (failure instanceof pg.DatabaseError) return saidByServer(failure, words, title);
  if (stage === 'committing') {
    return new UnknownOutcomeError(`${title} was told to keep the changes, and did not answer: ${words}.`, {
      cause: failure,
    });
  }
  if (cancelled) return new FatalError(`The call to ${title} was cancelled.`, { code: 'E_CANCELLED', cause: failure });
  if (/does not support SSL/.test(words)) {
    return new FatalError(
      `${title}: the server offers no TLS. Let it, or choose “none” where the network is trusted.`,
      {
        ...{ code: 'E_EGRESS', cause: failure },
      },
    );
  }
  if (causesOf(failure).some(({ code }) => certificateCodes.test(code ?? ''))) {
    return new FatalError(
      `${title} shows a certificate that is not trusted: ${words}. If it is your own authority’s, name its file in EGRESS_CA.`,
      { code: 'E_EGRESS', cause: failure },
    );
  }
  return new RetryableError(`${title} cannot be reached, and nothing was kept: ${words}.`, { cause: failure });
}

function saidByServer(failure: pg.DatabaseError, words: string, title: string): ConnectorError {
  const { code: sqlState = '', detail, hint, constraint } = failure;
  const more = Object.entries({ sqlState, detail, hint, constraint }).filter(([, value]) => value !== undefined);
  const options = { vendorMessage: words, details: Object.fromEntries(more) as JsonObject, cause: failure };
  const said = `${title}: ${words} (SQLSTATE ${sqlState})`;
  if (signIn.test(sqlState)) return new FatalError(said, { ...options, code: 'E_AUTH', status: 401 });
  if (sqlState === timedOut) {
    return new FatalError(`${said} Nothing was kept. Give the statement more time, or less to do.`, {
      ...{ ...options, code: 'E_TIMEOUT', status: 408 },
    });
  }
  if (again.test(sqlState)) return new RetryableError(said, { ...options, status: 503 });
  return new FatalError(said, { ...options, status: 400 });
}

function causesOf(error: Error): (Error & { code?: string })[] {
  return error.cause instanceof Error ? [error, ...causesOf(error.cause)] : [error];
}
