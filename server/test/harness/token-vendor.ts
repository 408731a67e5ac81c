import type { Session } from './admin-session.js';
import type { Vendor, VendorAnswer, VendorRequest } from './vendor.js';

/** A vendor that signs people in: its refresh tokens are good for one use, and it takes the newest access token only. */
export interface TokenVendor {
  /** Of the connection's fields. */
  fields: Record<string, unknown>;
  /** What it was asked at its token endpoint, by refresh tokens. */
  renewals(): VendorRequest[];
  /** Refresh tokens that came although they were spent. */
  spentAgain: string[];
  /** The access token is good no longer. */
  expire(): void;
  /** How long access tokens live, in seconds, from the next on. */
  life: number;
  /** What happens in place of the next answer; `rotate` spends the refresh token that came. */
  next: ((rotate: () => VendorAnswer) => Promise<VendorAnswer> | VendorAnswer) | null;
  /** Answers by the script to whoever carries the newest access token, else 401. */
  guard(path: string, script?: (request: VendorRequest) => Promise<VendorAnswer> | VendorAnswer): void;
}

/** Scripts such a vendor below `/<name>`. */
export function startTokenVendor(vendor: Vendor, url: string, name: string): TokenVendor {
  const tokenPath = `/${name}/token`;
  let given = 0;
  let access: string | null = null;
  let refresh: string | null = null;
  const give = (): VendorAnswer => {
    given += 1;
    access = `${name}-access-${given}`;
    refresh = `${name}-refresh-${given}`;
    return { body: { access_token: access, token_type: 'Bearer', expires_in: self.life, refresh_token: refresh } };
  };
  const refused = { status: 400, body: { error: 'invalid_grant', error_description: 'That token is spent.' } };
  vendor.script(tokenPath, async ({ body }) => {
    const form = body as Record<string, string>;
    if (form.grant_type === 'authorization_code') return give();
    if (form.refresh_token !== refresh) {
      self.spentAgain.push(String(form.refresh_token));
      return refused;
    }
    const { next } = self;
    self.next = null;
    return next ? next(give) : give();
  });
  const self: TokenVendor = {
    fields: {
      ...{ clientId: 'castellan', clientSecret: 'the-client-secret', hosts: [url] },
      ...{ authorizeUrl: `${url}/${name}/authorize`, tokenUrl: `${url}${tokenPath}`, scopes: ['all'] },
    },
    renewals: () =>
      vendor.to(tokenPath).filter(({ body }) => (body as { grant_type: string }).grant_type === 'refresh_token'),
    spentAgain: [],
    expire: () => {
      access = null;
    },
    life: 3600,
    next: null,
    guard: (path, script = () => ({})) =>
      vendor.script(path, (request) =>
        access !== null && request.headers.authorization === `Bearer ${access}`
          ? script(request)
          : { status: 401, body: { message: 'The token is not good.' } },
      ),
  };
  return self;
}

/** Makes a connection to it and agrees to it, as a person would at its page. @returns the connection's id */
export async function connectTo({ fields }: TokenVendor, admin: Session): Promise<string> {
  const { body } = await admin.inWorkspace<{ id: string }>('POST', '/connections', {
    ...{ name: 'Vendor with consent', connector: 'http', auth: 'oauth2AuthorizationCode', fields },
  });
  await agree(admin, body.id);
  return body.id;
}

/** A person agrees at the vendor's page. */
export async function agree(admin: Session, connectionId: string): Promise<void> {
  const begun = await admin.inWorkspace<{ url: string }>('POST', `/connections/${connectionId}/consent`, {});
  const state = new URL(begun.body.url).searchParams.get('state');
  const ended = await admin.inWorkspace('POST', '/connections/consent', { state, code: 'agreed' });
  if (ended.status !== 200) throw new Error(`The consent was not taken: ${JSON.stringify(ended.body)}`);
}
