import {
  FatalError,
  type HttpResponse,
  isObject,
  type JsonObject,
  RetryableError,
  readRetryAfter,
  UnknownOutcomeError,
} from '@castellan/sdk';

/** The token, the app's installation or a missing scope is at fault: nothing but a person can mend it. */
const signInErrors = new Set([
  'not_authed',
  'invalid_auth',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'no_permission',
  'missing_scope',
  'not_allowed_token_type',
  'org_login_required',
  'ekm_access_denied',
  'access_denied',
]);

/** Slack failed after it had taken the call: https://docs.slack.dev/reference/methods/chat.postMessage says it may have been done. */
const brokenErrors = new Set(['internal_error', 'fatal_error']);

/** Slack did nothing and asks for another try. */
const busyErrors = new Set(['service_unavailable', 'request_timeout', 'team_added_to_org']);

/** What to do about the refusals that people meet; the others stand for themselves. */
const remedies: Record<string, string> = {
  channel_not_found:
    'Check the channel’s id (it begins with C, D or G); for a private channel, invite the app there first.',
  not_in_channel: 'Invite the app to the channel: /invite @<app>.',
  is_archived: 'The channel is archived. Choose another or bring it back.',
  msg_too_long: 'Shorten the text; Slack takes 40,000 characters.',
  no_text: 'Give a text or blocks.',
  invalid_blocks: 'Check the blocks in Slack’s Block Kit Builder.',
  invalid_blocks_format: 'Blocks must be a list of block objects.',
  restricted_action: 'A setting of the Slack workspace does not let the app post there. Ask its admin.',
  users_not_found: 'No member of this Slack workspace has that e-mail address.',
  user_not_found: 'There is no such member of this Slack workspace.',
  user_disabled: 'That member is deactivated in Slack.',
  cannot_dm_bot: 'Bots cannot get direct messages.',
  message_not_found: 'There is no message with that ts in this channel.',
  cant_update_message: 'The app can change only its own messages.',
  edit_window_closed: 'The workspace no longer lets this message be changed.',
  thread_not_found: 'There is no message with that thread_ts in this channel.',
};

/** The body of a call that Slack says is `ok`. Slack tells its refusals with HTTP 200 and `{ ok: false, error }`. */
export function accepted(response: HttpResponse, effect: 'read' | 'write' = 'read'): JsonObject {
  const body = isObject(response.body) ? response.body : {};
  if (body.ok === true) return body;
  if (typeof body.error === 'string') throw refusal(body.error, body, response);
  const words = 'Slack’s answer has no “ok”: it is not the Web API that answered.';
  if (effect === 'write') throw new UnknownOutcomeError(words, { status: response.status });
  throw new FatalError(words, { code: 'E_RESPONSE', status: response.status });
}

/** Slack’s error code out of an answer, if it is a refusal. */
export function refusalCode(response: HttpResponse): string | undefined {
  const { body } = response;
  return isObject(body) && body.ok !== true && typeof body.error === 'string' ? body.error : undefined;
}

function refusal(error: string, body: JsonObject, { headers, status }: HttpResponse): Error {
  const options = { status, vendorMessage: error, details: detailsOf(error, body) };
  if (error === 'ratelimited' || error === 'rate_limited') {
    const retryAfter = readRetryAfter(headers, new Date());
    return new RetryableError(`Slack asks for fewer calls (${error}).`, { ...options, code: 'E_RATE', retryAfter });
  }
  if (busyErrors.has(error)) return new RetryableError(`Slack cannot answer now: ${error}.`, options);
  if (brokenErrors.has(error)) {
    return new RetryableError(`Slack failed: ${error}.`, { ...options, mayHaveHappened: true });
  }
  if (signInErrors.has(error)) {
    return new FatalError(`Slack does not accept the connection: ${error}. ${signInRemedy(error, body)}`, {
      ...options,
      code: 'E_AUTH',
    });
  }
  return new FatalError(`Slack refused: ${error}. ${remedies[error] ?? ''}`.trim(), options);
}

function signInRemedy(error: string, body: JsonObject): string {
  if (error !== 'missing_scope') return 'Renew the bot token on the Connections page.';
  const needed = typeof body.needed === 'string' ? body.needed : 'that Slack names';
  return `Add the scope ${needed} to the Slack app and install it again.`;
}

function detailsOf(error: string, { needed, provided, response_metadata: metadata }: JsonObject): JsonObject {
  const messages = isObject(metadata) && Array.isArray(metadata.messages) ? metadata.messages : undefined;
  return {
    error,
    ...(needed === undefined ? {} : { needed }),
    ...(provided === undefined ? {} : { provided }),
    ...(messages === undefined ? {} : { messages }),
  };
}
