import { testConnector } from '@castellan/sdk/testing';
import { vi } from 'vitest';
import { googleWorkspace } from './google-workspace.connector.js';
import { googleWorkspaceSimulator } from './google-workspace.simulator.js';

// A new user's password, which a fixture can show.
vi.mock('node:crypto', async (original) => ({
  ...(await original<typeof import('node:crypto')>()),
  randomBytes: (size: number) => Buffer.alloc(size, 7),
}));

testConnector(googleWorkspace, googleWorkspaceSimulator, new URL('./fixtures/exchanges.json', import.meta.url));
