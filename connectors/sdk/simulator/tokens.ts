import type { JsonObject } from '../types.js';
import { type SimulatedAnswer, type SimulatedApi, SimulatedRefusal, type SimulatedRequest } from './define.js';

/** What a simulator knows of the tokens that it gave out: a collection of its state, usually named `tokens`. */
export interface SimulatedTokens {
  /** How long an access token lives. */
  seconds: number;
  /** A refresh token is good for one use, and each answer brings the next. */
  rotate: boolean;
  given: number;
  access: { token: string; until: string }[];
  /** Those that are good. Using one that was rotated away ends them all, as RFC 9700 §4.14.2 asks. */
  refresh: { token: string; used: boolean }[];
}

/** No token was given yet. */
export function seedTokens(options: Partial<Pick<SimulatedTokens, 'seconds' | 'rotate'>> = {}): SimulatedTokens {
  return { seconds: 3600, rotate: false, ...options, given: 0, access: [], refresh: [] };
}

interface TokenEndpoint<State> {
  /** Such as `/oauth/token`. */
  path: string;
  /** Where in the state the tokens are. */
  tokens: (state: State) => SimulatedTokens;
  /** Grants that this vendor knows, as `grant_type` names them. */
  grants: string[];
  /** The vendor's own rules, such as claims of an assertion: words of refusal, or null. */
  check?: (state: State, form: Record<string, string>) => string | null;
}

/** Grants whose answer brings a refresh token. */
const lasting = new Set(['authorization_code', 'refresh_token']);

/**
 * A vendor's token endpoint: RFC 6749 §5. Any client's id and secret are taken, since those of a simulator are made up;
 * a wrong grant, and a refresh token that is unknown or used up, are refused as the RFC says.
 */
export function tokenEndpoint<State>(endpoint: TokenEndpoint<State>): SimulatedApi<State> {
  return {
    description: describeEndpoint(endpoint.path),
    error: (status, message) => ({
      error: status === 401 ? 'invalid_client' : 'invalid_request',
      error_description: message,
    }),
    rules: { requestToken: (state, request) => answerGrant(endpoint, state, request) },
  };
}

/** Whether a request carries a token that is good: `Authorization: Bearer …` unless another place is named. */
export function carriesToken(
  tokens: SimulatedTokens,
  { headers, now }: Pick<SimulatedRequest, 'headers' | 'now'>,
): boolean {
  const carried = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  return tokens.access.some(({ token, until }) => token === carried && new Date(until) > now);
}

/** The claims of a JWT, unchecked. A simulator cannot know the key of a connection that was made up for it. */
export function claimsOf(jwt: string): JsonObject {
  try {
    return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8')) as JsonObject;
  } catch {
    throw new SimulatedRefusal(400, 'The assertion is not a JWT.');
  }
}

function answerGrant<State>(
  { tokens: find, grants, check }: TokenEndpoint<State>,
  state: State,
  { body, headers, now }: SimulatedRequest,
): SimulatedAnswer {
  const form = body as Record<string, string>;
  const grant = String(form.grant_type);
  const tokens = find(state);
  if (!grants.includes(grant)) return refused('unsupported_grant_type', `This server does not know ${grant}.`);
  const known =
    /^Basic \S+/.test(headers.authorization ?? '') || form.client_id || form.assertion || form.client_assertion;
  if (!known) return refused('invalid_client', 'The client does not say who it is.', 401);
  const words = check?.(state, form);
  if (words) return refused('invalid_grant', words);
  if (grant === 'refresh_token') {
    const words = spend(tokens, String(form.refresh_token));
    if (words) return refused('invalid_grant', words);
  }
  return { headers: { 'cache-control': 'no-store' }, body: give(tokens, grant, now) };
}

const refreshPrefix = 'refresh-';

/** Uses a refresh token. @returns words of refusal, or null */
function spend(tokens: SimulatedTokens, token: string): string | null {
  const held = tokens.refresh.find((one) => one.token === token);
  if (held?.used) {
    tokens.refresh = [];
    tokens.access = [];
    return 'The refresh token was used before; all that came of it has been revoked.';
  }
  // Any other form is that of one which a person made at the vendor.
  if (!held && token.startsWith(refreshPrefix)) return 'The refresh token is not known, or it was revoked.';
  if (!tokens.rotate) return null;
  if (held) held.used = true;
  else tokens.refresh.push({ token, used: true });
  return null;
}

function give(tokens: SimulatedTokens, grant: string, now: Date): JsonObject {
  tokens.given += 1;
  const access = `access-${tokens.given}-${now.getTime().toString(36)}`;
  const until = new Date(now.getTime() + tokens.seconds * 1000).toISOString();
  tokens.access = [...tokens.access, { token: access, until }].slice(-100);
  const answer = { access_token: access, token_type: 'Bearer', expires_in: tokens.seconds };
  const isNew = lasting.has(grant) && (grant !== 'refresh_token' || tokens.rotate);
  if (!isNew) return answer;
  const refresh = `${refreshPrefix}${tokens.given}-${now.getTime().toString(36)}`;
  tokens.refresh = [...tokens.refresh, { token: refresh, used: false }].slice(-100);
  return { ...answer, refresh_token: refresh };
}

function refused(error: string, words: string, status = 400): SimulatedAnswer {
  return { status, body: { error, error_description: words } };
}

function describeEndpoint(path: string): object {
  const form = { type: 'object', required: ['grant_type'], properties: { grant_type: { type: 'string' } } };
  const given = {
    type: 'object',
    required: ['access_token', 'token_type'],
    properties: { access_token: { type: 'string' }, token_type: { type: 'string' }, expires_in: { type: 'integer' } },
  };
  const refusal = { type: 'object', required: ['error'], properties: { error: { type: 'string' } } };
  return {
    openapi: '3.0.3',
    info: { title: 'A token endpoint of RFC 6749', version: '1' },
    paths: {
      [path]: {
        post: {
          operationId: 'requestToken',
          requestBody: { required: true, content: { 'application/x-www-form-urlencoded': { schema: form } } },
          responses: {
            200: { description: '', content: { 'application/json': { schema: given } } },
            400: { description: '', content: { 'application/json': { schema: refusal } } },
            401: { description: '', content: { 'application/json': { schema: refusal } } },
          },
        },
      },
    },
  };
}
