import type { QueryClient } from '@tanstack/react-query';
import { createRouter } from '@tanstack/react-router';
import { entrances, root, workspace } from './routes/entrance.js';
import { pages } from './routes/pages.js';
import { parseSearch, stringifySearch } from './search.js';
import { NotFoundPage, RouteFailure } from './shell/route-failure.js';

const tree = root.addChildren([...entrances, workspace.addChildren(pages)]);

/** Every address of the designer. */
export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    parseSearch,
    stringifySearch,
    scrollRestoration: true,
    // What scrolls is the page beside the rail, not the window.
    scrollToTopSelectors: ['#page'],
    defaultPreload: 'intent',
    defaultErrorComponent: RouteFailure,
    defaultNotFoundComponent: NotFoundPage,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
