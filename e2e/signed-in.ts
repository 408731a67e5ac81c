import type { Session } from '../server/test/harness/index.js';
import { type Stack, type StackOptions, startStack } from '../server/test/harness/stack.js';
import { openBrowser, type TestBrowser } from './browser.js';

/** An installation with its vendor, and its administrator signed in at a browser. */
export interface SignedIn {
  stack: Stack;
  admin: Session;
  browser: TestBrowser;
  /** Where a page of the workspace is. */
  address(path: string): string;
  /** The connection to the vendor, as the slot `vendor` of a flow. */
  slots: { vendor: { connector: string; title: string; id: string } };
  stop(): Promise<void>;
}

/** `options`: what else the server is to have and to reach. */
export async function startSignedIn(
  program: string,
  options: Pick<StackOptions<'shared', 'shared'>, 'simulators' | 'reachable' | 'env'> = {},
): Promise<SignedIn> {
  const [stack, browser] = await Promise.all([startStack({ ...options, servers: 'one' }), openBrowser(program)]);
  const { admin, api } = stack;
  const [name = '', value = ''] = admin.cookie.split('=');
  await browser.context.addCookies([{ name, value, url: api.url }]);
  return {
    ...{ stack, admin, browser },
    address: (path) => `${api.url}/w/${admin.workspaceId}${path}`,
    slots: { vendor: { connector: 'http', title: 'Vendor', id: stack.connections.vendor } },
    stop: async () => {
      await browser.close();
      await stack.stop();
    },
  };
}
