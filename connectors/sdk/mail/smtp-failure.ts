import { type ConnectorError, FatalError, RetryableError, UnknownOutcomeError } from '../errors.js';
import { certificateCodes } from '../http/failure.js';
import { masked } from '../http/masked.js';

/** What a session ends with: nodemailer's errors, those of the connection, and ours. */
export type SmtpFailure = Error & {
  code?: string;
  /** The code that Node gave it. */
  originalCode?: string;
  responseCode?: number | false;
  response?: string;
  /** Why we ended it ourselves. */
  reason?: 'deadline' | 'cancelled';
};

/** Replies that say that the server wants to know who sends, or does not believe it: RFC 4954 §6. */
const signInReplies = [530, 534, 535, 538];

/**
 * What a failed session means for the step. Once the content has begun to leave, silence says nothing of whether the
 * server took it; a reply of the server always does.
 */
export function mailError(
  failure: SmtpFailure,
  { title, secrets }: { title: string; secrets: string[] },
  begun: boolean,
): ConnectorError {
  const rule = causes(failure).find((cause) => cause instanceof FatalError);
  if (rule) return rule;
  const { responseCode, reason, cause = failure } = failure;
  const words = masked(failure.response ?? failure.message, secrets) ?? 'no words';
  if (responseCode) return replyError(responseCode, words, title, failure);
  if (begun) {
    return new UnknownOutcomeError(
      `${title} got the e-mail and did not say whether it took it: ${words} It may be on its way.`,
      { cause },
    );
  }
  if (reason === 'cancelled') {
    return new FatalError(`The call to ${title} was cancelled.`, { code: 'E_CANCELLED', cause });
  }
  if (reason === 'deadline') {
    return new RetryableError(`${title} did not answer in time: ${words}`, { code: 'E_TIMEOUT', cause });
  }
  if (certificateCodes.test(failure.originalCode ?? failure.code ?? '')) {
    const remedy = 'If it is your own authority’s, name its file in EGRESS_CA.';
    return new FatalError(`${title} shows a certificate that is not trusted: ${words}. ${remedy}`, {
      ...{ code: 'E_EGRESS', cause },
    });
  }
  switch (failure.code) {
    case 'EAUTH':
      return new FatalError(`${title} offers no way to sign in that is known here: ${words}.`, {
        ...{ code: 'E_AUTH', cause },
      });
    case 'EENVELOPE':
    case 'EMESSAGE':
      return new FatalError(`${title} cannot take this e-mail: ${words}.`, { code: 'E_INPUT', cause });
    default:
      return new RetryableError(`${title} cannot be reached: ${words}`, { cause });
  }
}

/** A reply of 400 is “not now”, one of 500 “not ever”: RFC 5321 §4.2.1. */
function replyError(status: number, words: string, title: string, cause: Error): ConnectorError {
  const about = { status, vendorMessage: words, cause };
  if (signInReplies.includes(status)) {
    const remedy = 'Check user name and password on the Connections page.';
    return new FatalError(`${title} wants to know who sends, and refused: ${words}. ${remedy}`, {
      ...{ ...about, code: 'E_AUTH' },
    });
  }
  if (status < 500) return new RetryableError(`${title} does not take the e-mail now: ${words}`, about);
  return new FatalError(`${title} refused the e-mail: ${words}`, about);
}

/** An error and what it came of, the outermost first. */
function causes(error: Error): Error[] {
  return [error, ...(error.cause instanceof Error ? causes(error.cause) : [])];
}
