import { type Auth, type ConnectionFields, jwtBearer, oauth2AuthorizationCode } from '@castellan/sdk';
import { z } from 'zod';

const tokenUrl = 'https://oauth2.googleapis.com/token';

interface GoogleSignIn {
  title: string;
  fields?: z.ZodRawShape;
  scopes: (fields: ConnectionFields) => string[];
}

/**
 * A service account's key, of which the connection holds address and private key. `remedy` says what the address is to be
 * given. A field `subject` is the account that it acts for, by domain-wide delegation.
 */
export function googleServiceAccount({ remedy, scopes, ...options }: GoogleSignIn & { remedy?: string }): Auth {
  const help = ['client_email of the key’s JSON file.', remedy].filter(Boolean).join(' ');
  return jwtBearer({
    kind: 'serviceAccount',
    title: options.title,
    tokenUrl,
    fields: { clientEmail: z.email().meta({ title: 'Service account' }).describe(help), ...options.fields },
    claims: (fields: ConnectionFields) => {
      const { clientEmail, subject } = fields as { clientEmail: string; subject?: string };
      return { iss: clientEmail, sub: subject, scope: scopes(fields).join(' ') };
    },
  });
}

/** A person agrees at Google. */
export function googleConsent({ title, fields = {}, scopes }: GoogleSignIn): Auth {
  return oauth2AuthorizationCode({
    title,
    tokenUrl,
    authorizeUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
    // Without these Google gives no refresh token, or only the first time.
    authorizeParams: { access_type: 'offline', prompt: 'consent' },
    fields,
    scopes,
  });
}
