import { readFileSync } from 'node:fs';
import { type Me, peopleRoutes } from '@castellan/api';
import { ApiClient, RefusedError } from './api-client.js';
import { EX_UNAVAILABLE, EX_USAGE } from './exit-codes.js';
import { StartError } from './supervisor/start-error.js';

/** Where a command finds a server, and as whom it calls it. Options of the command, else settings. */
export interface ServerWish {
  server?: string | undefined;
  token?: string | undefined;
  workspace?: string | undefined;
  env: NodeJS.ProcessEnv;
  /** What the token has to allow, in the words of the page that makes tokens. */
  needs: string;
}

export const serverOptions = {
  server: { type: 'string' },
  token: { type: 'string' },
  workspace: { type: 'string' },
} as const;

/** Works on a running server in one workspace. What the network and the server refuse is told in a sentence. */
export async function onServer<T>(wish: ServerWish, work: (client: ApiClient) => Promise<T>): Promise<T> {
  const { env } = wish;
  const url = wish.server ?? env.CASTELLAN_URL ?? 'http://127.0.0.1:4600';
  const client = new ApiClient(readUrl(url), readToken(wish));
  try {
    await enterWorkspace(client, wish.workspace ?? env.CASTELLAN_WORKSPACE);
    return await work(client);
  } catch (error) {
    if (error instanceof RefusedError) throw new StartError(error.message, [], EX_UNAVAILABLE);
    // fetch says of every network failure "fetch failed" and keeps the reason as its cause.
    if (!(error instanceof TypeError) || error.cause === undefined) throw error;
    const why = (error.cause as Error).message;
    throw new StartError(`Nothing answers at ${url} (${why}). Name the server with --server.`, [], EX_UNAVAILABLE);
  }
}

/** The origin of the server's address. */
function readUrl(text: string): string {
  try {
    return new URL(text).origin;
  } catch {
    throw new StartError(`"${text}" is no address. Give one such as https://castellan.example.com`, [], EX_USAGE);
  }
}

function readToken({ token: given, env, needs }: ServerWish): string {
  const file = env.CASTELLAN_TOKEN_FILE;
  const token = given ?? env.CASTELLAN_TOKEN ?? (file === undefined ? undefined : readFileSync(file, 'utf8'));
  if (token?.trim()) return token.trim();
  throw new StartError(
    `A token is missing: make one in the settings of the workspace, with the permission "${needs}", and give it as CASTELLAN_TOKEN or --token.`,
    [],
    EX_USAGE,
  );
}

/** Goes to the workspace that was named, or to the only one. */
async function enterWorkspace(client: ApiClient, wanted: string | undefined): Promise<void> {
  const { workspaces } = await client.call(peopleRoutes.me);
  const found =
    wanted === undefined ? workspaces : workspaces.filter(({ id, name }) => id === wanted || name === wanted);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return client.enter(only.id);
  throw new StartError(
    only === undefined
      ? `The token is good for no workspace${wanted === undefined ? '' : ` "${wanted}"`}${namesOf(workspaces)}.`
      : `The token is good for several workspaces: choose one with --workspace${namesOf(found)}.`,
    [],
    EX_USAGE,
  );
}

function namesOf(workspaces: Me['workspaces']): string {
  return workspaces.length === 0 ? '' : `; there are ${workspaces.map(({ name }) => name).join(', ')}`;
}
