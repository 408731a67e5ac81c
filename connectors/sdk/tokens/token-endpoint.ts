import { z } from 'zod';
import { FatalError } from '../errors.js';
import { usualErrorMessage } from '../http/status.js';
import { isObject } from '../json-object.js';
import type { HttpResponse } from '../types.js';
import type { Token, TokenHost } from './token.js';

/** How a client shows the token endpoint who it is. */
export interface ClientIdentity {
  id: string;
  /** A public client has none. */
  secret?: string;
  /** RFC 6749 §2.3.1: in the Authorization header or among the form's fields. */
  by: 'basic' | 'body';
}

/** A life in seconds, which some vendors write as a text. */
const seconds = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]).nullish();

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: seconds,
  refresh_token: z.string().min(1).nullish(),
  refresh_token_expires_in: seconds,
  refresh_expires_in: seconds,
});

/** Statuses with which an endpoint says no. The others are those of any call. */
const refusals = [400, 401, 403];

/**
 * Asks a token endpoint (RFC 6749 §5). Without a new refresh token in the answer the held one goes on.
 * Rejects with E_AUTH, the vendor's words and the remedy when it says no.
 */
export async function requestToken(
  host: TokenHost,
  request: { url: string; form: Record<string, string | undefined>; client?: ClientIdentity; held?: Token | null },
): Promise<Token> {
  const { url, form, client, held } = request;
  const asked = host.now().getTime();
  const response = await host.http.send({
    ...{ method: 'POST', url, safe: true, accept: refusals },
    ...(client?.by === 'basic' ? { headers: { authorization: basicOf(client) } } : {}),
    form: { ...form, ...(client?.by === 'body' ? { client_id: client.id, client_secret: client.secret } : {}) },
  });
  const parsed = tokenAnswer.safeParse(response.body);
  if (response.status >= 400 || !parsed.success) throw refusal(url, response);
  const { access_token, expires_in, refresh_token, refresh_token_expires_in, refresh_expires_in } = parsed.data;
  const kept = refresh_token ? undefined : held;
  const refreshToken = refresh_token ?? kept?.refreshToken;
  const refreshEnds = endOf(asked, refresh_token_expires_in ?? refresh_expires_in) ?? kept?.refreshExpiresAt ?? null;
  return {
    accessToken: access_token,
    obtainedAt: asked,
    expiresAt: endOf(asked, expires_in),
    ...(refreshToken ? { refreshToken, refreshExpiresAt: refreshEnds } : {}),
  };
}

const remedies: Record<string, string> = {
  invalid_grant: 'It has ended, was taken back or is wrong. Connect again on the Connections page.',
  invalid_client: 'Check the client’s id and secret on the Connections page.',
  unauthorized_client: 'Check at the vendor what this client is allowed to ask for.',
  invalid_scope: 'Check the scopes on the Connections page and at the vendor.',
};

function refusal(url: string, response: HttpResponse): FatalError {
  const { status, body } = response;
  const error = isObject(body) && typeof body.error === 'string' ? body.error : undefined;
  const described = isObject(body) && typeof body.error_description === 'string' ? body.error_description : undefined;
  const vendorMessage = (described ?? usualErrorMessage(response))?.replace(/\s+/g, ' ').slice(0, 500);
  const named = error && error !== vendorMessage ? `, ${error}` : '';
  const said = vendorMessage ? `: ${vendorMessage.replace(/[.\s]+$/, '')}.` : '.';
  const remedy = remedies[error ?? ''] ?? 'Check the connection on the Connections page.';
  return new FatalError(`${new URL(url).host} gives no access token (${status}${named})${said} ${remedy}`, {
    ...{ code: 'E_AUTH', status, vendorMessage },
    ...(error ? { details: { error } } : {}),
  });
}

function endOf(from: number, life: number | null | undefined): number | null {
  return life === null || life === undefined ? null : from + life * 1000;
}

function basicOf({ id, secret = '' }: ClientIdentity): string {
  return `Basic ${Buffer.from(`${formEncoded(id)}:${formEncoded(secret)}`, 'utf8').toString('base64')}`;
}

/** As application/x-www-form-urlencoded has it, which RFC 6749 asks for before the two are joined. */
function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}
