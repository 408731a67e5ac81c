import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { testConnector } from '@castellan/sdk/testing';
import { afterAll, beforeAll, vi } from 'vitest';
import { googleWorkspace } from './google-workspace.connector.js';
import { googleWorkspaceSimulator } from './google-workspace.simulator.js';

// A new user's password, which a fixture can show.
beforeAll(() => {
  vi.spyOn(crypto, 'randomBytes').mockImplementation((size: number) => Buffer.alloc(size, 7));
  syncBuiltinESMExports();
});
afterAll(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

testConnector(googleWorkspace, googleWorkspaceSimulator, new URL('./fixtures/exchanges.json', import.meta.url));
