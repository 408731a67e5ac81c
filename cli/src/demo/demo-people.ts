import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { peopleRoutes } from '@castellan/api';
import { ApiClient } from '../api-client.js';
import type { RunningServer } from '../services/server.js';

/** Who signs in to the demo. */
export interface DemoAdmin {
  email: string;
  password: string;
}

/** Signs the demo's administrator in, whom the first start makes; the password is kept in the data folder. */
export async function signInToDemo(
  server: RunningServer,
  dataFolder: string,
): Promise<{ client: ApiClient; admin: DemoAdmin }> {
  const admin = readAdmin(join(dataFolder, 'demo.json'));
  const client = new ApiClient(server.url);
  const code = server.setupUrl && new URLSearchParams(new URL(server.setupUrl).hash.slice(1)).get('code');
  const me = code
    ? await client.call(peopleRoutes.setup, { body: { code, name: 'Demo', workspace: 'Demo', ...admin } })
    : await client.call(peopleRoutes.signIn, { body: admin });
  client.enter(me.workspaces[0]?.id ?? '');
  return { client, admin };
}

function readAdmin(path: string): DemoAdmin {
  if (!existsSync(path)) {
    const admin: DemoAdmin = { email: 'demo@castellan.example', password: randomBytes(9).toString('base64url') };
    writeFileSync(path, JSON.stringify(admin), { mode: 0o600, flush: true });
  }
  return JSON.parse(readFileSync(path, 'utf8')) as DemoAdmin;
}
