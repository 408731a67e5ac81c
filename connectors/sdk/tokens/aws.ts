import { AwsV4Signer } from 'aws4fetch';
import { z } from 'zod';
import type { Auth, AuthOptions } from '../auth.js';
import { secret } from '../fields.js';

interface Keys {
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Each call is signed with an access key: AWS Signature Version 4. Fields: region, accessKeyId, secretAccessKey, sessionToken. */
export function awsSignature<F extends z.ZodRawShape>(options: AuthOptions<F> & { service: string }): Auth {
  return {
    kind: options.kind ?? 'awsSignature',
    title: options.title ?? 'AWS access key',
    fields: z.strictObject({
      region: z
        .string()
        .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'A region is written like eu-central-1.')
        .meta({ title: 'Region' }),
      accessKeyId: z.string().min(1).meta({ title: 'Access key ID' }),
      secretAccessKey: secret('Secret access key'),
      sessionToken: secret('Session token').describe('Only for temporary keys.').optional(),
      ...options.fields,
    }),
    credentials: () => ({}),
    async sign(fields, { url, method, headers, body }) {
      const { region, accessKeyId, secretAccessKey, sessionToken } = fields as unknown as Keys;
      const signer = new AwsV4Signer({
        ...{ url: url.href, method, headers, body },
        ...{ service: options.service, region, accessKeyId, secretAccessKey, sessionToken },
      });
      const signed = await signer.sign();
      // The host is the transport's to set; it is signed as the URL has it.
      return Object.fromEntries([...signed.headers].filter(([name]) => name !== 'host'));
    },
  };
}
