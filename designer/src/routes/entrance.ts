import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { ApiError } from '../api/errors.js';
import { meQuery } from '../api/session.js';
import * as search from '../search.js';
import { Frame } from '../shell/frame.js';

/** What routes are given when they are entered. */
export interface RouterContext {
  client: QueryClient;
}

export const root = createRootRouteWithContext<RouterContext>()({ component: Outlet });

/** Who is signed in; somebody who is not goes to sign in and comes back. */
async function signedIn(client: QueryClient, next: string) {
  try {
    return await client.ensureQueryData(meQuery);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'unauthenticated')
      throw redirect({ to: '/sign-in', search: { next } });
    throw error;
  }
}

const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: async ({ context, location }) => {
    const me = await signedIn(context.client, location.href);
    const first = me.workspaces[0];
    if (first) throw redirect({ to: '/w/$ws', params: { ws: first.id } });
  },
  component: lazyRouteComponent(() => import('../pages/no-workspace-page.js'), 'NoWorkspacePage'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: search.SignInSearch,
  component: lazyRouteComponent(() => import('../pages/entrance/sign-in-page.js'), 'SignInPage'),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('../pages/entrance/setup-page.js'), 'SetupPage'),
});

const invite = createRoute({
  getParentRoute: () => root,
  path: '/invite/$code',
  component: lazyRouteComponent(() => import('../pages/entrance/invite-page.js'), 'InvitePage'),
});

/** Where links out of e-mails lead, once somebody is signed in. */
const approvalLink = createRoute({
  getParentRoute: () => root,
  path: '/approval-link',
  validateSearch: search.ApprovalLinkSearch,
  beforeLoad: async ({ context, location }) => {
    await signedIn(context.client, location.href);
  },
  component: lazyRouteComponent(() => import('../pages/entrance/approval-link-page.js'), 'ApprovalLinkPage'),
});

/** The one address that other systems know for people who come back. The workspace stands in the state. */
const cameBack = createRoute({
  getParentRoute: () => root,
  path: '/oauth/callback',
  validateSearch: search.ConsentSearch,
  beforeLoad: ({ search: given }) => {
    const [ws] = given.state?.split('.') ?? [];
    throw ws
      ? redirect({ to: '/w/$ws/connections/consent', params: { ws }, search: given, replace: true })
      : redirect({ to: '/' });
  },
});

/** Where somebody who is signed in works; its pages are the routes below it. */
export const workspace = createRoute({
  getParentRoute: () => root,
  path: '/w/$ws',
  beforeLoad: async ({ context, location }) => {
    await signedIn(context.client, location.href);
  },
  component: Frame,
});

/** How people come in: they set it up, sign in, are invited, or come back from another system. */
export const entrances = [index, signIn, setup, invite, approvalLink, cameBack] as const;
