import { z } from 'zod';
import { Empty, Id, Instant, Page, PageQuery } from './page.js';
import { permissions, roles } from './permissions.js';
import { route } from './route.js';

const Email = z.email().max(254);
/** At least 12 characters: length beats composition rules (NIST SP 800-63B). */
const Password = z.string().min(12).max(200);
const Name = z.string().trim().min(1).max(120);

export const Workspace = z.object({ id: Id, name: z.string(), role: z.enum(roles) }).meta({ id: 'Workspace' });
export const User = z.object({ id: Id, email: z.string(), name: z.string() }).meta({ id: 'User' });

export const Me = z
  .object({
    user: User,
    workspaces: z.array(Workspace),
    /** Set while PUBLIC_URL is not: links in messages then lead to this machine only. */
    publicUrlMissing: z.boolean(),
    publicUrl: z.string(),
    simulators: z.boolean(),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof Me>;

export const Member = z
  .object({ userId: Id, email: z.string(), name: z.string(), role: z.enum(roles), joinedAt: Instant })
  .meta({ id: 'Member' });
export type Member = z.infer<typeof Member>;

export const Invite = z
  .object({
    id: Id,
    email: z.string(),
    role: z.enum(roles),
    expiresAt: Instant,
    /** Only in the answer that made it. */ url: z.string().optional(),
  })
  .meta({ id: 'Invite' });
export type Invite = z.infer<typeof Invite>;

export const Token = z
  .object({
    id: Id,
    name: z.string(),
    prefix: z.string(),
    scopes: z.array(z.enum(permissions)),
    createdAt: Instant,
    expiresAt: Instant.nullable(),
    lastUsedAt: Instant.nullable(),
    revokedAt: Instant.nullable(),
    owner: z.string(),
    /** Only in the answer that made it. */
    secret: z.string().optional(),
  })
  .meta({ id: 'Token' });
export type Token = z.infer<typeof Token>;

export const peopleRoutes = {
  setupState: route({
    method: 'GET',
    path: '/setup',
    access: 'public',
    summary: 'Whether the first administrator is still to be made',
    answer: z.object({ done: z.boolean() }),
  }),
  setup: route({
    method: 'POST',
    path: '/setup',
    access: 'public',
    summary: 'Make the first administrator and workspace',
    status: 201,
    body: z.object({ code: z.string(), email: Email, name: Name, password: Password, workspace: Name.default('Main') }),
    answer: Me,
  }),
  signIn: route({
    method: 'POST',
    path: '/session',
    access: 'public',
    summary: 'Sign in',
    status: 201,
    body: z.object({ email: z.string().max(254), password: z.string().max(200) }),
    answer: Me,
  }),
  signOut: route({
    method: 'DELETE',
    path: '/session',
    access: 'signed-in',
    summary: 'Sign out',
    status: 204,
    answer: Empty,
  }),
  me: route({ method: 'GET', path: '/me', access: 'signed-in', summary: 'Who is signed in', answer: Me }),
  inviteState: route({
    method: 'GET',
    path: '/invites/:code',
    access: 'public',
    summary: 'What an invitation is for',
    answer: z.object({ email: z.string(), workspace: z.string(), role: z.enum(roles), accountExists: z.boolean() }),
  }),
  acceptInvite: route({
    method: 'POST',
    path: '/invites/:code',
    access: 'public',
    summary: 'Accept an invitation; an existing account gives its password',
    status: 201,
    body: z.object({ name: Name.optional(), password: z.string().min(1).max(200) }),
    answer: Me,
  }),
  workspaces: route({
    method: 'GET',
    path: '/workspaces',
    access: 'signed-in',
    summary: 'My workspaces',
    answer: Page(Workspace),
  }),
  makeWorkspace: route({
    method: 'POST',
    path: '/workspaces',
    access: 'signed-in',
    summary: 'Make a workspace; its maker is its first administrator',
    status: 201,
    body: z.object({ name: Name }),
    answer: Workspace,
  }),
  members: route({
    method: 'GET',
    path: '/workspaces/:ws/members',
    access: 'member:read',
    summary: 'Members',
    answer: Page(Member),
  }),
  setRole: route({
    method: 'PUT',
    path: '/workspaces/:ws/members/:id',
    access: 'member:write',
    summary: 'Change a role',
    body: z.object({ role: z.enum(roles) }),
    answer: Member,
  }),
  removeMember: route({
    method: 'DELETE',
    path: '/workspaces/:ws/members/:id',
    access: 'member:write',
    summary: 'Remove a member',
    status: 204,
    answer: Empty,
  }),
  invites: route({
    method: 'GET',
    path: '/workspaces/:ws/invites',
    access: 'member:write',
    summary: 'Open invitations',
    answer: Page(Invite),
  }),
  invite: route({
    method: 'POST',
    path: '/workspaces/:ws/invites',
    access: 'member:write',
    summary: 'Invite by a one-time link',
    status: 201,
    body: z.object({ email: Email, role: z.enum(roles) }),
    answer: Invite,
  }),
  withdrawInvite: route({
    method: 'DELETE',
    path: '/workspaces/:ws/invites/:id',
    access: 'member:write',
    summary: 'Withdraw an invitation',
    status: 204,
    answer: Empty,
  }),
  tokens: route({
    method: 'GET',
    path: '/workspaces/:ws/tokens',
    access: 'workspace:read',
    summary: 'API tokens: mine, or all for administrators',
    answer: Page(Token),
  }),
  makeToken: route({
    method: 'POST',
    path: '/workspaces/:ws/tokens',
    access: 'workspace:read',
    summary: 'Make an API token, with scopes that I hold myself',
    status: 201,
    body: z.object({
      name: Name,
      scopes: z.array(z.enum(permissions)).min(1),
      expiresInDays: z.number().int().min(1).max(3650).nullable().default(90),
    }),
    answer: Token,
  }),
  revokeToken: route({
    method: 'DELETE',
    path: '/workspaces/:ws/tokens/:id',
    access: 'workspace:read',
    summary: 'Revoke a token: one of mine, or any for administrators',
    status: 204,
    answer: Empty,
  }),
  audit: route({
    method: 'GET',
    path: '/workspaces/:ws/audit',
    access: 'audit:read',
    summary: 'Who changed what',
    query: PageQuery.extend({
      actor: z.string().max(254).optional(),
      action: z.string().max(80).optional(),
      object: z.string().max(120).optional(),
      from: Instant.optional(),
      to: Instant.optional(),
    }),
    answer: Page(
      z
        .object({
          seq: z.number(),
          at: Instant,
          actor: z.string(),
          action: z.string(),
          objectType: z.string(),
          objectId: z.string(),
          objectName: z.string().nullable(),
          before: z.unknown(),
          after: z.unknown(),
          hash: z.string(),
        })
        .meta({ id: 'AuditRow' }),
    ),
  }),
  verifyAudit: route({
    method: 'GET',
    path: '/workspaces/:ws/audit/verify',
    access: 'audit:read',
    summary: 'Check the chain of the audit',
    answer: z.object({ rows: z.number(), intact: z.boolean(), brokenAt: z.number().nullable() }),
  }),
};
