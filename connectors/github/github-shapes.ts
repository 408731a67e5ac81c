import { type Change, type JsonValue, type Paging, path } from '@castellan/sdk';
import { z } from 'zod';

export const docs = 'https://docs.github.com/en/rest';

/** Whom an operation is about. GitHub knows people by their user names, and tells no e-mail addresses. */
export const onUser = {
  username: z
    .string()
    .regex(/^[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?$/, 'A user name of GitHub.')
    .max(100)
    .meta({ title: 'User name' }),
  userEmail: z
    .email()
    .optional()
    .meta({ title: 'User’s e-mail' })
    .describe(
      'Names the person in plan and evidence, and is what protected people are held back by. Not sent to GitHub.',
    ),
};

export const personOf = ({ username, userEmail }: { username: string; userEmail?: string | undefined }) =>
  ({ type: 'user', id: username, ...(userEmail ? { email: userEmail } : {}) }) satisfies Change['subject'];

export const limit = z.int().min(1).optional().meta({ title: 'At most' });

export const user = z.object({
  login: z.string(),
  id: z.int(),
  type: z.string().describe('User or Bot.'),
  html_url: z.string(),
});
export const team = z.object({
  id: z.int(),
  name: z.string(),
  slug: z.string(),
  description: z.string().nullable(),
  privacy: z.string().optional(),
  html_url: z.string(),
});

export const sampleUser = { login: 'jdoe', id: 1003, type: 'User', html_url: 'https://github.com/jdoe' };

/** GitHub's pages are numbered; the header Link says whether there is another. */
export const numberedPages: Paging = {
  size: 'per_page',
  items: ({ body }) => body as JsonValue[],
  next: ({ headers }, request) => {
    if (!/<[^>]+>;\s*rel="next"/.test(headers.link ?? '')) return null;
    return { ...request, query: { ...request.query, page: Number(request.query?.page ?? 1) + 1 } };
  },
};

/** Below the organisation of the connection. */
export const membershipPath = (username: string) => path`/memberships/${username}`;
