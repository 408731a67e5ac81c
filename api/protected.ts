import { z } from 'zod';
import { Empty, Id, Instant, Page } from './page.js';
import { route } from './route.js';

/** Entries of one workspace at most. */
export const mostProtected = 1_000;

const Pattern = z
  .string()
  .trim()
  .max(254)
  .regex(/^[^\s@]+@[^\s@]+$/, 'Write it as an address with * for any characters, such as svc-*@example.com.')
  .refine((pattern) => pattern.split('*').length <= 5, 'Use * at most four times.')
  .refine((pattern) => /[^*.]/.test(pattern.split('@')[1] ?? ''), 'Name a domain after the @.');

/** Whom no flow changes by itself: a person, an account, or a group of addresses. */
export const ProtectedFields = z.strictObject({
  name: z.string().trim().min(1).max(120),
  /** E-mail addresses, aliases included. Case, plus-tags and other spellings of them count as well. */
  addresses: z.array(z.email().max(254)).max(50).default([]),
  /** Groups of addresses: `*@board.example.com`, `svc-*@example.com`. */
  patterns: z.array(Pattern).max(20).default([]),
  /** How systems name them, by the id of the connector. */
  ids: z
    .array(z.strictObject({ connector: z.string().min(1).max(60), id: z.string().trim().min(1).max(300) }))
    .max(50)
    .default([]),
  reason: z.string().trim().min(1).max(500),
  /** An account for emergencies: nobody lets a change of it through. */
  breakGlass: z.boolean().default(false),
});
export type ProtectedFields = z.infer<typeof ProtectedFields>;

export const ProtectedIdentity = z
  .object({ id: Id, ...ProtectedFields.shape, addedBy: z.string(), addedAt: Instant })
  .meta({ id: 'ProtectedIdentity' });
export type ProtectedIdentity = z.infer<typeof ProtectedIdentity>;

const one = '/workspaces/:ws/protected/:id';

export const protectedRoutes = {
  list: route({
    method: 'GET',
    path: '/workspaces/:ws/protected',
    access: 'workspace:read',
    summary: 'Whom no flow changes by itself',
    query: z.object({
      /** An address or an id: only the entries that catch it. */
      of: z.string().trim().min(1).max(320).optional(),
    }),
    answer: Page(ProtectedIdentity),
  }),
  add: route({
    method: 'POST',
    path: '/workspaces/:ws/protected',
    access: 'workspace:write',
    summary: 'Protect somebody',
    status: 201,
    body: ProtectedFields,
    answer: ProtectedIdentity,
  }),
  save: route({
    method: 'PUT',
    path: one,
    access: 'workspace:write',
    summary: 'Change an entry',
    body: ProtectedFields,
    answer: ProtectedIdentity,
  }),
  remove: route({
    method: 'DELETE',
    path: one,
    access: 'workspace:write',
    summary: 'Protect them no longer',
    status: 204,
    answer: Empty,
  }),
};
